#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The contract tests of the test module. Under KUnit, loading the module has run
# all of its suites and debugfs holds what they said, a file a suite; elsewhere the
# module's runner is told to run the suites of the contract.
#
# Arguments: RUNNER, a part of a suite's or a case's name, then the KUnit suites.

# shellcheck source=/dev/null
. /lib/vm.sh
debugfs=/sys/kernel/debug
part=$1
shift

# TAP, indented or not, as results of our own
take() {
	while IFS= read -r line; do
		line=${line#"${line%%[! ]*}"}
		case $line in
		'ok '* | 'not ok '*) ;;
		'# '*) echo "$line"; continue ;;
		*) continue ;;
		esac
		text=$(echo "$line" | sed 's/^not //; s/^ok [0-9]* *\(- \)\{0,1\}//')
		case $text in
		# A KUnit file ends with a line about the suite itself.
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
if [ -d $debugfs/kunit ]; then
	modprobe snd-portcls-test || exit 1
	for suite in "$@"; do
		if [ -e "$debugfs/kunit/portcls_$suite/results" ]; then
			take <"$debugfs/kunit/portcls_$suite/results"
		else
			not_ok "there is a suite $suite"
		fi
	done
else
	modprobe snd-portcls-test run=none || exit 1
	echo "$part" >$debugfs/snd-portcls-test/run
	cat $debugfs/snd-portcls-test/results >/tmp/results
	take </tmp/results
fi
rmmod snd-portcls-test || not_ok 'the module can be unloaded'
leak_check || not_ok 'no memory was lost'
done_testing
