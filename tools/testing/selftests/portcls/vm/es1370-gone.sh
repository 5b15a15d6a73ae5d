#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An ES1370 behind a port of its own that is out of reach when it is probed.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
attempt unreachable 'all ones at probe: ENODEV, and bound once it answers' \
	unreachable_at_probe far
card_far=$(card_of far) || exit 1
play after-unreachable far 'reachable again' -r 44100 -p 1024 -b 4096 -n 24123
attempt unload 'the driver can be unloaded' rmmod "$driver"
attempt leaks 'no memory was lost' leak_check
