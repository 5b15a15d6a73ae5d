#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Suites of the test module: for each argument all whose name, or whose cases'
# names, contain it. On a kernel with KUnit they are KUnit suites, which run when the module
# is loaded and report to the kernel's log; elsewhere they run in the module's own
# runner. Results become ours; an argument that brings none, or not as many as were
# planned, has failed.

# shellcheck source=/dev/null
. /lib/vm.sh
debugfs=/sys/kernel/debug

# TAP, indented or not, as results of our own. KUnit has a plan for each suite.
take() {
	planned=0
	while IFS= read -r line; do
		line=${line#"${line%%[! ]*}"}
		case $line in
		'ok '* | 'not ok '*) ;;
		'# '*) echo "$line"; continue ;;
		1..[0-9]*) planned=$((planned + ${line#1..})); continue ;;
		*) continue ;;
		esac
		text=$(echo "$line" | sed 's/^not //; s/^ok [0-9]* *\(- \)\{0,1\}//')
		case $text in
		# KUnit ends with a line about the suite itself.
		portcls_*) ;;
		*'# SKIP '*) skip "${text%% # SKIP *}" "${text##*# SKIP }" ;;
		*) case $line in
			ok\ *) ok "$text" ;;
			*) not_ok "$text" ;;
			esac ;;
		esac
	done
}

modprobe -q kunit
for part in "$@"; do
	if [ -d $debugfs/kunit ] && [ -z "${own_runner-}" ]; then
		dmesg -c >/dev/null
		modprobe snd-portcls-test run="$part" || exit 1
		dmesg | sed 's/^\[[^]]*\] //' >/tmp/results
	else
		modprobe snd-portcls-test run=none || exit 1
		echo "$part" >$debugfs/snd-portcls-test/run
		cat $debugfs/snd-portcls-test/results >/tmp/results
	fi
	before=$_tap_n
	take </tmp/results
	given=$((_tap_n - before))
	if [ $given = 0 ] || [ $given != $planned ]; then
		not_ok "$part gives the results that were planned" "planned $planned, gave $given"
	fi
	rmmod snd-portcls-test || not_ok 'the module can be unloaded'
done
leak_check || not_ok 'no memory was lost'
done_testing
