#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The adapter's books, as debugfs shows them, while a card's streams come and go.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
load main
address=$(slot 04)
adapters=/sys/kernel/debug/snd-portcls/adapters

# books KEY=VALUE...: what the card's line has to say
books() {
	grep "^$address master " $adapters >/tmp/books || { cat $adapters; return 1; }
	sed 's/$/ /' /tmp/books
	for fact in "$@"; do
		grep -q " $fact\( \|\$\)" /tmp/books || { echo "not $fact"; return 1; }
	done
}

book() {
	sed -n "s/.* $1=\([^ ]*\).*/\1/p" /tmp/books
}

# settled: nothing is out but what a card has for good
settled() {
	books live_maps=0 live_grants=0 pending=0 channel=free violations=0 balanced=yes &&
		[ "$(book free)" = "$(book registers)" ] &&
		[ "$(book maps)" = "$(book flushes)" ] && [ "$(book common_buffers)" -gt 0 ]
}
attempt idle 'no stream, no mapping; the card has its common buffers' settled

# 64 KiB are 16 registers.
held() {
	pcmtool play -D "hw:$(card main),0" -f s16x2 -r 48000 -p 4096 -b 16384 -n 96000 -s 3 \
		-l x >/dev/null &
	player=$!
	sleep 0.5
	books live_maps=1 live_grants=1 channel=free balanced=yes partial=0 halved=0
	status=$?
	[ $((registers = $(book registers) - $(book free))) = 16 ] || status=1
	echo "$registers registers held"
	wait $player || status=$?
	return $status
}
for n in 1 2 3; do
	attempt held-$n 'a stream is one mapping, its ring'"'"'s pages are registers' held
	attempt settled-$n 'all is given back' settled
done
gone() {
	rmmod "$driver" && ! grep . $adapters
}
attempt gone 'the adapter goes with its driver' gone
