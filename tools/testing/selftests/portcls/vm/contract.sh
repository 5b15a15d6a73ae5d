#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The contract tests of the test module. Arguments: names of suites, or nothing
# for all. Under KUnit, loading the module has run all of them and debugfs holds
# what they said, a file a suite; elsewhere the module's runner is told which.

# shellcheck source=/dev/null
. /lib/vm.sh
debugfs=/sys/kernel/debug

# take: TAP of one suite, indented or not, as results of our own
take() {
	while IFS= read -r line; do
		line=${line#"${line%%[! ]*}"}
		case $line in
		'ok '* | 'not ok '*) ;;
		'#'*) echo "$line"; continue ;;
		*) continue ;;
		esac
		text=${line#* - }
		[ "$text" != "$line" ] || text=$(echo "$line" | sed 's/^[a-z ]*[0-9]* *//')
		# A KUnit file ends with a line about the suite itself.
		case $text in portcls_*) continue ;; esac
		case $line in
		*'# SKIP '*) skip "${text%% # SKIP *}" "${text##* # SKIP }" ;;
		ok\ *) ok "$text" ;;
		*) not_ok "$text" ;;
		esac
	done
}

modprobe -q kunit || :
if [ -d $debugfs/kunit ]; then
	modprobe snd-portcls-test || exit 1
	for results in "$debugfs"/kunit/portcls_*/results; do
		suite=${results%/results}
		suite=${suite##*/portcls_}
		case " ${*:-$suite} " in
		*" $suite "*) take <"$results" ;;
		esac
	done
else
	modprobe snd-portcls-test run=none || exit 1
	for suite in "${@:-}"; do
		echo "$suite" >$debugfs/snd-portcls-test/run
		cat $debugfs/snd-portcls-test/results >/tmp/results
		take </tmp/results
	done
fi
rmmod snd-portcls-test || not_ok 'the module can be unloaded'
leak_check || not_ok 'no memory was lost'
done_testing
