#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Playback on two Sound Blaster 16 at the rate that the file "rate" holds, and at
# 44100 all the rest. The first card, "wide", plays 16-bit samples and the second,
# "narrow", 8-bit ones, each on its own line.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
rate=$(cat rate)
pace=20

modprobe "$driver" port=0x220,0x240 || exit 1
for n in 0 1; do
	number=$(card_of /sys/devices/platform/snd-portcls-sb16.$n) || exit 1
	[ $n = 0 ] && card_wide=$number || card_narrow=$number
done
echo "cards $card_wide $card_narrow"

formats() {
	case $1 in
	wide) echo s16x2 s16x1 ;;
	narrow) echo u8x2 u8x1 ;;
	esac
}

for card in wide narrow; do
	for format in $(formats $card); do
		case=$card-$format-$rate
		small 512 || play "$case-rw" $card "rw" -f "$format" -r "$rate" -p 512 \
			-b 4096 -n $((rate + 123)) -m $pace
		play "$case-mmap" $card "mmap" -f "$format" -r "$rate" -a mmap -p 1024 \
			-b 8192 -n $((rate + 77)) -m $pace
	done
done

if [ "$rate" = 44100 ]; then
	for card in wide narrow; do
		f=$(formats $card | cut -d' ' -f1)
		set -- -f "$f" -r "$rate" -p 1024 -b 4096
		play "$card-pause" $card '20 pauses' "$@" -P 20 -n 96123
		play "$card-pause-mmap" $card '20 pauses, mmap' "$@" -a mmap -e 2 -P 20 -n 96123
		play "$card-drop" $card '8 drops and restarts' "$@" -R 8 -n 96123
		play "$card-both" $card 'pauses and drops' "$@" -e 3 -P 9 -R 5 -c random -n 96123
		play "$card-close" $card 'closed while it runs' "$@" -n 20000 -E close
		play "$card-again" $card 'after that' "$@" -n 9999
		play "$card-free" $card 'free-running with silence' "$@" -T boundary -Z boundary \
			-k 9000:300 -n 44123
		play "$card-largest" $card 'the largest ring' -f "$f" -r "$rate" -p 8192 \
			-b 32768 -n 80123 -m $pace
		play "$card-odd" $card 'a ring that is no power of two' -f "$f" -r "$rate" \
			-p 1000 -b 5000 -n 44123 -m $pace
		for frames in 1 100 1023 1024 1025 4096 10001; do
			play "$card-drain-$frames" $card 'drained' "$@" -n $frames
		done
	done
	play wide-64k wide 'a ring of 64 Ki words, a counter of all ones' -f s16x2 -r "$rate" \
		-x -p 8192 -b 32768 -n 100123 -m $pace
	play narrow-64k narrow 'a ring of 64 Ki bytes, a counter of all ones' -f u8x1 \
		-r "$rate" -x -p 16384 -b 65536 -n 140123 -m $pace
	# Interrupts of less than 10 ms are merged: the position is not their number.
	small 128 || for card in wide narrow; do
		f=$(formats $card | cut -d' ' -f1)
		play "$card-small" $card 'periods shorter than the tick' -f "$f" -r "$rate" -x \
			-p 128 -b 2048 -n 44123 -m $pace
	done
fi
