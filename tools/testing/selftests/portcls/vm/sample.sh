#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The software card: each of its three devices records what it plays, and its
# methods fail on demand.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
device=/sys/devices/platform/snd-portcls-sample
parameters=/sys/module/snd_portcls_sample/parameters
modprobe "$driver" || exit 1
number=$(card_of $device) || exit 1

# heard NAME DEVICE SECONDS: record all that follows
heard() {
	pcmtool record -D "hw:$number,$2" -r 48000 -p 1024 -b 16384 -n $((48000 * $3)) \
		-l "heard-$1" -o "/out/$1.raw" >"/tmp/heard-$1" &
	recorder=$!
	sleep 0.3
}

# over NAME: the recorder has got everything
over() {
	status=0
	wait $recorder || status=$?
	cat "/tmp/heard-$1"
	result "heard-$1" $status "$1: recorded while it plays"
}

# through NAME DEVICE OPTION...: a player on a device that is being recorded
through() {
	case_name=$1 case_device=$2
	shift 2
	eval "card_$case_name=$number,$case_device"
	next_id
	status=0
	label=$case_name-$last_id
	pcmtool play -D "hw:$number,$case_device" -r 48000 -l "$label" -s "$last_id" \
		-o "/out/$case_name.spec" "$@" >/tmp/played || status=$?
	cat /tmp/played
	result "$label" $status "$case_name: $*"
}

index=0
for name in pci direct own; do
	heard $name $index 24
	through $name $index -p 1024 -b 4096 -n 48123 -m 20
	through $name $index -a mmap -p 1024 -b 4096 -n 48123 -m 20
	small 256 || through $name $index -a mmap -p 256 -b 1024 -n 24123 -m 20
	through $name $index -p 1000 -b 16000 -n 70123 -m 20
	through $name $index -p 1024 -b 8192 -n 48123 -P 10
	through $name $index -p 1024 -b 8192 -n 48123 -R 4
	through $name $index -p 1024 -b 16384 -n 96123 -w 20
	through $name $index -p 1024 -b 8192 -n 48123 -c random
	through $name $index -p 1024 -b 4096 -n 48123 -T boundary -Z boundary
	for frames in 1 1023 1024 1025 5000; do
		through $name $index -p 1024 -b 4096 -n $frames -z 0
	done
	[ $name = own ] || through $name $index -W -p 1024 -b 8192 -n 48123 -m 30
	# Less than starts it: it starts with the drain, of which nobody is told.
	[ $name = own ] || through $name $index -W -p 1024 -b 8192 -n 100 -z 0
	[ $name = pci ] || through $name $index -p 4096 -b 65536 -n 120123 -m 20
	over $name
	index=$((index + 1))
done

# What cannot be heard: each method's failure reaches the client and passes; only one to
# step down does not, since the stream has ended all the same.
# fails METHOD DEVICE ERRNO
fails() {
	echo "$1" >$parameters/fail
	pcmtool play -D "hw:$number,$2" -r 48000 -s 1 -l x -n 2000 -p 1024 -b 4096 >/tmp/failed 2>&1
	status=$?
	echo 0 >$parameters/fail
	cat /tmp/failed
	if [ "$1" = 9 ]; then
		[ $status = 0 ] || return
	else
		[ $status != 0 ] && grep -q "errno=$3 " /tmp/failed || return
	fi
	pcmtool play -D "hw:$number,$2" -r 48000 -s 1 -l x -n 2000 -p 1024 -b 4096
}
for pcm in 1 2; do
	attempt "fail-open-$pcm" "device $pcm: open fails" fails 2 $pcm 16
	attempt "fail-stream-$pcm" "device $pcm: new_stream fails" fails 3 $pcm 5
	attempt "fail-acquire-$pcm" "device $pcm: ACQUIRE fails" fails 5 $pcm 5
	attempt "fail-pause-$pcm" "device $pcm: PAUSE fails" fails 6 $pcm 5
	attempt "fail-run-$pcm" "device $pcm: RUN fails" fails 7 $pcm 5
	attempt "fail-down-$pcm" "device $pcm: steps down fail" fails 9 $pcm 0
done

