#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Cards behind ports of their own that are unplugged while "main" plays and "fed"
# records, a card that cannot be reached when it is probed, and a controller without
# a codec.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
add_card main main && add_card fed fed || exit 1
name=$(echo "$driver" | tr - _)
sysfs=/sys/bus/pci/devices

# until_there N: a hot-plug controller takes its time
cards() { grep -c "^ *[0-9] .*: ICH" /proc/asound/cards; }
until_there() {
	n=0
	until [ "$(cards)" = "$1" ]; do
		n=$((n + 1))
		[ $n -lt 300 ] || { cat /proc/asound/cards; return 1; }
		sleep 0.1
	done
}

unplugged() {
	pcmtool play -D "hw:$(card main),0" -l "$1" -s "$last_id" -o /out/main.spec \
		-p 1024 -b 8192 -n 960000 >/tmp/played &
	player=$!
	pcmtool record -D "hw:$(card fed),0" -l "$1-in" -o "/out/$1-in.raw" \
		-p 1024 -b 8192 -n 960000 >/tmp/recorded &
	recorder=$!
	sleep 0.6
	mark unplug
	wait $player
	p=$?
	wait $recorder
	r=$?
	cat /tmp/played /tmp/recorded
	[ $p = 4 ] && [ $r = 4 ] && until_there 0 && ! grep "$name" /proc/interrupts || return
	# The controller cuts a slot's power once the driver has let go.
	sleep 3
	mark plug
	until_there 2
}
for n in 1 2; do
	next_id
	attempt "unplug-$n" 'unplugged while it plays and records' unplugged "unplug-$n"
	add_card main main && add_card fed fed || exit 1
	# QEMU begins the file anew with a new card.
	rm -f /out/main.spec
	play "after-unplug-$n" main 'plugged in again' -p 1024 -b 4096 -n 24123
	record "after-unplug-$n-in" fed 'plugged in again' -p 1024 -b 4096 -n 24123
done

unreachable() {
	unreachable_at_probe main && add_card main main
}
attempt unreachable 'all ones at probe: ENODEV, and bound once it answers' unreachable
play after-unreachable main 'reachable again' -p 1024 -b 4096 -n 24123

# Another device in the controller's place: no codec ever gets ready.
no_codec() {
	dev=0000:00:10.0
	echo "$name" >$sysfs/$dev/driver_override
	dmesg -c >/dev/null
	! echo $dev >"/sys/bus/pci/drivers/$name/bind" 2>/tmp/said || return
	cat /tmp/said
	dmesg -c >/tmp/dmesg
	grep "$name" /tmp/dmesg
	grep 'Input/output error' /tmp/said && nothing_left $dev &&
		[ "$(grep -c 'no codec answers' /tmp/dmesg)" = 1 ] && [ "$(cards)" = 2 ]
}
attempt no-codec 'no codec: EIO and one line' no_codec
play after-no-codec main 'another card after that' -p 1024 -b 4096 -n 24123
