#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A card that is set to two lines of 8 bits, as a Vibra16X is: 16-bit samples go over the
# second of them, byte by byte.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
devices=/sys/devices/platform

modprobe "$driver" || exit 1
card_wide=$(card_of $devices/snd-portcls-sb16.0) || exit 1
second() { grep -A 1 "^ *$card_wide " /proc/asound/cards | grep 'dma 1&3$'; }
attempt second 'the second line is one of 8 bits' second
set -- -f s16x2 -r 44100 -p 1024 -b 4096
play two-rw wide 'rw' "$@" -n 44123 -m 20
play two-mmap wide 'mmap' "$@" -a mmap -n 44123 -m 20
play two-mono wide 'mono' -f s16x1 -r 44100 -p 1024 -b 8192 -n 44123 -m 20
play two-largest wide 'the largest ring' -f s16x2 -r 44100 -p 4096 -b 16384 -n 80123 -m 20
play two-pause wide '10 pauses' "$@" -P 10 -n 48123
play two-drop wide '4 drops' "$@" -R 4 -n 48123
for frames in 1 1023 1025 4097; do
	play "two-drain-$frames" wide 'drained' "$@" -n $frames
done

sleeps() {
	echo 0 >/sys/module/suspend/parameters/pm_test_delay
	echo devices >/sys/power/pm_test
	echo mem >/sys/power/state
}
attempt sleep 'after sleep' sleeps
play two-slept wide 'rw' "$@" -n 20123
