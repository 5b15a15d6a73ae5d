#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Recording and full duplex: the host judges each file by what the card was fed.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
rates='48000 44100'
load c48000 c44100
pace=20

# matrix RATE PERIOD BUFFER FRAMES: both ways to transfer
matrix() {
	small "$2" && return
	for access in rw mmap; do
		record "$1-$access-$2-$3" "c$1" "$4 frames" -r "$1" -a $access -x \
			-p "$2" -b "$3" -n "$4" -m $pace
	done
}

# QEMU fills 10 ms at once. A smaller ring is exact or it overruns, each time said.
tiny() {
	label=$1
	record "$@" -X 100 >/tmp/tiny
	cat /tmp/tiny
	if grep -q "^failed label=$label .* errno=32 " /tmp/tiny; then
		sed -i "s/^$label 3 /$label 0 /" /out/cases
		[ -s "/out/$label.raw" ] || rm "/out/$label.raw"
	fi
}

for access in rw mmap; do
	small 64 && break
	record "tiny-$access-64-1024" c48000 '14321 frames' -a $access -x -p 64 -b 1024 \
		-n 14321 -m $pace
	tiny "tiny-$access-64-256" c48000 '4321 frames' -a $access -p 64 -b 256 -n 4321
	tiny "tiny-$access-64-128" c48000 '4321 frames' -a $access -p 64 -b 128 -n 4321
	tiny "tiny-$access-32-64" c48000 '4321 frames' -a $access -p 32 -b 64 -n 4321
done

for rate in $rates; do
	pcmtool caps "hw:$(card "c$rate"),0" capture "$rate" >/tmp/caps || exit 1
	cat /tmp/caps
	largest=$(value buffer /tmp/caps)
	largest=${largest#*-}

	matrix "$rate" 1024 4096 $((rate + 123))
	matrix "$rate" 256 2048 $((rate / 2 + 77))
	record "$rate-largest" "c$rate" "ring of $largest frames" -r "$rate" -x \
		-p $((largest / 4)) -b "$largest" -n $((largest + 4321)) -m $pace
	record "$rate-random" "c$rate" 'random transfers' -r "$rate" -x -p 1024 -b 8192 \
		-c random -n $((rate + 999)) -m $pace
	record "$rate-nonblock" "c$rate" 'non-blocking' -r "$rate" -N -x -p 1024 -b 4096 \
		-n $((rate / 2)) -m $pace
	record "$rate-nowakeup" "c$rate" 'no period wake-ups' -r "$rate" -W -x -p 1024 \
		-b 8192 -n $((rate / 2)) -m $pace
	record "$rate-pause" "c$rate" '12 pauses' -r "$rate" -p 1024 -b 8192 -P 12 \
		-n $((rate * 2))
	record "$rate-drop" "c$rate" '6 drops' -r "$rate" -p 1024 -b 8192 -R 6 \
		-n $((rate * 2))
	record "$rate-xrun" "c$rate" 'an overrun' -r "$rate" -p 1024 -b 4096 \
		-k 20000:400 -n "$rate"
	both "$rate-duplex" "c$rate" 'both at once' -r "$rate" -p 1024 -b 4096 \
		-n $((rate * 2 + 77))
	both "$rate-linked" "c$rate" 'both at once, linked' -r "$rate" -L -p 1024 -b 4096 \
		-n $((rate * 2 + 77))
done
record 48000-minute c48000 '60 s' -r 48000 -x -p 1024 -b 4096 -n 2880321 -m 5
record 44100-minute c44100 '60 s' -r 44100 -a mmap -x -p 1024 -b 4096 -n 2646321 -m 5
