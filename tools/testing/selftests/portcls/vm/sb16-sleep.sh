#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Sleep to memory, in which cards and controllers lose their power, while a card
# plays; the host wakes the machine up. "wide" plays 16-bit samples and "narrow" 8-bit
# ones: QEMU's middle of the latter would be a frame of the former.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" port=0x220,0x240 || exit 1
for n in 0 1; do
	number=$(card_of /sys/devices/platform/snd-portcls-sb16.$n) || exit 1
	[ $n = 0 ] && card_wide=$number || card_narrow=$number
done
volume="name=Master Playback Volume"

# read_master PORT, write_master PORT OCTAL: the mixer's register of the left volume
read_master() {
	write_port $(($1 + 4)) 60 && dd if=/dev/port bs=1 skip=$(($1 + 5)) count=1 2>/dev/null |
		od -An -tu1 | tr -d ' '
}
write_master() {
	write_port $(($1 + 4)) 60 && write_port $(($1 + 5)) "$2"
}
write_port() {
	# shellcheck disable=SC2059 # the value
	printf "\\$2" | dd of=/dev/port bs=1 seek="$1" conv=notrunc 2>/dev/null
}

# idle PORT CARD: what nobody has open is heard too, what comes in from outside
idle() {
	number=$(card "$2")
	amixer -q -c "$number" cset "$volume" 9,21 || return 1
	# A card that may sleep by itself does so after a second.
	sleep 2.5
	[ "$(read_master "$1")" = 72 ] || return 1
	# Sleep takes the card's power; the emulated one's registers stay.
	write_master "$1" 0 && [ "$(read_master "$1")" = 0 ] || return 1
	echo deep >/sys/power/mem_sleep && echo mem >/sys/power/state || return 1
	read_master "$1"
	[ "$(read_master "$1")" = 72 ] && amixer -q -c "$number" cset "$volume" 31,31
}
attempt idle 'S3 while nobody has the card open: its mixer is restored' idle 0x220 wide

# asleep CARD FORMAT
asleep() {
	number=$(card "$1")
	amixer -q -c "$number" cset "$volume" 9,21 || return 1
	pcmtool play -D "hw:$number,0" -f "$2" -r 44100 -n 0 -z 441000 -s 9 -l x \
		>/tmp/slept 2>&1 &
	player=$!
	sleep 1
	dmesg -c >/dev/null
	echo deep >/sys/power/mem_sleep && echo mem >/sys/power/state || return 1
	wait $player || { cat /tmp/slept; return 1; }
	cat /tmp/slept
	dmesg | grep 'Waking up from system sleep state S3' || return 1
	grep -q ' suspends=1 ' /tmp/slept &&
		amixer -c "$number" cget "$volume" | grep -q ': values=9,21$' &&
		amixer -q -c "$number" cset "$volume" 31,31
}
for n in 1 2; do
	for card in wide narrow; do
		[ $card = wide ] && format=s16x2 || format=u8x1
		attempt sleep-$card-$n "S3 while $format plays: the client is told, and goes on" \
			asleep $card $format
		play after-$card-$n $card 'playback after that' -f $format -r 44100 -p 1024 \
			-b 4096 -P 5 -n 44123
	done
done
attempt unload 'the driver goes' rmmod "$driver"
