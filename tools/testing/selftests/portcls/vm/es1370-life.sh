#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Sleep, unbinding and unplugging of an ES1370. The host wakes the machine, and
# unplugs card "b" at UNPLUG. Card "fed" has an input.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
for name in a b fed; do
	eval "card_$name=$(card_of $name)" || exit 1
done
# For its first client a card may be measured, with interrupts that no sleep is to answer for.
for card in "$card_a" "$card_fed"; do
	: <"/dev/snd/pcmC${card}D0c" || exit 1
done
bus_driver=$(basename "$(readlink "/sys/bus/pci/devices/$(slot a)/driver")")

# irqs CARD: so far; cards may share a line
irqs() {
	awk -v want="$(cat "/sys/bus/pci/devices/$(slot "$1")/irq"):" '$1 == want {
		for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++)
			n += $i
		print n + 0
	}' /proc/interrupts
}

deep() {
	grep -q '\[deep\]' /sys/power/mem_sleep || { cat /sys/power/mem_sleep; return 1; }
	echo none >/sys/power/pm_test && echo mem >/sys/power/state
}
# A second in which only the devices sleep and interrupts can still come.
devices_only() {
	echo 1 >/sys/module/suspend/parameters/pm_test_delay || return
	echo devices >/sys/power/pm_test || return
	if ! echo mem >/sys/power/state; then
		echo none >/sys/power/pm_test
		return 1
	fi
	echo none >/sys/power/pm_test
}
twice() {
	deep && sleep 0.3 && deep
}

# An interrupt ends each period, and none comes while the card sleeps. A client that
# is woken looks once more.
few_irqs() {
	echo "interrupts $(($2 - $1)), at most $3"
	[ $(($2 - $1)) -le "$3" ]
}

# asleep DEVICE LABEL SLEEPS HOW FRAMING [OPTION of pcmtool play]...
asleep() {
	device=$1 label=$2 sleeps=$3 how=$4 framing=$5
	shift 5
	before=$(irqs a)
	pcmtool play -D "hw:$card_a,$device" -r 44100 -n 132300 -s "$last_id" -l "$label" \
		-t 200 -o /out/a.spec -p 1024 -b 8192 "$@" >/tmp/slept 2>&1 &
	player=$!
	sleep 1
	$how || return
	wait $player || { cat /tmp/slept; return 1; }
	cat /tmp/slept
	grep -q " xruns=0 suspends=$sleeps " /tmp/slept || return
	few_irqs "$before" "$(irqs a)" $(((132300 + 1024) / framing + 1 + sleeps))
}

player=
# asleep_recording LABEL HOW [FILE]: into a file that is judged, or not
asleep_recording() {
	before=$(irqs fed) most=90
	[ -z "$player" ] || most=180
	pcmtool record -D "hw:$card_fed,0" -r 44100 -n 88200 -l "$1" -t 200 -p 1024 -b 8192 \
		-o "${3:-/out/$1.raw}" >/tmp/slept 2>&1 &
	recorder=$!
	sleep 1
	$2 || return
	wait $recorder || { cat /tmp/slept; return 1; }
	cat /tmp/slept
	grep -q ' suspends=1 ' /tmp/slept && few_irqs "$before" "$(irqs fed)" $most
}

both_asleep() {
	pcmtool play -D "hw:$card_fed,0" -r 44100 -n 88200 -s "$last_id" -l "$1" -t 200 \
		-o /out/fed.spec -p 1024 -b 8192 >/tmp/player 2>&1 &
	player=$!
	asleep_recording "$1" deep || return
	wait $player || { cat /tmp/player; return 1; }
	cat /tmp/player
	grep -q ' suspends=1 ' /tmp/player
}

mixer_kept() {
	amixer -q -c "$card_a" cset name='PCM Volume' 9,21 && deep || return
	amixer -c "$card_a" cget name='PCM Volume' | grep ': values=9,21$'
}

