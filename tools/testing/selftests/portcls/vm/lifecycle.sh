#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A card that goes away, sleeps, stops answering or loses its driver while "main"
# plays and "fed" records.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
load main fed
sysfs=/sys/bus/pci/devices
name=$(echo "$driver" | tr - _)

# control CARD CONTROL [VALUE]: sets it, or says what it is
control() {
	if [ $# = 3 ]; then
		amixer -q -c "$(card "$1")" cset "name=$2" "$3"
	else
		amixer -c "$(card "$1")" cget "name=$2" | sed -n 's/^ *: values=//p'
	fi
}

# case_of LABEL TEXT COMMAND...: an attempt with a number of its own for what it plays
case_of() {
	next_id
	attempt "$@" "$1"
}

# streams LABEL FRAMES: a player and a recorder, in the background
streams() {
	label=$1 frames=$2
	pcmtool play -D "hw:$(card main),0" -l "$label" -s "$last_id" -o /out/main.spec \
		-p 1024 -b 8192 -n "$frames" >/tmp/played &
	player=$!
	pcmtool record -D "hw:$(card fed),0" -l "$label-in" -o "/out/$label-in.raw" \
		-p 1024 -b 8192 -n "$frames" >/tmp/recorded &
	recorder=$!
	sleep 0.6
	[ -d /proc/$player ] && [ -d /proc/$recorder ] || { echo 'no streams'; return 1; }
}

# both STATUS: how the two must end
both() {
	wait $player
	p=$?
	wait $recorder
	r=$?
	cat /tmp/played /tmp/recorded
	[ $p = "$1" ] && [ $r = "$1" ]
}

# All that the driver holds while it has a card.
held() {
	grep -q "$name" /proc/interrupts || grep -q "$name" /proc/ioports ||
		grep -q "^ *[0-9] .*: ICH" /proc/asound/cards
}
released() {
	! held || { cat /proc/interrupts /proc/ioports /proc/asound/cards; return 1; }
}

rebound() {
	for dev in "$(slot main)" "$(slot fed)"; do
		echo "$dev" >"/sys/bus/pci/drivers/$name/bind" || return
	done
	back
}
back() {
	add_card main main && add_card fed fed
}

# The client sees ENODEV, status 4 of pcmtool, and neither hangs.
unbound() {
	streams "$1" 480000 || return
	unbind_driver main && unbind_driver fed || return
	both 4 && released && rebound
}
removed() {
	streams "$1" 480000 || return
	gone="$(slot main) $(slot fed)"
	for dev in $gone; do
		echo 1 >$sysfs/"$dev"/remove || return
	done
	both 4 && released && [ ! -e $sysfs/"${gone% *}" ] || return
	echo 1 >/sys/bus/pci/rescan
	back
}
for n in 1 2 3; do
	case_of "unbind-$n" 'unbound while it plays and records' unbound
	play "after-unbind-$n" main 'bound again' -p 1024 -b 4096 -n 24123
done
for n in 1 2; do
	case_of "remove-$n" 'removed from the bus while it plays and records' removed
	play "after-remove-$n" main 'found again' -p 1024 -b 4096 -n 24123
done
record after-remove-in fed 'found again' -p 1024 -b 4096 -n 24123

unload() {
	streams "$1" 48000 || return
	! rmmod "$driver" 2>/tmp/said || return
	cat /tmp/said
	both 0 || return
	result "$1-in" 0 'what it recorded'
	rmmod "$driver" && released && modprobe "$driver" && back
}
case_of unload 'not unloaded while it plays and records, unloaded afterwards' unload
play after-unload main 'loaded again' -p 1024 -b 4096 -n 24123

# Neither decoding nor interrupts: every read gives all ones, as from a card that was
# pulled out. Both bytes of the command at once: between them a card that interrupts could
# not be silenced, and QEMU does not lower the line of one whose second byte alone is set.
command=4
deafen() {
	printf '\000\004' | dd of=$sysfs/"$(slot "$1")"/config bs=2 seek=$((command / 2)) \
		conv=notrunc 2>/dev/null
}
dead() {
	dmesg -c >/dev/null
	streams "$1" 480000 || return
	for dev in main fed; do
		deafen $dev
	done
	both 4 || return
	dmesg -c >/tmp/dmesg
	grep "$name" /tmp/dmesg
	[ "$(grep -c 'does not answer' /tmp/dmesg)" = 2 ] || return
	unbind_driver main && unbind_driver fed && released && rebound
}
case_of dead 'both answer all ones: one line each, the streams end' dead
play after-dead main 'answering again' -p 1024 -b 4096 -n 24123
record after-dead-in fed 'answering again' -p 1024 -b 4096 -n 24123

interrupts() {
	awk -v name="$name" '$0 ~ name { for (i = 2; $i ~ /^[0-9]+$/; i++) n += $i }
		END { print n + 0 }' /proc/interrupts
}

# What the codec layer finds in the registers, past its cache.
registers() {
	cat "/proc/asound/card$(card main)/codec97#0/ac97#0-0+regs"
}

# Closed and allowed to, a card sleeps after a second; who opens it wakes it.
idle() {
	dev=$sysfs/$(slot main)
	control main 'Master Playback Volume' 21,9 || return
	registers >/tmp/awake
	echo auto >"$dev/power/control"
	sleep 3
	[ "$(cat "$dev/power/runtime_status")" = suspended ] || return
	registers | cmp - /tmp/awake || return
	control main 'PCM Playback Volume' 11,7 || return
	pcmtool open "hw:$(card main),0" playback 1 >/dev/null &
	sleep 0.5
	[ "$(cat "$dev/power/runtime_status")" = active ] || return
	wait
	[ "$(control main 'Master Playback Volume')" = 21,9 ] &&
		[ "$(control main 'PCM Playback Volume')" = 11,7 ] && unity "$(card main)"
}
attempt idle 'sleeps by itself while closed, its mixer survives' idle
play after-idle main 'woken by its client' -p 1024 -b 4096 -n 24123
asleep() {
	sleep 3
	[ "$(cat "$sysfs/$(slot main)/power/runtime_status")" = suspended ]
}
attempt idle-2 'asleep again' asleep
play after-idle-2 main 'woken once more' -p 1024 -b 4096 -n 24123

# slept LABEL: up to $stage, the client is told, and goes on where it was. Without a
# stage the machine really sleeps, and the emulated cards forget all they know.
slept() {
	amixer -c "$(card main)" contents >/tmp/before
	streams "$1" 144000 || return
	echo $stage >/sys/power/pm_test && echo mem >/sys/power/state || return
	both 0 || return
	result "$1-in" 0 'what it recorded'
	grep -q ' suspends=1 ' /tmp/played && grep -q ' suspends=1 ' /tmp/recorded &&
		grep -q ' xruns=0 ' /tmp/played && grep -q ' xruns=0 ' /tmp/recorded || return
	amixer -c "$(card main)" contents | diff /tmp/before -
}
# The tests of a stage wait in a loop that counts instructions.
echo 1 >/sys/module/suspend/parameters/pm_test_delay
for stage in devices core none; do
	case_of "sleep-$stage" "sleep up to '$stage' while it plays and records" slept
	play "after-sleep-$stage" main 'after that' -p 1024 -b 4096 -P 3 -n 24123
	record "after-sleep-$stage-in" fed 'after that' -p 1024 -b 4096 -n 24123
done
