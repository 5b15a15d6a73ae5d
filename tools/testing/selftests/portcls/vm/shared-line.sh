#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Two AC'97 controllers and two ES1370 on one interrupt line, all playing at once with
# periods of their own. Says where their registers are, for whoever counts.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" && modprobe snd-portcls-es1370 || exit 1

seconds=5
line=''
players=''
for entry in $VM_CARDS; do
	name=${entry%%=*}
	number=$(card_of "$name") || exit 1
	eval "card_$name=$number"
	device=/sys/bus/pci/devices/$(slot "$name")
	line="$line $(cat "$device/irq")"
	case $name in
	ac97*) bar=2 rate=48000; unity "$number" || exit 1 ;;
	*) bar=1 rate=44100 ;;
	esac
	# How often its own interrupt comes, and where it is acknowledged.
	period=${name#*_}
	echo "card $name $(sed -n "${bar}s/ .*//p" "$device/resource") $((seconds * rate / period))"
	next_id
	eval "id_$number=$last_id rate_$number=$rate period_$number=$period"
done
same() {
	echo "the interrupts are$line"
	for irq in $line; do
		[ "$irq" = "${line##* }" ] || return 1
	done
}
attempt same 'the cards share one interrupt line' same

for entry in $VM_CARDS; do
	name=${entry%%=*}
	number=$(card "$name")
	eval "id=\$id_$number rate=\$rate_$number period=\$period_$number"
	pcmtool play -D "hw:$number,0" -l "play-$name" -s "$id" -o "/out/$name.spec" \
		-r "$rate" -p "$period" -b $((4 * period)) -n $((seconds * rate)) \
		>"/tmp/played-$name" 2>&1 &
	players="$players $name=$!"
done
# shellcheck disable=SC2086 # a list
players_end "$seconds s while the others play" $players
