#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# guest.sh essential|full: the bench's half in the virtual machine. One card after
# the other gets its driver, is measured, and loses it again, so that no idle card
# shares its interrupt. Prints a line "case key=value..." for each pair of begin and
# end that the host finds in its trace, in the same order.

# shellcheck source=/dev/null
. /lib/vm.sh
bench=/sys/kernel/debug/portcls-bench
modprobe snd-pcm
insmod /test/portcls-bench.ko || exit 1

tell() {
	echo "$1" >$bench/control
}

# measure KEYS COMMAND...: what the module measured while the command ran
measure() {
	text=$1
	shift
	if output=$("$@" 2>&1); then
		echo "case $text $output $(cat $bench/result)"
	else
		echo "failed $text error=$(echo "$output" | tail -n 1 | tr ' ' _)"
	fi
}

# between COMMAND...: a command that does not know of the module
between() {
	tell begin
	"$@"
	status=$?
	tell end
	return $status
}

client() {
	what=$1
	shift
	bench-client "$what" -D "hw:$number,$pcm" -r "$rate" "$@"
}

# stream DIRECTION ACCESS WAKE PERIOD: the handler alone, then all callbacks, since
# what measures these would be part of what the handler costs
stream() {
	buffer=$((4 * $4))
	[ $buffer -ge 4096 ] || buffer=4096
	wakeless=
	[ "$3" = 1 ] || wakeless=-W
	for pass in irq all; do
		tell "$pass $number" || return
		# shellcheck disable=SC2086 # an option or none
		measure "$keys kind=stream pass=$pass dir=$1 rate=$rate access=$2 wake=$3" \
			client steady -d "$1" -a "$2" -p "$4" -b $buffer \
			-n $(($4 * (rate * seconds / $4))) $wakeless
		tell off
	done
}

streams() {
	for period in $periods; do
		for direction in $directions; do
			for access in rw mmap; do
				for wake in 1 0; do
					stream "$direction" "$access" "$wake" "$period"
				done
			done
		done
	done
}

life() {
	tell "all $number"
	measure "$keys kind=life" client life -p 1024 -b 4096
	measure "$keys kind=first" client first -p 1024 -b 4096
	tell off
}

# one CARD DRIVER RATE: bind, measure, unbind
one() {
	card=$1 driver=$2 rate=$3
	keys="card=$card driver=$driver"
	echo "ports card=$card $(sed -n '1,2s/^0x0*\([0-9a-f]*\) 0x0*\([0-9a-f]*\) .*/\1-\2/p' \
		"/sys/bus/pci/devices/$(slot "$card")/resource" | xargs)"
	measure "$keys kind=probe" between bind_driver "$driver" "$card"
	number=$(card_of "$card") || return
	amixer -q -c "$number" sset Master 100% unmute
	amixer -q -c "$number" sset PCM 100% unmute
	life
	streams
	measure "$keys kind=remove" between unbind_driver "$card"
}

# each DRIVER_OF_AC97 DRIVER_OF_ES1370 SUFFIX
each() {
	one "ac97-$3" "$1" 48000
	one "es1370-$3" "$2" 44100
}

modules='snd-intel8x0 snd-ens1370 snd-portcls snd-portcls-ich snd-portcls-es1370'
pcm=0 seconds=2
measure 'kind=idle' bench-client idle
# Nobody is to bind a card by itself.
echo 0 >/sys/bus/pci/drivers_autoprobe
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
