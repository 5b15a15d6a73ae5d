#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# ALSA's own kselftests on one card, first with the in-tree driver $2, unless that is
# "none", then with ours, which passes $3 of pcm-test's tests at least and $4 of
# mixer-test's, which has none for a card without controls. The codec layer is the
# kernel's, or the names of controls are the in-tree driver's: what fails in the mixer
# fails with both.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
reference=$2 least=$3 mixer_least=$4
cd /test/alsa || exit 1
export LD_LIBRARY_PATH=.

# run_tests DRIVER: lines "TEST STATE" in /tmp/DRIVER.PROGRAM
run_tests() {
	modprobe "$1" || exit 1
	for program in pcm-test mixer-test; do
		./$program >"/out/$1.$program.tap" 2>&1
		echo "$1: $program: $(grep '^# Totals' "/out/$1.$program.tap")"
		sed -n -e 's/^ok [0-9]* # SKIP \([^ ]*\).*/\1 skip/p' \
			-e 's/^ok [0-9]* \([^ #]*\).*/\1 ok/p' \
			-e 's/^not ok [0-9]* \([^ ]*\).*/\1 fail/p' \
			"/out/$1.$program.tap" | sort >"/tmp/$1.$program"
	done
	modprobe -r "$1" || exit 1
}

state_of() {
	[ ! -e "$2" ] || sed -n "s/^$1 //p" "$2"
}

[ "$reference" = none ] || run_tests "$reference"
[ "$driver" = "$reference" ] || run_tests "$driver"

for program in pcm-test mixer-test; do
	ours=/tmp/$driver.$program theirs=/tmp/$reference.$program
	while read -r test state; do
		theirs_is=$(state_of "$test" "$theirs")
		case $program-$state-$theirs_is in
		*-ok-*) result "$test" 0 "$program" ;;
		*-skip-skip | *-skip-) ;;
		mixer-test-fail-fail)
			result "$test" "$([ "$driver" != "$reference" ]; echo $?)" \
				"$program: fails with $reference, too" ;;
		# A rate that this card cannot have: the in-tree driver plays another.
		pcm-test-skip-*)
			sed -n "/^ok .* $test\$/{n;s/^# //p;}" "/out/$driver.pcm-test.tap" >/tmp/why
			grep -q '^rate mismatch' /tmp/why ||
				result "$test" 1 "$program: $state, $reference: $theirs_is" ;;
		*) result "$test" 1 "$program: $state" ;;
		esac
	done <"$ours"
	passed=$(grep -c ' ok$' "$ours")
	[ $program = pcm-test ] || least=$mixer_least
	result "$program-tests" "$([ "$passed" -ge "$least" ]; echo $?)" "$passed pass, $(
		grep -c ' fail$' "$ours") fail, $(grep -c ' skip$' "$ours") are not for this card"
done
