#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The i8237 suite of the test module, on lines that its device may ask for.

# shellcheck source=/dev/null
. /lib/vm.sh

modprobe i8237-dma slaves=portcls-i8237-test || exit 1
cat /sys/kernel/debug/dmaengine/summary
sh ./contract.sh i8237
status=$?
rmmod i8237-dma || status=1
exit $status
