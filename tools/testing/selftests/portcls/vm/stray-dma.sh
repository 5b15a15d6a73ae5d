#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# An AC'97 controller that no driver has set up is told to play: it fetches its first
# descriptor from address 0, which nobody has mapped for it.

# shellcheck source=/dev/null
. /lib/vm.sh
dev=/sys/bus/pci/devices/$(slot main)

# put FILE OFFSET BYTE
put() { printf "\\$3" | dd of="$1" bs=1 seek=$(($2)) conv=notrunc 2>/dev/null; }

echo 1 >"$dev/enable" || exit 1
put "$dev/config" 4 007 # I/O, memory, bus master
base=$(sed -n '2s/ .*//p' "$dev/resource")
put /dev/port "$base + 0x1b" 001 # PCM out: run
sleep 1
