# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the tests in tools/vm/tests: run scripts in the virtual machine and speak TAP.
#
#   . "$(dirname "$0")/../lib.sh"
#   vm_run --device ac97 --file probe.sh guest.sh && tap_ok 'it probes' ||
#           tap_fail 'it probes' "see $vm_out"
#   vm_tap --device ac97 guest-that-speaks-tap.sh
#   tap_end
#
# From the environment (tools/check sets the PORTCLS_ ones):
#   PORTCLS_KERNEL or KERNEL   which kernel, default debian-6.1
#   PORTCLS_MODULES            our modules, default what the tree has built for it
#   PORTCLS_OUT or VM_OUT      results: each run gets a folder named after its
#                              script, or after VM_NAME; $vm_out is the last one
#   ACCEL                      kvm to use KVM

# The test that sources this lies in tools/vm/tests, or has set $vm_dir.
: "${vm_dir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck disable=SC2034 # for the tests
top=$(cd "$vm_dir/../.." && pwd)
vm_kernel=${PORTCLS_KERNEL:-${KERNEL:-debian-6.1}}
vm_results=${PORTCLS_OUT:-${VM_OUT:-$top/build/vm/$(basename "$0" .sh)}}
vm_out=
export ACCEL

# vm_run OPTIONS GUEST_SCRIPT [ARGUMENT...]: tools/vm/run with the defaults above.
# Give the options as for tools/vm/run; --out is found and kept in $vm_out.
vm_run() {
	_name=${VM_NAME-}
	_out=
	_before=
	for _a in "$@"; do
		[ "$_before" != --out ] || _out=$_a
		# The first word that is neither an option nor an option's value.
		if [ -z "$_name" ]; then
			case $_before/$_a in
			*/--*) ;;
			--shell/* | --fifo/*) _name=$_a ;;
			--*/*) ;;
			*) _name=$_a ;;
			esac
		fi
		_before=$_a
	done
	vm_out=${_out:-$vm_results/$(basename "$_name" .sh)}
	"$vm_dir/run" --kernel "$vm_kernel" \
		${PORTCLS_MODULES:+--modules "$PORTCLS_MODULES"} --out "$vm_out" "$@"
}

# vm_kernel_dir: the folder of that kernel; build in it is what modules build against.
vm_kernel_dir() {
	case $vm_kernel in
	debug | kcsan) "$vm_dir/build-kernel" "$vm_kernel" ;;
	*/*) echo "$vm_kernel" ;;
	*) "$vm_dir/fetch-kernel" "$vm_kernel" ;;
	esac
}

tap_count=0
tap_failed=0
tap_planned=0

# tap_plan N, if the number is known beforehand; tap_end prints it otherwise.
tap_plan() {
	tap_planned=$1
	echo "1..$1"
}

tap_ok() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

# tap_fail NAME [REASON]
tap_fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	[ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}

# tap_skip NAME REASON
tap_skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP ${2-}"
}

# tap_check NAME COMMAND...: what the command's status says; its output is the reason.
tap_check() {
	_what=$1
	shift
	if _said=$("$@" 2>&1); then
		tap_ok "$_what"
	else
		tap_fail "$_what" "status $?: $_said"
	fi
}

# tap_end: the plan, unless tap_plan gave it; its status is the test's.
tap_end() {
	if [ "$tap_planned" = 0 ]; then
		echo "1..$tap_count"
	elif [ "$tap_planned" != "$tap_count" ]; then
		echo "# planned $tap_planned, ran $tap_count"
		return 1
	fi
	[ "$tap_failed" = 0 ] && [ "$tap_count" -gt 0 ]
}

# vm_tap OPTIONS GUEST_SCRIPT [ARGUMENT...]: vm_run for a guest script that speaks
# TAP. Its results become ours, numbered on; a plan that does not fit, a bad status
# without a failed result, or no result at all is a failed result more.
vm_tap() {
	_tmp=$(mktemp)
	_log=$(mktemp)
	{
		vm_run "$@" 2>"$_log"
		echo "_status=$? vm_out='$vm_out'" >"$_tmp"
	} | awk -v n="$tap_count" -v state="$_tmp.n" '
		/^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; next }
		/^(not )?ok( |$)/ {
			n++; seen++
			if (/^not/) failed++
			sub(/ok *[0-9]*/, "ok " n)
		}
		/^Bail out!/ { bailed = 1; sub(/^/, "# ") }
		{ print; fflush() }
		END {
			if (bailed) why = "it bailed out"
			else if (!seen) why = "it gave no result"
			else if (plan == "") why = "it ended without a plan"
			else if (plan != seen) why = "it planned " plan " results and gave " seen
			printf "_seen=%d _failed=%d _why=\"%s\"\n", seen, failed, why >state
		}'
	# shellcheck source=/dev/null
	. "$_tmp"
	# shellcheck source=/dev/null
	. "$_tmp.n"
	# shellcheck disable=SC2154 # read just now
	tap_count=$((tap_count + _seen)) tap_failed=$((tap_failed + _failed))
	# shellcheck disable=SC2154
	if [ "$_status" != 0 ] && [ -z "$_why" ] && { [ "$_failed" = 0 ] || [ "$_status" -ge 124 ]; }; then
		_why="status $_status"
	elif [ -n "$_why" ]; then
		_why="$_why, status $_status"
	fi
	[ -z "$_why" ] || tap_fail "$(basename "$vm_out") ran to its end" "$_why
$(cat "$_log")"
	rm -f "$_tmp" "$_tmp.n" "$_log"
	[ -z "$_why" ] && [ "$_failed" = 0 ]
}

# vm_tap_shared OPTIONS GUEST_SCRIPT [ARGUMENT...]: vm_tap where several share a stream.
# Where one frees the ring, while another that writes has been let in but does not hold the
# ring yet, a core with CONFIG_SND_DEBUG warns that there is none; the write gets EINVAL.
vm_tap_shared() {
	case $vm_kernel in
	debug | kcsan)
		set -- --expect-splat 'WARNING: .* at (.*pcm_lib.c:[0-9]+ )?__snd_pcm_lib_xfer' \
			"$@" ;;
	esac
	vm_tap "$@"
}
