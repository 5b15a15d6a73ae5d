#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Impossible requests; then the card must play and record as if nothing had been.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
load main fed

# refused NAME NODE: each of bad-input's results is a case
refused() {
	bad-input "$2" "/dev/snd/controlC$(card fed)" >/tmp/refused
	result "$1-status" $? 'all refused as they ought to be'
	sed -n -e "s/^ok [0-9]* \(.*\)/$1 0 \1/p" -e "s/^not ok [0-9]* \(.*\)/$1 1 \1/p" \
		/tmp/refused | awk '{ $1 = $1 "-" NR; print }' >>/out/cases
	grep -A 1 '^not ok' /tmp/refused
}

refused playback "/dev/snd/pcmC$(card fed)D0p"
refused capture "/dev/snd/pcmC$(card fed)D0c"
play play-after fed 'plays after that' -p 1024 -b 4096 -n 24123
record record-after fed 'records after that' -p 1024 -b 4096 -n 24123

# Transfers of odd sizes: nothing is lost.
play odd-chunks main 'one frame at a time' -c 1 -p 64 -b 2048 -n 3000
play chunk-7 main 'seven frames at a time' -c 7 -p 1024 -b 4096 -n 24123
play chunk-mmap-13 main '13 frames at a time' -a mmap -c 13 -p 1024 -b 4096 -n 24123
play chunk-5000 main 'more than a ring at a time' -c 5000 -p 1024 -b 4096 -n 24123
record chunk-record fed '11 frames at a time' -c 11 -p 1024 -b 4096 -n 24123
