#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# All cards of the machine play at the same time, on the few interrupt lines that
# there are.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
count=0
for entry in $VM_CARDS; do
	name=${entry%%=*}
	add_card "$name" "$name" || exit 1
	count=$((count + 1))
done
expected() {
	echo "$(grep -c ' - Intel ' /proc/asound/cards) cards"
	[ "$(grep -c ' - Intel ' /proc/asound/cards)" = $count ]
}
attempt cards "$count cards are there" expected

lines=$(grep -c 'snd_portcls_ich' /proc/interrupts)
most=$(grep 'snd_portcls_ich' /proc/interrupts | awk '{ n = gsub(/snd_portcls_ich/, ""); if (n > most) most = n }
	END { print most }')
shared() {
	grep snd_portcls_ich /proc/interrupts
	[ "$most" -gt 1 ]
}
attempt shared "up to $most cards on one of $lines interrupt lines" shared

players=''
for entry in $VM_CARDS; do
	name=${entry%%=*}
	next_id
	pcmtool play -D "hw:$(card "$name"),0" -l "play-$name" -s "$last_id" \
		-o "/out/$name.spec" -p 2048 -b 8192 -n 24123 >"/tmp/played-$name" 2>&1 &
	players="$players $name=$!"
done
# shellcheck disable=SC2086 # a list
players_end "24123 frames, with all others at the same time" $players
attempt unload 'all are taken down' rmmod "$driver"
