#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# cost.sh essential|full: one card after the other gets its driver, is measured, and
# loses it again, so that no idle card shares its interrupt.

# shellcheck source-path=SCRIPTDIR
. ./lib.sh

streams() {
	for period in $periods; do
		# Several laps of each.
		seconds=$(((period + 255) / 256))
		for access in rw mmap; do
			for direction in $directions; do
				stream "$direction" "$access" 1 "$period"
				stream "$direction" "$access" 0 "$period"
			done
		done
	done
}

# Opening may be more work for the first client than for those that follow.
opened() {
	tell begin
	: >"/dev/snd/pcmC${number}D${pcm}p"
	tell end
}
life() {
	measure "$keys kind=opened" opened
	tell "all $number"
	measure "$keys kind=life" client life -p 1024 -b 4096
	measure "$keys kind=first" client first -p 1024 -b 4096
	tell off
}

# one CARD DRIVER RATE
one() {
	rate=$3
	take "$1" "$2" || return
	life
	streams
	give_back
}

# each DRIVER_OF_AC97 DRIVER_OF_ES1370 SUFFIX
each() {
	one "ac97-$3" "$1" 48000
	one "es1370-$3" "$2" 44100
}

modules='snd-intel8x0 snd-ens1370 snd-portcls snd-portcls-ich snd-portcls-es1370'
pcm=0
measure 'kind=idle' bench-client idle
for module in $modules; do
	modprobe "$module" || exit 1
	echo "module name=$module bytes=$(cat "/sys/module/$(echo "$module" | tr - _)/coresize")"
done
case $1 in
essential) periods=1024 ;;
full) periods='64 256 1024 4096' ;;
esac
directions=p
each snd_intel8x0 snd_ens1370 mainline
each snd_portcls_ich snd_portcls_es1370 ours
if [ "$1" = full ]; then
	directions='c pc'
	each snd_intel8x0 snd_ens1370 mainline-in
	each snd_portcls_ich snd_portcls_es1370 ours-in
fi
exit 0
