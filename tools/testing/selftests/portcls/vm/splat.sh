#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# splat.sh FAULT...: commit faults, one after the other, each between two marks in
# the kernel's log.

# shellcheck source=/dev/null
. /lib/vm.sh
insmod /test/portcls-splat.ko || exit 1
leak_clear
for fault in "$@"; do
	echo "splat: begin $fault" >/dev/kmsg
	echo "$fault" >/sys/module/portcls_splat/parameters/fault || exit 1
	[ "$fault" != leak ] || leak_check >/dev/null
	echo "splat: end $fault" >/dev/kmsg
done
exit 0
