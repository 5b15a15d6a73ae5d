#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# streams.sh CARDS: more and more streams at once, each on a card of its own, with
# mainline's drivers on all cards and then with ours.

# shellcheck source-path=SCRIPTDIR
. ./lib.sh

# bind_all DRIVER_OF_AC97 DRIVER_OF_ES1370; sets $numbers: card number and rate
bind_all() {
	numbers=
	for id in $cards; do
		case $id in
		ac97*) bind_driver "$1" "$id" && rate=48000 ;;
		*) bind_driver "$2" "$id" && rate=44100 ;;
		esac || exit 1
		numbers="$numbers $(card_of "$id"):$rate"
	done
}

# together PERIOD COUNT: one second in the middle of COUNT streams
together() {
	left=$2 pids=
	buffer=$((4 * $1))
	[ $buffer -ge 4096 ] || buffer=4096
	: >/tmp/xruns
	for number in $numbers; do
		[ "$left" -gt 0 ] || break
		left=$((left - 1))
		rate=${number#*:}
		bench-client run -D "hw:${number%:*},0" -r "$rate" -p "$1" -b $buffer \
			-n $((rate * 3)) >>/tmp/xruns &
		pids="$pids $!"
	done
	sleep 1
	tell begin
	sleep 1
	tell end
	# shellcheck disable=SC2086 # a list
	wait $pids
	[ "$(grep -c xruns= /tmp/xruns)" = "$2" ] || { echo "a stream of $2 failed"; cat /tmp/xruns; exit 1; }
	echo "case kind=streams card=all driver=$driver dir=p period=$1 buffer=$buffer periods=1 access=rw wake=1 streams=$2" \
		"xruns=$(sed -n 's/.*xruns=//p' /tmp/xruns | awk '{ s += $1 } END { print s + 0 }') $(cat $bench/result)"
}

count=$1
cards=
for n in $(seq 1 $((count / 2))); do
	cards="$cards ac97-$n es1370-$n"
done
for module in snd-intel8x0 snd-ens1370 snd-portcls-ich snd-portcls-es1370; do
	modprobe "$module" || exit 1
done
for id in $cards; do
	ports "$id" "$(slot "$id")"
done
for driver in mainline ours; do
	case $driver in
	mainline) bind_all snd_intel8x0 snd_ens1370 ;;
	ours) bind_all snd_portcls_ich snd_portcls_es1370 ;;
	esac
	for period in 1024 64; do
		for n in 1 2 4 8 13 26; do
			[ $n -gt "$count" ] || together $period $n
		done
	done
done
exit 0
