#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The debug kernel notices what it is there to notice, and a run in which it did
# fails: one boot with a fault of each kind, one with none. What belongs to each
# fault is cut out of the log and judged alone, by the judge that the runs have.

. "$(dirname "$0")/../lib.sh"
. "$vm_dir/debug-lib.sh"

debug_kernel 'the debug kernel notices faults'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
splat=$top/tools/testing/selftests/portcls/splat
cp "$splat/Makefile" "$splat/portcls-splat.c" "$work"
if ! make -s -C "$(vm_kernel_dir)/build" M="$work" modules >"$work/log" 2>&1; then
	tap_fail 'the module that misbehaves builds' "$(cat "$work/log")"
	tap_end
	exit 1
fi

# lockdep gives up after the first report of anything, so its turn comes first.
set -- lock-inversion sleep-in-atomic unmapped-dma refcount shift leak use-after-free
guest=$top/tools/testing/selftests/portcls/vm/splat.sh

vm_run --file "$work/portcls-splat.ko" "$guest" "$@" >"$work/out" 2>"$work/err"
status=$?
if [ $status = 126 ] && grep -q 'the kernel complained' "$work/err"; then
	tap_ok 'a run with reports in the kernel log fails and shows them'
else
	tap_fail 'a run with reports in the kernel log fails and shows them' \
		"status $status: $(tail -n 20 "$work/err")"
fi

report_of() {
	case $1 in
	lock-inversion) echo 'possible circular locking dependency' ;;
	sleep-in-atomic) echo 'sleeping function called from invalid context' ;;
	unmapped-dma) echo 'DMA-API: .*tries to free DMA memory it has not allocated' ;;
	refcount) echo 'refcount_t: ' ;;
	shift) echo 'UBSAN: shift-out-of-bounds' ;;
	leak) echo 'unreferenced object' ;;
	use-after-free) echo 'KASAN: slab-use-after-free|KASAN: use-after-free' ;;
	esac
}

console=$vm_out/console.log
for fault in "$@"; do
	tr -d '\r' <"$console" | awk -v begin="splat: begin $fault\$" -v end="splat: end $fault\$" '
		$0 ~ begin { on = 1; next } $0 ~ end { on = 0 } on' >"$work/piece"
	if "$vm_dir/splats" "$work/piece" portcls-splat >"$work/splats"; then
		tap_fail "$fault alone would fail a run" "$(head -n 20 "$work/piece")"
	elif grep -qE "$(report_of "$fault")" "$work/splats"; then
		tap_ok "$fault alone would fail a run"
	else
		tap_fail "$fault alone would fail a run" "$(head -n 20 "$work/splats")"
	fi
done

VM_NAME="splat-none"
if vm_run --file "$work/portcls-splat.ko" "$guest" nothing >"$work/out" 2>"$work/err"; then
	tap_ok 'a run without a fault passes'
else
	tap_fail 'a run without a fault passes' "status $?: $(tail -n 20 "$work/err")"
fi
tap_end
