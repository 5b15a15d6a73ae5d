#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A card that is to use one line. An emulated one moves 16-bit samples over its line for
# them only: they are offered, and cannot be heard.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" dma16=0 || exit 1
card_wide=$(card_of /sys/devices/platform/snd-portcls-sb16.0) || exit 1

formats() {
	head -c 10000 /dev/zero | tr '\000' '\200' |
		aplay -D "hw:$card_wide,0" --dump-hw-params -t raw -r 44100 -f U8 2>&1 |
		sed -n 's/^FORMAT: *//p'
}
one_line() {
	grep 'dma 1$' /proc/asound/cards && [ "$(formats)" = 'S8 U8 S16_LE U16_LE' ]
}
attempt one-line 'one line: one stream, of either width' one_line
in_turn() {
	pcmtool play -D "hw:$card_wide,0" -f u8x2 -r 44100 -n 0 -z 88200 -s 9 -l x &
	player=$!
	sleep 0.5
	! pcmtool record -D "hw:$card_wide,0" -f u8x2 -r 44100 -n 1000 -l y -o /tmp/y \
		>/tmp/busy 2>&1
	cat /tmp/busy
	grep 'errno=16 ' /tmp/busy && wait $player
}
attempt in-turn 'one line: who records waits for who plays' in_turn
