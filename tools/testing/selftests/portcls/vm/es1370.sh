#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Both DACs and the ADC of an ES1370. Cards: main; eight, for what has 8 bits; fed,
# with an input; fast, with a timer of 1 ms; quick, with one of 0.25 ms and an
# input; plain0 and plain1, without a mixing engine, which has one voice a card; clock,
# with QEMU's own pace in both directions.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
for name in main eight fed fast quick plain0 plain1 clock; do
	eval "card_$name=$(card_of $name)" || exit 1
done

# on DEVICE LABEL CARD TEXT [OPTION of pcmtool play]...
on() {
	device=$1 label=$2 card=$3 text=$4
	shift 4
	next_id
	status=0
	pcmtool play -D "hw:$(card "$card"),$device" -r 44100 -l "$label" -s "$last_id" \
		-o "/out/$card.spec" "$@" >/tmp/played || status=$?
	cat /tmp/played
	result "$label" $status "$text"
}

for dac in 0 1; do
	for access in rw mmap; do
		on $dac "d$dac-$access" main "DAC device $dac, $access" -a $access -x -p 1024 \
			-b 4096 -n 48123 -m 20
	done
	small 497 || on $dac "d$dac-least" main 'the smallest period' -x -p 497 -b 1988 -n 88123 \
		-m 20
	on $dac "d$dac-direct" main 'the largest direct ring' -x -p 8192 -b 32768 -n 80123 -m 20
	on $dac "d$dac-copied" main 'a copied ring' -p 4096 -b 98304 -n 200123 -m 20
	on $dac "d$dac-big" main 'a ring of 576000 frames' -x -p 144000 -b 576000 -n 600123 -m 20
	on $dac "d$dac-pause" main '20 pauses' -p 1024 -b 4096 -P 20 -n 96123
	on $dac "d$dac-pause-copied" main '20 pauses, copied' -p 4096 -b 98304 -P 20 -n 196123
	on $dac "d$dac-drop" main '6 drops' -p 1024 -b 4096 -R 6 -n 96123
	on $dac "d$dac-rewind" main '20 rewinds' -p 1024 -b 16384 -w 20 -n 96123
	on $dac "d$dac-rewind-copied" main '20 rewinds, copied' -p 1024 -b 100352 -w 20 -n 160123
	on $dac "d$dac-xrun-copied" main 'a stall, copied' -p 1024 -b 40960 -k 60000:1500 -n 100123
	on $dac "d$dac-free" main 'free-running over a stall' -T boundary -Z boundary -p 1024 \
		-b 4096 -k 9000:300 -n 48123
	on $dac "d$dac-nowakeup" main 'no period wake-ups' -W -p 1024 -b 8192 -n 96123 -m 20
	on $dac "d$dac-nowakeup-drain" main 'starts with the drain' -W -p 1024 -b 8192 -n 100 -z 0
	for frames in 1 1023 1024 1025 4097 10001; do
		on $dac "d$dac-drain-$frames" main 'drained' -p 1024 -b 4096 -n $frames -z 0
	done
	on $dac "d$dac-s16x1" main 'mono' -f s16x1 -p 1024 -b 4096 -n 44123 -m 30
	on $dac "d$dac-s16x1-odd" main 'mono, odd sizes' -f s16x1 -x -p 1001 -b 3003 -n 44123 -m 30
	on $dac "d$dac-s16x1-pause" main 'mono, 10 pauses' -f s16x1 -p 1024 -b 4096 -P 10 -n 96123
	on $dac "d$dac-s16x1-nowakeup" main 'mono, no period wake-ups' -f s16x1 -W -p 1024 \
		-b 8192 -n 96123 -m 30
	for format in u8x1 u8x2; do
		on $dac "d$dac-$format" eight "format $format" -f $format -p 1024 -b 4096 \
			-n 44123 -m 30
		on $dac "d$dac-$format-odd" eight "format $format, odd sizes" -f $format -p 1001 \
			-b 3003 -n 44123 -m 30
		on $dac "d$dac-$format-large" eight "format $format, copied" -f $format -p 8192 \
			-b 393216 -n 444123 -m 30
		on $dac "d$dac-$format-nowakeup" eight "format $format, no period wake-ups" \
			-f $format -W -p 16384 -b 131072 -n 196123 -m 30
	done
	small 64 || on $dac "d$dac-64" fast '64 frames' -x -p 64 -b 128 -n 44123 -m 20
	small 32 || on $dac "d$dac-32" quick '32 frames' -x -p 32 -b 64 -n 44123 -m 20
	on $dac "d$dac-plain" plain$dac 'without the mixing engine' -p 1024 -b 4096 -n 44123
done

# Both DACs at once, each other's silence: one is heard through the other.
together() {
	pcmtool play -D "hw:$(card main),1" -r 44100 -s 1 -l silence -n 0 -z 120000 \
		>/tmp/played-silence-1 &
	player=$!
	on 0 together-0 main 'DAC2 while DAC1 plays silence' -p 1024 -b 4096 -n 66123 -m 20
	players_end 'the silence of DAC1' silence-1=$player
	pcmtool play -D "hw:$(card main),0" -r 44100 -s 1 -l silence -n 0 -z 120000 \
		>/tmp/played-silence-0 &
	player=$!
	on 1 together-1 main 'DAC1 while DAC2 plays silence' -p 1024 -b 4096 -n 66123 -m 20
	players_end 'the silence of DAC2' silence-0=$player
}
together

