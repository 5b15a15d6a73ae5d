#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# portcls-test.sh SUITE,... [device=SLOT] [PARAMETER...]: run suites of
# snd-portcls-test, which is loaded with the parameters and given the PCI device, and
# print their results as one run of TAP. A suite that gives no result, or not as many
# as it planned, is a failed one.

# shellcheck source=/dev/null
. /lib/vm.sh
debugfs=/sys/kernel/debug
suites=$1
shift

case ${1-} in
device=*)
	device=/sys/bus/pci/devices/$(slot "${1#device=}")
	shift
	[ ! -e "$device/driver" ] || echo "${device##*/}" >"$device/driver/unbind"
	echo portcls-test >"$device/driver_override" ;;
esac

# For fail_allocations, on any kernel.
[ ! -e portcls-fail.ko ] || insmod portcls-fail.ko || exit 1

# A kernel with KUnit runs suites when the module is loaded, and has one plan for
# each; the module's own runner serves both kinds of kernel.
modprobe snd-portcls-test run=none "$@" || { echo 'Bail out! snd-portcls-test does not load'; exit 1; }
[ -z "${device-}" ] || [ -e "$device/driver" ] ||
	{ echo 'Bail out! the tests did not get their device'; exit 1; }

# For fail_allocations: also what may sleep, each page, and without a word.
for fault in failslab fail_page_alloc; do
	[ -d $debugfs/$fault ] || continue
	echo N >$debugfs/$fault/ignore-gfp-wait
	echo 0 >$debugfs/$fault/verbose
	[ ! -e $debugfs/$fault/min-order ] || echo 0 >$debugfs/$fault/min-order
done

n=0
failed=0
for suite in $(echo "$suites" | tr , ' '); do
	before=$n
	planned=none
	# Else the results are still those of the suite before.
	: >/tmp/results
	echo "$suite" >$debugfs/snd-portcls-test/run &&
		cp $debugfs/snd-portcls-test/results /tmp/results
	while read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			n=$((n + 1))
			case $line in 'not ok '*) failed=1 ;; esac
			echo "${line%%ok *}ok $n - ${line#* - }"
			;;
		1..*) planned=${line#1..} ;;
		'#'*) echo "$line" ;;
		esac
	done </tmp/results
	given=$((n - before))
	[ $given = 0 ] || [ $given != "$planned" ] || continue
	n=$((n + 1))
	failed=1
	echo "not ok $n - $suite gives the results that it planned"
	echo "# planned $planned, gave $given"
done
n=$((n + 1))
if rmmod snd-portcls-test && leak_check; then
	echo "ok $n - the module leaves nothing behind"
else
	failed=1
	echo "not ok $n - the module leaves nothing behind"
fi
echo "1..$n"
exit $failed