# started CARD DEVICE: a player of silence in the background
started() {
	pcmtool play -D "hw:$1,$2" -f s16x2 -r 44100 -n 0 -z 4410000 -s 9 -l x -t 200 \
		>/tmp/player 2>&1 &
	player=$!
	sleep 0.5
}
recording() {
	pcmtool record -D "hw:$1,0" -f s16x2 -r 44100 -n 4410000 -l x -t 200 -o /tmp/x.raw \
		>/tmp/recorder 2>&1 &
	recorder=$!
	sleep 0.5
}
saw_the_end() {
	wait "$1"
	status=$?
	cat "$2"
	[ $status = 4 ] && grep -q 'errno=19' "$2"
}
bind_b() {
	slot b >/sys/bus/pci/drivers/"$bus_driver"/bind && card_b=$(card_of b)
}

unbound() {
	for device in 0 1; do
		started "$card_b" $device
		unbind_driver b || return
		saw_the_end $player /tmp/player && bind_b || return
	done
	recording "$card_b"
	unbind_driver b || return
	saw_the_end $recorder /tmp/recorder && bind_b
}

unloaded() {
	started "$card_a" 0
	! rmmod "$driver" 2>/dev/null || return
	kill $player
	wait $player
	:
}

unplugged() {
	started "$card_b" 0
	recording "$card_b"
	mark -w UNPLUG
	n=0
	while slot b >/dev/null 2>&1 && [ -d "/sys/bus/pci/devices/$(slot b)" ] && [ $n -lt 50 ]; do
		sleep 0.2
		n=$((n + 1))
	done
	saw_the_end $player /tmp/player && saw_the_end $recorder /tmp/recorder && [ $n -lt 50 ]
}

attempt unbind 'PC-126 unbound while it plays on either device and while it records' unbound
attempt unload-busy 'the driver is not unloaded while it plays' unloaded
# Every read gives all ones. On the debug kernels the handler is called once more when it
# is freed, which is after the card was.
deaf_closed() {
	printf '\000\004' | dd of="/sys/bus/pci/devices/$(slot b)/config" bs=2 seek=2 \
		conv=notrunc 2>/dev/null || return
	unbind_driver b && bind_b
}
attempt deaf-closed 'a closed card that does not answer is unbound' deaf_closed
attempt unplug 'unplugged while it plays and records' unplugged

# Of a copied ring each notification is an interrupt: the shortest interval that the
# emulated card keeps, 11.25 ms.
for device in 0 1; do
	next_id
	attempt "sleep-$device" "sleep while DAC device $device plays" \
		asleep $device sleep-$device 1 deep 1024
	# What a debug kernel is for comes once; the rest takes it hours.
	[ "$slow" = 1 ] || continue
	next_id
	attempt "sleep-twice-$device" 'twice' asleep $device sleep-twice-$device 2 twice 1024
	next_id
	attempt "sleep-devices-$device" 'a sleep of devices only, without an interrupt' \
		asleep $device sleep-devices-$device 1 devices_only 1024
	next_id
	attempt "sleep-copied-$device" 'sleep while a copied ring plays' \
		asleep $device sleep-copied-$device 1 deep 497 -p 4096 -b 40960
	next_id
	attempt "sleep-mono-$device" 'sleep while it plays mono' \
		asleep $device sleep-mono-$device 1 deep 1024 -f s16x1
	play "after-sleep-$device" a 'playback after sleep' -D "hw:$card_a,$device" -r 44100 \
		-p 1024 -b 4096 -n 44123 -m 20
done
if [ "$slow" = 1 ]; then
	attempt sleep-record 'sleep while it records' asleep_recording sleep-record deep
	# Then what comes in meanwhile is lost.
	attempt sleep-record-devices 'a sleep of devices only, while it records' \
		asleep_recording sleep-record-devices devices_only /tmp/asleep.raw
fi
next_id
attempt sleep-both 'sleep while it plays and records' both_asleep sleep-both
attempt sleep-mixer 'the mixer keeps its values over sleep' mixer_kept
play last a 'playback after all this' -r 44100 -p 1024 -b 4096 -n 44123 -m 20
attempt unload 'the driver can be unloaded' rmmod "$driver"
attempt leaks 'no memory was lost' leak_check
