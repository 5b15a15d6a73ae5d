#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Sleep, unbinding, unplugging and many lives of an ES1370. Arguments: the driver,
# how often to bind, and "unplug" where the machine can. Card "a" is in slot 4, "b"
# in slot 5.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
binds=$2
modprobe "$driver" || exit 1
a=$(card_of 04) || exit 1
b=$(card_of 05) || exit 1
card_a=$a card_b=$b
irqs() { awk -v want="$1:" '$1 == want { n = 0; for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++) n += $i; print n }' /proc/interrupts; }

# started CARD DEVICE: a player of silence in the background
started() {
	pcmtool play -D "hw:$1,$2" -f s16x2 -r 44100 -n 0 -z 4410000 -s 9 -l x -t 200 \
		>/tmp/player 2>&1 &
	player=$!
	sleep 0.5
}

# A real sleep: the machine is woken by its clock, the chip has lost its registers.
asleep() {
	irq=$(cat /sys/bus/pci/devices/0000:00:04.0/irq)
	pcmtool play -D "hw:$a,0" -f s16x2 -r 44100 -n 132300 -s 9 -l sleep -t 200 \
		-o /out/a.spec -p 1024 -b 8192 >/tmp/slept 2>&1 &
	player=$!
	sleep 1
	before=$(irqs "$irq")
	rtcwake -q -m mem -s 3 || return
	after=$(irqs "$irq")
	wait $player || { cat /tmp/slept; return 1; }
	cat /tmp/slept
	echo "interrupts over sleep: $((after - before))"
	grep -q ' suspends=1 ' /tmp/slept && [ $((after - before)) -le 6 ]
}

mixer_kept() {
	amixer -q -c "$a" cset name='PCM Volume' 9,21 && rtcwake -q -m mem -s 2 &&
		amixer -c "$a" cget name='PCM Volume' | grep ': values=9,21$'
}

unbound() {
	for device in 0 1; do
		started "$b" $device
		unbind_driver 05 || return
		wait $player
		status=$?
		cat /tmp/player
		[ $status = 4 ] && grep -q 'errno=19' /tmp/player || return
		echo 0000:00:05.0 >"/sys/bus/pci/drivers/$driver_name/bind" || return
		b=$(card_of 05) || return
	done
}

unloaded() {
	started "$a" 0
	! rmmod "$driver" 2>/dev/null || return
	kill $player
	wait $player
	:
}

lives() {
	n=0
	while [ $n -lt "$binds" ]; do
		unbind_driver 05 || return
		echo 0000:00:05.0 >"/sys/bus/pci/drivers/$driver_name/bind" || {
			echo "refused after $n"
			return 1
		}
		n=$((n + 1))
	done
	b=$(card_of 05) && pcmtool play -D "hw:$b,0" -r 44100 -s 1 -l x -n 10000
}

unplugged() {
	started "$b" 0
	mark -w UNPLUG
	n=0
	while [ -d /sys/bus/pci/devices/0000:00:05.0/sound ] && [ $n -lt 50 ]; do
		sleep 0.2
		n=$((n + 1))
	done
	wait $player
	status=$?
	cat /tmp/player
	[ $status = 4 ] && [ ! -d /sys/bus/pci/devices/0000:00:05.0/sound ]
}

driver_name=$(basename "$(readlink /sys/bus/pci/devices/0000:00:04.0/driver)")
attempt sleep-client 'sleep while it plays: the client is told and goes on, no interrupt comes' \
	asleep
play after-sleep a 'playback after sleep' -r 44100 -p 1024 -b 4096 -n 44123 -m 20
attempt sleep-mixer 'the mixer keeps its values over sleep' mixer_kept
attempt unbind 'unbound while it plays, both devices' unbound
attempt unload-busy 'the driver is not unloaded while it plays' unloaded
attempt binds "$binds binds and unbinds" lives
case " $* " in
*' unplug '*) attempt unplug 'unplugged while it plays' unplugged ;;
esac
play last a 'playback after all this' -r 44100 -p 1024 -b 4096 -n 44123 -m 20
attempt unload 'the driver can be unloaded' rmmod "$driver"
attempt leaks 'no memory was lost' leak_check