jitter() {
	echo 64 >$parameters/jitter
	pcmtool play -D "hw:$number,1" -r 48000 -s 1 -l x -n 96000 -p 1024 -b 4096 >/tmp/jittered
	status=$?
	echo 0 >$parameters/jitter
	cat /tmp/jittered
	[ $status = 0 ] && grep -q ' backward=0 ' /tmp/jittered
}
attempt jitter 'a position that jitters does not go back' jitter

same_rate() {
	arecord -q -D "hw:$number,1" -f S16_LE -c 2 -r 44100 -d 2 -t raw /dev/null &
	recorder=$!
	sleep 0.5
	aplay -D "hw:$number,1" --dump-hw-params -f S16_LE -c 2 -r 44100 -d 1 /dev/zero \
		>/tmp/offer 2>&1
	wait $recorder
	grep '^RATE: *44100 *$' /tmp/offer
}
attempt locked-rate 'the second stream is offered the first one'"'"'s rate' same_rate

other_rate() {
	pcmtool play -D "hw:$number,0" -r 44100 -s 1 -l x -n 0 -z 44100 >/dev/null &
	player=$!
	sleep 0.3
	pcmtool record -D "hw:$number,0" -r 48000 -l x -o /tmp/x.raw -n 1000 >/tmp/other
	wait $player
	cat /tmp/other
	grep -q 'errno=16 ' /tmp/other
}
attempt other-rate 'device 0: another rate than the first stream has is refused' other_rate

echo 0 >/sys/module/suspend/parameters/pm_test_delay
echo devices >/sys/power/pm_test
unresumed() { dmesg | grep -c 'snd-portcls-sample: .*failed to resume'; }
plays() {
	pcmtool play -D "hw:$number,$1" -r 48000 -s 1 -l x -n 2000 -p 1024 -b 4096
}

# It shall not run without power, also where somebody has it open all the time.
no_wake() {
	exec 8<>"/dev/snd/pcmC${number}D2p" || return
	pcmtool play -D "hw:$number,0" -r 48000 -s 1 -l x -n 480000 -p 1024 -b 4096 \
		>/tmp/slept 2>&1 &
	player=$!
	sleep 0.5
	before=$(unresumed)
	echo 8 >$parameters/fail
	echo mem >/sys/power/state
	! wait $player && grep 'errno=5 ' /tmp/slept && [ "$(unresumed)" -gt "$before" ] &&
		! plays 0 && echo 0 >$parameters/fail && plays 0
	status=$?
	echo 0 >$parameters/fail
	exec 8>&-
	return $status
}
attempt no-wake 'a card that does not wake up plays nothing until it does' no_wake

asleep() { [ "$(cat $device/power/runtime_status)" = suspended ]; }
stays_asleep() {
	sleep 3
	asleep || { cat $device/power/runtime_status; return 1; }
	before=$(unresumed)
	echo 8 >$parameters/fail
	echo mem >/sys/power/state
	asleep && [ "$(unresumed)" = "$before" ]
	status=$?
	echo 0 >$parameters/fail
	[ $status = 0 ] && plays 0
}
attempt stays-asleep 'a card that sleeps is left alone by the sleep of the machine' stays_asleep

# What is played comes back: a sine in each channel. alsabat takes an errno that is not
# its own for a failure, and a machine that has no random numbers yet has one for it.
head -c 1 /dev/random >/dev/null
# bat DEVICE FORMAT CHANNELS RATE
bat() {
	alsabat -D "hw:$number,$1" -f "$2" -c "$3" -r "$4" >/tmp/bat 2>&1 || {
		cat /tmp/bat
		return 1
	}
	grep 'PASS\|FAIL' /tmp/bat
	[ "$(grep -c ' PASS: Peak detected' /tmp/bat)" = "$3" ] && ! grep -q FAIL /tmp/bat
}
for pcm in 0 1 2; do
	attempt "alsabat-$pcm" "device $pcm: alsabat" bat $pcm S16_LE 2 48000
	attempt "alsabat-mono-$pcm" "device $pcm: alsabat, mono at 8000 Hz" bat $pcm S16_LE 1 8000
	attempt "alsabat-u8-$pcm" "device $pcm: alsabat, 8 bit" bat $pcm U8 2 44100
done

attempt unload 'the driver can be unloaded' rmmod "$driver"
attempt leaks 'no memory was lost' leak_check
