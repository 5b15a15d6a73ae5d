#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Sleep to memory, in which card and controllers lose their power, while the card
# plays; the host wakes the machine up.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
card_wide=$(card_of /sys/devices/platform/snd-portcls-sb16.0) || exit 1
volume="name=Master Playback Volume"

asleep() {
	amixer -q -c "$card_wide" cset "$volume" 9,21 || return 1
	pcmtool play -D "hw:$card_wide,0" -f "$1" -r 44100 -n 0 -z 441000 -s 9 -l x \
		>/tmp/slept 2>&1 &
	player=$!
	sleep 1
	dmesg -c >/dev/null
	echo deep >/sys/power/mem_sleep && echo mem >/sys/power/state || return 1
	wait $player || { cat /tmp/slept; return 1; }
	cat /tmp/slept
	dmesg | grep 'Waking up from system sleep state S3' || return 1
	grep -q ' suspends=1 ' /tmp/slept &&
		amixer -c "$card_wide" cget "$volume" | grep -q ': values=9,21$' &&
		amixer -q -c "$card_wide" cset "$volume" 31,31
}
for n in 1 2; do
	for format in s16x2 u8x1; do
		attempt sleep-$format-$n "S3 while it plays $format: the client is told, and goes on" \
			asleep $format
		# QEMU forgets a card's voice in its reset, and opens it for another rate.
		play after-$format-$n wide 'playback after that' -f $format -r 44100 -p 1024 -b 4096 \
			-P 5 -n 44123
	done
done
attempt unload 'the driver goes' rmmod "$driver"
