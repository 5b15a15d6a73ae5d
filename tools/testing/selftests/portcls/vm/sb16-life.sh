#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Who owns what when: probe, busy, unbind and unload while a stream runs, sleep, a
# capture that never moves, the rules by which two streams share a card.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
devices=/sys/devices/platform
summary=/sys/kernel/debug/dmaengine/summary
first=snd-portcls-sb16.0
second=snd-portcls-sb16.1

owns() {
	grep -q "^ $1: i8237-dma" /proc/dma && grep -q "$2:dma$1" $summary
}

free() {
	! grep -q "^ $1:" /proc/dma && ! grep -q ":dma$1" $summary
}

nothing_claimed() {
	! grep -q sb16 /proc/ioports && ! grep -q sb16 /proc/interrupts &&
		free 1 && free 5 && free 3 && free 7 && [ ! -e $devices/$first ]
}

# said TEXT: did the kernel say so since the last time?
said() {
	dmesg -c >/tmp/dmesg
	grep -q "$1" /tmp/dmesg || { cat /tmp/dmesg; return 1; }
}

no_card() {
	dmesg -c >/dev/null
	! modprobe "$driver" "port=$1" 2>/dev/null && said "$2" && nothing_claimed
}

refused() {
	said=$1
	shift
	! modprobe "$driver" "$@" 2>/dev/null && said "$said" && nothing_claimed
}

attempt no-dsp 'no DSP: an error, and nothing is claimed' no_card 0x280 'no DSP answers at 0x280'
attempt old-dsp 'an older DSP: refused by its number, and nothing is claimed' \
	no_card 0x260 'DSP 3.2 at 0x260 is no Sound Blaster 16'
attempt no-line 'a line that no card has' refused 'no card takes' port=0x220 dma16=4
attempt no-irq 'an interrupt that no card has' refused 'no card takes' port=0x220 irq=3
modprobe -r i8237-dma
free 1 || exit 1

# Without its controller a card waits; what it had to probe for is free meanwhile.
deferred() {
	modprobe snd-portcls &&
		insmod "$(find /lib/modules -name "$driver.ko*")" port=0x220 || return 1
	grep $first /sys/kernel/debug/devices_deferred || return 1
	! grep -q sb16 /proc/ioports && ! grep -q sb16 /proc/interrupts || return 1
	[ ! -e $devices/$first/sound ] && modprobe i8237-dma || return 1
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ ! -e $devices/$first/sound ] || break
		sleep 0.2
	done
	owns 1 $first && owns 5 $first && rmmod "$driver" && nothing_claimed &&
		rmmod i8237-dma
}
attempt deferred 'a card comes when its controller does' deferred

modprobe "$driver" port=0x220,0x240 || exit 1
card_first=$(card_of $devices/$first)
card_second=$(card_of $devices/$second)
attempt own-1 'line 1 is the first card'"'"'s' owns 1 $first
attempt own-5 'line 5 is the first card'"'"'s' owns 5 $first
attempt own-3 'line 3 is the second card'"'"'s' owns 3 $second
attempt own-7 'line 7 is the second card'"'"'s' owns 7 $second

names() {
	grep -q "^ *$card_first .*: SB16 - Sound Blaster 16" /proc/asound/cards &&
		grep -q 'SB16 DSP : DSP v4.5 : playback 1 : capture 1' /proc/asound/pcm &&
		amixer -c $card_first info | grep "^ *Components.*'CTL1745'"
}
attempt names 'card and PCM are named as ever' names

# Every control that the in-tree driver has, by name, and no other.
controls() {
	amixer -c "$card_first" controls | sed "s/.*name='\(.*\)'/\1/" | sort >/tmp/have
	sort >/tmp/want <<'LIST'
16-bit DMA Allocation
3D Enhancement Switch
Beep Volume
CD Capture Route
CD Playback Switch
CD Playback Volume
Capture Volume
Line Capture Route
Line Playback Switch
Line Playback Volume
Master Playback Volume
Mic Auto Gain
Mic Capture Route
Mic Playback Switch
Mic Playback Volume
PCM Playback Volume
Playback Volume
Synth Capture Route
Synth Playback Volume
Tone Control - Bass
Tone Control - Treble
LIST
	diff /tmp/want /tmp/have
}
attempt controls 'the controls of the in-tree driver' controls
attempt control-info 'each control tells its range' ctl-info "/dev/snd/controlC$card_first"

# set NAME VALUE: what is set is what is read
set_control() {
	amixer -q -c "$card_first" cset "name=$1" "$2" &&
		amixer -c "$card_first" cget "name=$1" | grep -q ": values=$2\$"
}
attempt mixer-volume 'two volumes' set_control 'Master Playback Volume' 7,31
attempt mixer-switch 'two switches in one register' set_control 'CD Playback Switch' on,off
attempt mixer-route 'four routes in two registers' set_control 'Line Capture Route' on,off,off,on
attempt mixer-single 'one value' set_control 'Beep Volume' 2
attempt mixer-tone 'tone' set_control 'Tone Control - Bass' 3,12
attempt mixer-other 'a neighbour is left alone' set_control 'CD Playback Switch' on,off

