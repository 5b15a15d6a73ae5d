#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Every sample, once, in order, then silence: at each rate a card of its own.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
rates='8000 11025 22050 44100 48000'
load r8000 r11025 r22050 r44100 r48000
pace=20

refused_mono() {
	pcmtool play -D "hw:$(card "r$1"),0" -r "$1" -f s16x1 -n 100 -s 1 >/tmp/other && return 1
	cat /tmp/other
	grep -q 'call=channels errno=22 ' /tmp/other
}

# matrix RATE PERIOD BUFFER FRAMES: both ways to transfer
matrix() {
	small "$2" && return
	for access in rw mmap; do
		play "$1-$access-$2-$3" "r$1" "$4 frames" -r "$1" -a $access -x \
			-p "$2" -b "$3" -n "$4" -m $pace
	done
}

for rate in $rates; do
	pcmtool caps "hw:$(card "r$rate"),0" playback "$rate" >/tmp/caps || exit 1
	cat /tmp/caps
	largest=$(value buffer /tmp/caps)
	largest=${largest#*-}

	matrix "$rate" 1024 4096 $((rate + 123))
	matrix "$rate" 256 2048 $((rate / 2 + 77))
	matrix "$rate" 4096 16384 $((rate + 1))
	# With the timer of 10 ms these may underrun; then an xrun is reported.
	matrix "$rate" 256 1024 4321
	matrix "$rate" 64 1024 4321
	matrix "$rate" 128 512 2345
	matrix "$rate" 64 128 1234
	play "$rate-largest" "r$rate" "ring of $largest frames" -r "$rate" -x \
		-p $((largest / 4)) -b "$largest" -n $((2 * largest + 4321)) -m $pace
	# A ring of one period is empty before its client is woken.
	play "$rate-single" "r$rate" 'a ring of one period' -r "$rate" \
		-p 8192 -b 8192 -n 20000
	play "$rate-random" "r$rate" 'random transfers' -r "$rate" -a mmap -x -p 1024 -b 8192 \
		-c random -n $((rate + 999)) -m $pace
	play "$rate-short" "r$rate" 'less than a period' -r "$rate" -p 1024 -b 4096 -n 777
	play "$rate-one" "r$rate" 'one frame' -r "$rate" -p 1024 -b 4096 -n 1
	attempt "$rate-mono" 'mono is refused' refused_mono "$rate"
done

for rate in 44100 48000; do
	for access in rw mmap; do
		play "$rate-$access-minute" "r$rate" '60 s' -r "$rate" -a $access -x \
			-p 1024 -b 4096 -n $((60 * rate + 321)) -m 5
	done
done
