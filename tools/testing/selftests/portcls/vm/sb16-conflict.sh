#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Two cards that are set to the same lines: the second is refused, and says why.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
devices=/sys/devices/platform

conflict() {
	modprobe "$driver" port=0x220,0x240 || return 1
	# Not every kernel knows the errors' names.
	dmesg | grep -E 'snd-portcls-sb16.1.*error -(EBUSY|16): DMA line 1' || return 1
	[ -e $devices/snd-portcls-sb16.0/sound ] && [ ! -e $devices/snd-portcls-sb16.1 ] &&
		! grep -q 0240-024f /proc/ioports
}
attempt conflict 'the second card with the same line: -EBUSY, and nothing is claimed' conflict
attempt unload 'the first card is not disturbed' rmmod "$driver"

# With lines of its own left, the second card is served.
other() {
	modprobe "$driver" port=0x240 && [ -e $devices/snd-portcls-sb16.0/sound ] && rmmod "$driver"
}
attempt alone 'the second card alone' other

# What is said of the second place is not taken for the first.
placed() {
	modprobe "$driver" port=0,0x240 index=5,6 && [ -e $devices/snd-portcls-sb16.0/sound/card6 ] &&
		rmmod "$driver"
}
attempt placed 'index goes by the place in the parameters' placed
