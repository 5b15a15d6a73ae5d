#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Both DACs and the ADC of an ES1370. The card "fed" has an input, "fast" a timer of
# 1 ms, "plain" no mixing engine.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
number=4
for name in main fed fast plain; do
	eval "card_$name=$(card_of 0$number)" || exit 1
	number=$((number + 1))
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
	on $dac "d$dac-least" main 'the smallest period' -x -p 497 -b 1988 -n 88123 -m 20
	on $dac "d$dac-direct" main 'the largest direct ring' -x -p 8192 -b 32768 -n 80123 -m 20
	on $dac "d$dac-copied" main 'a copied ring' -p 4096 -b 98304 -n 200123 -m 20
	on $dac "d$dac-big" main 'a ring of 576000 frames' -x -p 144000 -b 576000 -n 600123 -m 20
	on $dac "d$dac-pause" main '20 pauses' -p 1024 -b 4096 -P 20 -n 96123
	on $dac "d$dac-drop" main '6 drops' -p 1024 -b 4096 -R 6 -n 96123
	on $dac "d$dac-rewind" main '20 rewinds' -p 1024 -b 16384 -w 20 -n 96123
	on $dac "d$dac-rewind-copied" main '20 rewinds, copied' -p 1024 -b 100352 -w 20 -n 160123
	on $dac "d$dac-xrun-copied" main 'a stall, copied' -p 1024 -b 40960 -k 60000:1500 -n 100123
	on $dac "d$dac-free" main 'free-running over a stall' -T boundary -Z boundary -p 1024 \
		-b 4096 -k 9000:300 -n 48123
	on $dac "d$dac-nowakeup" main 'no period wake-ups' -W -p 1024 -b 8192 -n 96123 -m 20
	for frames in 1 1023 1024 1025 4097 10001; do
		on $dac "d$dac-drain-$frames" main 'drained' -p 1024 -b 4096 -n $frames -z 0
	done
	for format in s16x1 u8x1 u8x2; do
		on $dac "d$dac-$format" main "format $format" -f $format -p 1024 -b 4096 -n 44123 \
			-m 30
	done
	small 64 || on $dac "d$dac-64" fast '64 frames' -x -p 64 -b 128 -n 44123 -m 20
	on $dac "d$dac-plain" plain 'without the mixing engine' -p 1024 -b 4096 -n 44123
done

# In the direct way what is replayed before the core stops an underrun is bounded.
stalled() {
	pcmtool play -D "hw:$(card main),0" -r 44100 -s 200 -l stall -p 1024 -b 4096 \
		-k 9000:300 -z 44100 -n 20000 >/tmp/stalled
	cat /tmp/stalled
	grep -q ' xruns=1 ' /tmp/stalled
}

# Both DACs at once, each other's silence: one is heard through the other.
together() {
	pcmtool play -D "hw:$(card main),1" -r 44100 -s 1 -l silence -n 0 -z 120000 >/dev/null &
	on 0 together-0 main 'DAC2 while DAC1 plays silence' -p 1024 -b 4096 -n 66123 -m 20
	wait
	pcmtool play -D "hw:$(card main),0" -r 44100 -s 1 -l silence -n 0 -z 120000 >/dev/null &
	on 1 together-1 main 'DAC1 while DAC2 plays silence' -p 1024 -b 4096 -n 66123 -m 20
	wait
}
together

for access in rw mmap; do
	record "rec-$access" fed 'capture' -r 44100 -a $access -x -p 1024 -b 4096 -n 48123
	record "rec-big-$access" fed 'capture, copied' -r 44100 -a $access -p 4096 -b 98304 \
		-n 148123
done
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

locked() {
	pcmtool play -D "hw:$(card fed),0" -r 44100 -s 1 -l x -n 0 -z 88200 >/dev/null &
	sleep 0.5
	arecord -D "hw:$(card fed),0" --dump-hw-params -f S16_LE -c 2 -r 22050 -d 1 /dev/null \
		>/tmp/offer 2>&1
	wait
	grep '^RATE: *44100 *$' /tmp/offer
}
attempt locked 'capture is offered the rate of the clock that playback holds' locked

# refused RATE: what the chip would play at another rate is not granted
refused() {
	! pcmtool play -D "hw:$(card main),0" -r "$1" -s 1 -l x -n 100
}
attempt refuse-48000 '48000 Hz, which it does not have, is refused' refused 48000
for rate in 3997 47040 48662; do
	attempt "rate-$rate" "$rate Hz run at that rate" pcmtool play -D "hw:$(card main),0" \
		-r $rate -s 1 -l x -n 0 -z $((4 * rate)) -p $((rate / 20)) -b $((rate / 4)) -m 20
done
attempt rate-5512 '5512 Hz on DAC1' pcmtool play -D "hw:$(card main),1" -r 5512 -s 1 -l x \
	-n 0 -z 22048 -p 500 -b 2000 -m 20
attempt xrun 'an xrun is told' stalled

names() {
	amixer -c "$(card main)" controls | sed 's/numid=[0-9]*,//' | sort
}
same_names() {
	[ "$driver" = snd-ens1370 ] && return
	names >/tmp/ours
	amixer -c "$(card main)" cget name='Master Playback Volume' | grep 'dBscale-min=-62' || return
	rmmod "$driver" && modprobe snd-ens1370 && names >/tmp/theirs && rmmod snd-ens1370
	diff /tmp/theirs /tmp/ours
}
attempt names 'controls are those of snd-ens1370' same_names
