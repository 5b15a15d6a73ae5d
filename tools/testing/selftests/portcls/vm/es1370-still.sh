#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An ES1370 that does not interrupt while its interval is measured: its host looks after
# it too rarely. Nobody waits for it long, or twice, and a safe interval is assumed.
# And what the card's controls say of themselves.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
card_still=$(card_of still) || exit 1

# opened LEAST MOST: how long an open may take, in ticks of 10 ms
opened() {
	began=$(sed 's/ .*//; s/\.//' /proc/uptime)
	: <"/dev/snd/pcmC${card_still}D0c" || return
	ended=$(sed 's/ .*//; s/\.//' /proc/uptime)
	echo "$(((ended - began) * 10)) ms"
	[ $((ended - began)) -ge "$1" ] && [ $((ended - began)) -le "$2" ]
}

# shortest DEVICE USEC: the period that is granted
shortest() {
	aplay -D "hw:$card_still,$1" --dump-hw-params -c 2 -f S16_LE -r 44100 -d 1 /dev/zero 2>&1 |
		sed -n 's/^PERIOD_TIME: *//p' >/tmp/shortest
	cat /tmp/shortest
	grep -q "^\[$2 " /tmp/shortest
}

attempt first 'an open waits 200 ms for interrupts, and goes on without' opened 20 $((20 + 10 * slow))
attempt second 'the next one does not wait' opened 0 $((5 * slow))
attempt granted-0 'DAC2: periods of 10 ms and an eighth at least' shortest 0 11250
attempt granted-1 'DAC1: the same' shortest 1 11250
attempt control-info 'each control tells its range' ctl-info "/dev/snd/controlC$card_still"
attempt unload 'the driver can be unloaded' rmmod "$driver"
attempt leaks 'no memory was lost' leak_check