for access in rw mmap; do
	record "rec-$access" fed 'capture' -r 44100 -a $access -x -p 1024 -b 4096 -n 48123
	record "rec-big-$access" fed 'capture, copied' -r 44100 -a $access -p 4096 -b 98304 \
		-n 148123
done
record rec-least fed 'capture, the smallest period' -r 44100 -x -p 497 -b 1988 -n 48123
small 32 || record rec-32 quick 'capture, 32 frames' -r 44100 -x -p 32 -b 64 -n 44123
record rec-nowakeup fed 'capture, no period wake-ups' -r 44100 -W -p 1024 -b 8192 -n 48123
record rec-drop fed 'capture, 6 drops' -r 44100 -p 1024 -b 8192 -R 6 -n 96123
record rec-xrun fed 'capture, an overrun' -r 44100 -p 1024 -b 4096 -k 20000:400 -n 48123
both() {
	label=$1 text=$2
	shift 2
	next_id
	status=0
	pcmtool duplex -D "hw:$(card fed),0" -r 44100 -l "$label" -s "$last_id" \
		-o /out/fed.spec -O "/out/$label.raw" -p 1024 -b 4096 -n 48123 "$@" || status=$?
	result "$label" $status "$text"
}
both duplex 'both at once'
both linked 'both at once, linked' -L
# The second client comes and goes while the first one runs.
record rec-joined fed 'capture while players come and go' -r 44100 -p 1024 -b 16384 -n 96123 &
sleep 0.3
for n in 1 2 3; do
	on 0 "join-$n" fed 'a player while it records' -p 1024 -b 4096 -n 9123 -z 2048
done
wait

holds() {
	pcmtool play -D "hw:$(card fed),0" -r 44100 -s 1 -l x -n 0 -z 88200 >/dev/null &
	sleep 0.5
}
locked() {
	holds
	arecord -D "hw:$(card fed),0" --dump-hw-params -f S16_LE -c 2 -r 22050 -d 1 /dev/null \
		>/tmp/offer 2>&1
	pcmtool record -D "hw:$(card fed),0" -r 22050 -l x -o /tmp/x.raw -n 1000 >/tmp/other
	wait
	cat /tmp/other
	grep '^RATE: *44100 *$' /tmp/offer && grep -q 'call=rate errno=22 ' /tmp/other
}
attempt locked 'capture has the rate of the clock that playback holds, and no other' locked

# refused DEVICE RATE: what the chip would play at another rate is not granted
refused() {
	pcmtool play -D "hw:$(card main),$1" -r "$2" -s 1 -l x -n 100 >/tmp/other && return 1
	cat /tmp/other
	grep -q 'call=rate errno=22 ' /tmp/other
}
attempt refuse-48000 '48000 Hz, which it does not have, is refused' refused 0 48000
attempt refuse-22000 'DAC1: 22000 Hz is refused' refused 1 22000
# The core gives up a drain that tells of nothing for 100 ms, and the last frame of this
# one is held for longer.
attempt drain-slow 'DAC1: 5512 Hz, a ring of 91 ms, drained to its end' \
	pcmtool play -D "hw:$(card clock),1" -r 5512 -p 250 -b 500 -s 1 -l x -n 5000

# rate LABEL DEVICE RATE TEXT [OPTION of pcmtool rate]...: a step of the emulated card
# is 10 ms, so for 0.1 % it takes its time
rate() {
	label=$1-$3 device=$2 hz=$3 text=$4
	shift 4
	attempt "$label" "$hz Hz, $text" pcmtool rate -D "hw:$(card clock),$device" \
		-r "$hz" -n $((40 * hz)) -p $((hz / 20)) -b $((hz / 4)) -t 400 "$@"
}
for hz in 3997 11025 22050 44100 47040 48662; do
	rate rate-0 0 $hz 'played at that rate'
done
for hz in 5512 11025 22050 44100; do
	rate rate-1 1 $hz 'played at that rate by DAC1'
done
for hz in 3997 22050 48662; do
	rate rate-capture 0 $hz 'recorded at that rate' -C
done
# The smallest period that is granted, and one that is no whole number of steps.
least=$((44100 * 9 / 800 + 1))
for period in $least 1000; do
	small "$period" && continue
	attempt "pace-$period" "periods of $period run in real time" pcmtool rate \
		-D "hw:$(card clock),0" -r 44100 -n 1764000 -x -p "$period" -b $((4 * period)) -t 400
	attempt "pace-capture-$period" "captured periods of $period, too" pcmtool rate -C \
		-D "hw:$(card clock),0" -r 44100 -n 1764000 -x -p "$period" -b $((4 * period)) -t 400
done

names() {
	amixer -c "$1" info | grep '^  [MC]' | grep -v '^  Controls'
	amixer -c "$1" controls | sed 's/numid=[0-9]*,//' | sort
}
# Another driver of one card only: its end would begin the cards' recordings anew.
same_names() {
	[ "$driver" = snd-ens1370 ] && return
	names "$(card clock)" >/tmp/ours
	amixer -c "$(card clock)" cget name='Master Playback Volume' | grep 'dBscale-min=-62' || return
	modprobe snd-ens1370
	bind_driver snd_ens1370 clock || return
	names "$(card_of clock)" >/tmp/theirs
	diff /tmp/theirs /tmp/ours
}
attempt names 'mixer, components and controls are those of snd-ens1370' same_names