attempt rmmod-provider 'the controller stays while it is used' sh -c '! rmmod i8237-dma 2>/dev/null'

# sharing COMMAND...: while the first card plays 16 bit at 44100
sharing() {
	pcmtool play -D "hw:$card_first,0" -f s16x2 -r 44100 -n 0 -z 88200 -s 9 -l x >/dev/null &
	player=$!
	sleep 0.5
	status=0
	"$@" || status=$?
	wait $player || status=$?
	return $status
}
offers() {
	# Ends with an error behind what it is to print.
	arecord -D "hw:$card_first,0" --dump-hw-params -d 1 -f S16_LE /dev/null >/tmp/offer 2>&1
	grep 'FORMAT:\|RATE:' /tmp/offer
	grep -q '^FORMAT: *S8 U8 *$' /tmp/offer && grep -q '^RATE: *44100 *$' /tmp/offer
}
refuses() {
	! arecord -D "hw:$card_first,0" -d 1 "$@" /dev/null >/tmp/offer 2>&1 || return 1
	cat /tmp/offer
}
for n in 1 2 3 4; do
	attempt share-offer-$n 'a second stream is offered the other width and the same rate' \
		sharing offers
done
attempt share-width 'it cannot have the same width' sharing refuses -f S16_LE -r 44100

# Not a hang: the core gives up.
dead_capture() {
	dmesg -c >/dev/null
	timeout 60 arecord -D "hw:$card_first,0" -f S16_LE -r 44100 -d 2 -t raw /tmp/x 2>&1 |
		tee /tmp/said
	grep -q 'Input/output error' /tmp/said && said 'capture does not move'
}
attempt dead-capture 'a capture that never moves ends in an error' dead_capture
play after-capture first 'playback after that' -r 44100 -p 1024 -b 4096 -n 24123

# The emulated card goes on every 10 ms, and is often just at the ring's begin.
dmesg -c >/dev/null
play tick-pauses first '20 pauses, in periods of a tick' -r 44100 -p 441 -b 1323 -P 20 -n 61740
attempt tick-silent 'a stream that is stopped at 0 has moved' \
	sh -c '! dmesg | grep "does not move"'

# gone COMMAND: a player whose card goes away sees it
gone() {
	dir=$devices/$second/driver
	pcmtool play -D "hw:$card_second,0" -f s16x2 -r 44100 -n 0 -z 441000 -s 9 -l x \
		>/tmp/gone 2>&1 &
	player=$!
	sleep 1
	echo $second >$dir/unbind || return 1
	status=0
	wait $player || status=$?
	cat /tmp/gone
	[ $status = 4 ] && free 3 && free 7 &&
		echo $second >/sys/bus/platform/drivers/snd-portcls-sb16/bind &&
		owns 3 $second && owns 7 $second
}
for n in 1 2 3; do
	attempt unbind-$n 'unbound while it plays, bound again' gone
done

unload() {
	pcmtool play -D "hw:$card_first,0" -f s16x2 -r 44100 -n 0 -z 88200 -s 9 -l x >/dev/null &
	player=$!
	sleep 0.5
	! rmmod "$driver" 2>/dev/null || return 1
	wait $player
}
attempt unload-busy 'the driver is not unloaded while it plays' unload

# The core stage lets the kernel reset both DMA controllers.
sleep_test() {
	[ -e /sys/power/pm_test ] || { echo 'no pm_test'; return 1; }
	echo 0 >/sys/module/suspend/parameters/pm_test_delay
	echo core >/sys/power/pm_test && echo mem >/sys/power/state
}
asleep() {
	set_control 'Master Playback Volume' 9,21 || return 1
	pcmtool play -D "hw:$card_first,0" -f s16x2 -r 44100 -n 0 -z 882000 -s 9 -l x \
		>/tmp/slept 2>&1 &
	player=$!
	sleep 1
	sleep_test || return 1
	wait $player || { cat /tmp/slept; return 1; }
	cat /tmp/slept
	grep -q ' suspends=[1-9]' /tmp/slept &&
		amixer -c "$card_first" cget name='Master Playback Volume' | grep -q ': values=9,21$'
}
attempt sleep 'sleep while it plays: the client is told, and goes on' asleep
play after-sleep first 'playback after that' -r 44100 -p 1024 -b 4096 -P 5 -n 44123

last() {
	rmmod "$driver" && nothing_claimed && rmmod i8237-dma && [ ! -e $devices/i8237-dma.0 ]
}
attempt unload 'all is given back' last
