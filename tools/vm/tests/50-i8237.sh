#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Slave channels, statement by statement on the software controller; then the PC's
# own controllers: limits, ownership, the whole counter, and, with a Sound Blaster
# 16's DSP to ask for data, reads of a running counter, pause, callbacks, single
# transfers and system sleep.

. "$(dirname "$0")/../lib.sh"

guest=$top/tools/testing/selftests/portcls/vm
VM_NAME=slave vm_tap --timeout 600 "$guest/contract.sh" slave
VM_NAME=i8237 vm_tap --device sb16 --file "$guest/contract.sh" "$guest/i8237.sh"
# Two CPUs, so that the emulated controller moves between two reads of a count.
VM_NAME=i8237-race vm_tap --mode race --device sb16 --file "$guest/contract.sh" \
	"$guest/i8237.sh"
# A sleep in which the controllers lose their power.
VM_NAME=i8237-sleep vm_tap --device sb16 --file "$guest/contract.sh" \
	--qmp-script "$guest/wake.qmp" "$guest/i8237.sh" 'system sleep'
tap_end
