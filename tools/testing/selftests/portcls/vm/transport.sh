#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Pause, drop, drain, rewind, xrun, thresholds, shared and repeated opens. The card
# "direct" plays without QEMU's mixing engine, "fed" has an input.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
load main direct fed
pace=20

for access in rw mmap; do
	play "pause-$access" main '40 pauses' -a $access -p 1024 -b 4096 -P 40 -n 192123
	play "pause-large-$access" main '20 pauses, a large ring' -a $access -e 2 -p 4096 \
		-b 32768 -P 20 -n 192123
	small 128 || play "pause-small-$access" main '20 pauses, a small ring' -a $access \
		-e 3 -p 128 -b 2048 -P 20 -n 48123
	play "drop-$access" main '12 drops' -a $access -p 1024 -b 4096 -R 12 -n 192123
	play "pause-drop-$access" main 'pauses and drops' -a $access -e 4 -p 1024 -b 8192 \
		-P 15 -R 7 -c random -n 192123
	play "rewind-$access" main '30 rewinds' -a $access -p 1024 -b 16384 -w 30 -n 192123
	play "rewind-odd-$access" main 'rewinds, random transfers' -a $access -e 5 -p 512 \
		-b 8192 -w 60 -c random -n 192123
	play "xrun-$access" main '4 stalls' -a $access -p 1024 -b 4096 -k 9000:300 \
		-k 20001:150 -k 33333:200 -k 41000:500 -n 48123
	play "free-$access" main '3 stalls, free-running, silence' -a $access -p 1024 -b 4096 \
		-T boundary -Z boundary -k 9000:300 -k 20001:150 -k 33333:500 -n 48123
	play "close-$access" main 'closed while it runs' -a $access -p 1024 -b 4096 -n 20000 \
		-E close
	play "after-close-$access" main 'after that' -a $access -p 1024 -b 4096 -n 9999
done
play nonblock main 'non-blocking' -N -p 1024 -b 4096 -n 48123 -m $pace
play nowakeup main 'no period wake-ups' -W -p 1024 -b 8192 -n 96123 -m $pace
play nowakeup-mmap main 'no period wake-ups' -W -a mmap -p 1024 -b 8192 -n 96123 -m $pace
play nowakeup-pause main 'no period wake-ups, pauses' -W -p 1024 -b 8192 -P 10 -n 96123
play threshold-1 main 'start threshold 1' -S 1 -p 1024 -b 4096 -n 24123
play threshold-1500 main 'start threshold 1500' -S 1500 -c 100 -p 1024 -b 4096 -n 24123
# A list of short pieces that fills up without a packet's end in it.
# Short writes fill the list of an AC'97 card without a packet's end in it. An emulated
# one tells of its end before it is there, so what counts is that no write waits for that.
tracing=/sys/kernel/tracing
mount -t tracefs none $tracing 2>/dev/null
echo 1 >$tracing/events/portcls/portcls_get_mapping/enable
play ahead main 'short writes, not far ahead' -A 1800 -S 1800 -c 150 -p 8192 -b 16384 -n 96123
echo 0 >$tracing/events/portcls/portcls_get_mapping/enable
taken_at_once() {
	awk '/ portcls_get_mapping: / { if (n++ && $4 - last > most) most = $4 - last; last = $4 + 0 }
		END { print n + 0, "mappings,", most * 1000, "ms apart at most"
			exit !(n > 600 && most < 0.025) }' $tracing/trace
}
attempt ahead-taken 'the card takes them as they come' taken_at_once
play threshold-ring main 'start threshold of a ring' -S 4096 -c 100 -p 1024 -b 4096 -n 24123

# The last frame lies anywhere in a period; with and without QEMU's mixing engine.
for card in main direct; do
	for frames in 1 100 777 1023 1024 1025 2047 4095 4096 4097 10001 48123; do
		play "drain-$card-$frames" "$card" 'drained' -p 1024 -b 4096 -n "$frames"
	done
	small 256 || play "drain-$card-small" "$card" 'drained' -p 256 -b 1024 -n 10101
done

# Small rings: exact, or an xrun.
for sizes in 32:64 64:128 64:256 128:512 128:1024 256:1024 512:1024; do
	period=${sizes%:*} buffer=${sizes#*:}
	small "$period" && continue
	play "small-$period-$buffer" main 'a small ring' -p "$period" -b "$buffer" -n 24001
done

# Two players of one card: the first mixes with silence.
dmix() {
	pcmtool play -D "dmix:$(card main)" -s 200 -n 0 -z 96000 -l silence >/dev/null &
	play dmix main 'through dmix' -D "dmix:$(card main)" -n 72123
	wait
}

# Two recorders of one card.
dsnoop() {
	pcmtool record -D "dsnoop:$(card fed)" -n 48000 -l dsnoop-2 -o /out/dsnoop-2.raw &
	record dsnoop-1 fed 'through dsnoop' -D "dsnoop:$(card fed)" -n 48123
	status=0
	wait $! || status=$?
	result dsnoop-2 $status 'through dsnoop, the second'
}

reopened() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
		pcmtool open "hw:$(card main),0" playback || return
	done
}

# While one has it, nobody else may; then again anybody.
busy() {
	pcmtool open "hw:$(card fed),0" "$1" 2 >/dev/null &
	sleep 1
	said=$(pcmtool open "hw:$(card fed),0" "$1")
	wait $!
	echo "$said"
	[ "$said" = "open device=hw:$(card fed),0 errno=16 (Device or resource busy)" ] &&
		pcmtool open "hw:$(card fed),0" "$1"
}

dmix
dsnoop
attempt reopen '12 opens in a row' reopened
attempt busy-playback 'the second player is refused' busy playback
attempt busy-capture 'the second recorder is refused' busy capture
play last main 'after all this' -p 1024 -b 4096 -n 48123 -m $pace
