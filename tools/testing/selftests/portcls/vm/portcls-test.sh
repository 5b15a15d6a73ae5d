#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# portcls-test.sh SUITE,... [PARAMETER...]: run suites of snd-portcls-test, which is
# loaded with the parameters, and print their results as one run of TAP.

suites=$1
shift
dir=/sys/kernel/debug/snd-portcls-test
modprobe snd-portcls-test run=none "$@" || { echo 'Bail out! snd-portcls-test does not load'; exit 1; }

n=0
failed=0
for suite in $(echo "$suites" | tr , ' '); do
	echo "$suite" >$dir/run
	cp $dir/results /tmp/results
	while read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			n=$((n + 1))
			case $line in 'not ok '*) failed=1 ;; esac
			echo "${line%%ok *}ok $n - ${line#* - }"
			;;
		'#'*) echo "$line" ;;
		esac
	done </tmp/results
done
n=$((n + 1))
if rmmod snd-portcls-test; then
	echo "ok $n - the module leaves nothing behind that keeps it"
else
	failed=1
	echo "not ok $n - the module leaves nothing behind that keeps it"
fi
echo "1..$n"
exit $failed
