#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The smallest period and ring: ten seconds of each, whose samples the host judges.

# shellcheck source=/dev/null
. /lib/vm.sh
echo 0 >/sys/bus/pci/drivers_autoprobe
for module in snd-intel8x0 snd-ens1370 snd-portcls-ich snd-portcls-es1370; do
	modprobe "$module" || exit 1
done

# one PERIOD BUFFER: the first xrun ends it
one() {
	label=$card-$1-$2
	set -- "$1" "$2" -D "hw:$number,0" -r "$rate" -p "$1" -b "$2" -x -X 0 \
		-n $((rate * 10)) -l "$label"
	period=$1 buffer=$2 status=0
	shift 2
	case $card in
	*-in) pcmtool record "$@" -o "/out/$label.raw" ;;
	*)
		id=$((id + 1))
		# Silence at the end: what QEMU throws away when a card stops.
		pcmtool play "$@" -s $id -z 4800 -o "/out/$card.spec" ;;
	esac >/tmp/said 2>&1 || status=$?
	cat /tmp/said
	echo "limit label=$label card=$card driver=$driver period=$period buffer=$buffer status=$status"
}

# limits CARD DRIVER RATE
limits() {
	card=$1 driver=$2 rate=$3 id=0
	bind_driver "$driver" "$card" || return
	number=$(card_of "$card") || return
	amixer -q -c "$number" sset Master 100% unmute
	amixer -q -c "$number" sset PCM 100% unmute
	amixer -q -c "$number" sset Capture 100% cap
	# From large to small: QEMU swallows up to 1024 frames when a card starts for the
	# first time, which a smaller ring does not hold.
	for sizes in '64 2048' '64 1024' '64 256' '64 128' '32 64'; do
		# shellcheck disable=SC2086 # two words
		one $sizes
	done
	unbind_driver "$card"
}

for suffix in '' -in -quick -quick-in; do
	limits ac97-mainline$suffix snd_intel8x0 48000
	limits es1370-mainline$suffix snd_ens1370 44100
	limits ac97-ours$suffix snd_portcls_ich 48000
	limits es1370-ours$suffix snd_portcls_es1370 44100
done
exit 0
