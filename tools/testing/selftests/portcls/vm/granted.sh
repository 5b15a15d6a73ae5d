#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What hw_params grants, runs: random configurations (seed in $2), in real time.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
seed=$2
load r8000 r11025 r22050 r44100 r48000 fed

# Lines "RATE ACCESS PERIOD BUFFER CHUNK FRAMES": as many periods between 32 and 64
# frames as between 8192 and 16384, rings of 2 to 33 of them.
draw() {
	awk -v seed="$1" -v count="$2" -v least="$3" -v rates="$4" 'BEGIN {
		top = least
		for (octaves = 0; top < 16384; octaves++)
			top *= 2
		srand(seed)
		n = split(rates, rate, " ")
		for (i = 0; i < count; i++) {
			r = rate[1 + int(rand() * n)]
			period = least * (1 + rand())
			for (octave = int(rand() * octaves); octave; octave--)
				period *= 2
			period = int(period)
			buffer = period * (2 + int(rand() * rand() * 32))
			buffer += rand() < 0.3 ? int(rand() * period) : 0
			frames = int(r * (0.3 + rand())) + 2 * buffer
			print r, rand() < 0.5 ? "rw" : "mmap", period, buffer,
				rand() < 0.4 ? "random" : period, frames < 400000 ? frames : 400000
		}
	}'
}

least=16
[ "$slow" = 1 ] || least=512
number=0
draw "$seed" 60 $least '8000 11025 22050 44100 48000' >/tmp/drawn
while read -r rate access period buffer chunk frames; do
	number=$((number + 1))
	play "play-$number" "r$rate" "$rate $access $period/$buffer by $chunk" -r "$rate" \
		-a "$access" -p "$period" -b "$buffer" -c "$chunk" -n "$frames" -e $number -m 30
done </tmp/drawn

# QEMU fills 10 ms of input at once: smaller rings can only overrun.
draw "$seed" 20 512 48000 >/tmp/drawn
while read -r rate access period buffer chunk frames; do
	number=$((number + 1))
	record "record-$number" fed "$rate $access $period/$buffer by $chunk" -r "$rate" \
		-a "$access" -p "$period" -b "$buffer" -c "$chunk" -n $((frames / 4)) -e $number \
		-m 30
done </tmp/drawn
