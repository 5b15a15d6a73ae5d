# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the audio tests in tools/vm/tests: the host's side. They set $top and source
# this; a guest script in this folder does the work in the virtual machine and
# leaves in /out
#	cases		LABEL STATUS TEXT, one a case
#	CARD.spec	what was to be heard of a card, see spec.h
#	LABEL.raw	what a case recorded
# A case passes if its status is 0 and everything of it that can be judged here is
# exact.
#
# DRIVER: the driver under test. Another than ours shows what these tests can find.

. "$top/tools/lib.sh"

driver=${DRIVER:-snd-portcls-ich}
kernel=${PORTCLS_KERNEL:-${KERNEL:-debian-6.1}}
tests=$top/tools/testing/selftests/portcls
name=$(basename "$0" .sh)
out=${PORTCLS_OUT:-$top/build/vm/$name}
programs=$top/build/selftests
work=$(mktemp -d "${TMPDIR:-/tmp}/$name.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir -p "$programs" "$out"
make -s -C "$tests" OUTPUT="$programs" || die 'the test programs do not build'
PATH=$programs:$PATH

# boot NAME GUEST_SCRIPT [OPTION of tools/vm/run]...: results in $out/NAME; the words
# in $arguments go to the script, behind the driver's name
arguments=
boot() {
	result=$out/$1
	script=$tests/vm/$2
	shift 2
	rm -rf "$result"
	set -- --kernel "$kernel" --out "$result" --with "$programs/pcmtool" \
		--file "$tests/vm/guest.sh" "$@"
	case $driver in
	snd-portcls-*) [ -z "${PORTCLS_MODULES-}" ] || set -- --modules "$PORTCLS_MODULES" "$@" ;;
	*) set -- --modules none "$@" ;;
	esac
	boot_status=0
	# shellcheck disable=SC2086 # words
	"$top/tools/vm/run" "$@" "$script" "$driver" $arguments >"$work/log" 2>&1 || boot_status=$?
	sed 's/^/# /' "$work/log"
	if [ $boot_status = 0 ]; then
		tap_ok "${result##*/}: the machine ran without a complaint"
	else
		tap_fail "${result##*/}: the machine ended with status $boot_status"
	fi
}

# hear CARD...: what each card of the last boot put out, against its spec
hear() {
	for card in "$@"; do
		audio=$result/$card.wav
		[ -e "$audio" ] || audio=$result/$card.raw
		[ -e "$result/$card.spec" ] || continue
		pcmtool verify "$audio" "$result/$card.spec" >>"$work/verdicts" 2>&1
	done
}

# recorded FED: what the cases recorded, against what their cards were fed
recorded() {
	fed=$1
	set --
	while read -r label _; do
		[ -e "$result/$label.raw" ] || continue
		skips=$(sed -n "s/.* label=$label .* skips=\(.*\)/\1/p" "$result/script.log")
		set -- "$@" "$result/$label.raw${skips:+@$skips}"
	done <"$result/cases"
	[ $# = 0 ] || pcmtool verify-capture "$fed" "$@" >>"$work/verdicts" 2>&1
}

# unheard LABEL: it left something to be judged, and nobody did
unheard() {
	[ ! -s "$work/own" ] &&
		{ [ -e "$result/$1.raw" ] || grep -qs "^$1 " "$result"/*.spec; }
}

# judge: one result for each case of the last boot
judge() {
	touch "$work/verdicts"
	[ -s "$result/cases" ] || tap_fail "${result##*/}: the machine ran no case"
	while read -r label status text; do
		grep "^$label " "$work/verdicts" >"$work/own" || :
		if [ "$status" = 0 ] && unheard "$label"; then
			tap_fail "$label${text:+: $text}: nobody listened"
		elif [ "$status" = 0 ] && ! grep -qv "^$label exact " "$work/own"; then
			tap_ok "$label${text:+: $text}"
		elif [ "$status" = 125 ]; then
			tap_skip "$label" "what it needs could not be set up"
		else
			echo "status $status" >>"$work/own"
			tap_fail "$label${text:+: $text}" "$work/own"
		fi
	done <"$result/cases"
	: >"$work/verdicts"
}
