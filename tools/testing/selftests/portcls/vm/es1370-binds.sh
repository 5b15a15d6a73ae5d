#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Many lives of an ES1370: $2 times unbound and bound.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
binds=$2
modprobe "$driver" || exit 1
address=$(slot many)
bus=$(readlink -f "/sys/bus/pci/devices/$address/driver")

lives() {
	n=0
	while [ $n -lt "$binds" ]; do
		echo "$address" >"$bus/unbind" || return
		echo "$address" >"$bus/bind" && card_of many >/dev/null || {
			echo "refused after $n"
			return 1
		}
		n=$((n + 1))
	done
}
attempt binds "$binds binds and unbinds" lives
card_many=$(card_of many) || exit 1
play after-binds many 'playback after that' -r 44100 -p 1024 -b 4096 -n 44123 -m 20
attempt unload 'the driver can be unloaded' rmmod "$driver"
attempt leaks 'no memory was lost' leak_check
