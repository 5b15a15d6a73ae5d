#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# i8237.sh [CASES]: the suites of the test module on the controllers, or the cases of
# that name, on lines that their device may ask for. Its sleep goes as far as the kernel's reset of
# the controllers; with cases given it is a real one, and the host wakes us.

# shellcheck source=/dev/null
. /lib/vm.sh

modprobe i8237-dma slaves=portcls-i8237-test || exit 1
cat /sys/kernel/debug/dmaengine/summary
# KUnit waits for its cases in a way that no freezer can interrupt: no sleep there.
export own_runner=1
if [ $# -gt 0 ]; then
	sh ./contract.sh "$@"
else
	echo 0 >/sys/module/suspend/parameters/pm_test_delay
	echo core >/sys/power/pm_test || exit 1
	sh ./contract.sh i8237 isa_adapter
fi
status=$?
rmmod i8237-dma || status=1
exit $status
