#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What ac97_clock= says is what the codec is told, and 1 measures it.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh

# with CLOCK: loads the driver so; what it said is in /tmp/said
with() {
	dmesg -c >/dev/null
	modprobe "$driver" "ac97_clock=$1" || return
	dmesg -c >/tmp/said
	cat /tmp/said
}
measured() {
	hz=$(sed -n 's/.*AC-link measured at \([0-9]*\) Hz.*/\1/p' /tmp/said)
	[ -n "$hz" ]
}

by_itself() {
	with 0 || return
	! measured && rmmod "$driver"
}
# register RATE: what the front DAC's rate register holds while RATE plays
register() {
	pcmtool play -D "hw:$(card main),0" -l x -s 200 -r "$1" -p 1024 -b 4096 -n 0 -z 48000 >/dev/null &
	sleep 0.5
	sed -n 's/^PCM front DAC *: \([0-9]*\)Hz$/\1/p' "/proc/asound/card$(card main)/codec97#0/ac97#0-0"
	wait
}
told() {
	with 41000 || return
	add_card main 04 || return
	! measured && got=$(register 48000) && echo "register: $got" && [ "$got" = 41000 ] &&
		rmmod "$driver"
}
asked() {
	with 1 || return
	measured && [ "$hz" -gt 47500 ] && [ "$hz" -lt 48500 ] && ! grep 'clock set' /tmp/said &&
		! grep 'no link has' /tmp/said && add_card main 04 &&
		got=$(register 48000) && echo "register: $got" && [ "$got" = 48000 ]
}
impossible() {
	for bad in 41 100000 -1; do
		with "$bad" || return
		grep "ac97_clock=$bad: no link has that rate" /tmp/said || return
		add_card main 04 || return
		got=$(register 48000) && echo "register: $got" && [ "$got" = 48000 ] || return
		rmmod "$driver" || return
	done
}
arithmetic() {
	modprobe snd-portcls-test run=none || return
	echo ich_clock >/sys/kernel/debug/snd-portcls-test/run
	cat /sys/kernel/debug/snd-portcls-test/results
	[ "$(grep -c '^ *ok ' /sys/kernel/debug/snd-portcls-test/results)" = 3 ] &&
		! grep -q '^ *not ok' /sys/kernel/debug/snd-portcls-test/results &&
		rmmod snd-portcls-test
}
attempt arithmetic 'what is believed of a measurement' arithmetic
attempt by-itself 'a virtual machine is not measured' by_itself
attempt told 'a clock of 41000 Hz is what the codec gets for 48000 Hz' told
attempt impossible 'a clock that no link has is not taken' impossible
attempt asked 'measured when asked to' asked
add_card main 04
play after main 'playback after the measurement' -p 1024 -b 4096 -n 24123
