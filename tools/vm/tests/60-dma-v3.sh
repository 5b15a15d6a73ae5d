#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The version-3 DMA routines: every statement V3- on a software controller and a
# device whose memory is copied at map and flush, then as an AC'97 controller and
# another PCI device meet them: with nothing between them and the memory, with bounce
# buffers for everything, below an IOMMU; with each allocation and mapping
# failing in turn.
# RACE_SECONDS: how long each race of the CPUs goes on (default 5).

. "$(dirname "$0")/../lib.sh"

selftests=$top/tools/testing/selftests/portcls/vm
race=${RACE_SECONDS:-5}
timeout=$((1200 + race * 8))

# V3-75 asks for memory that the device cannot reach; the kernel says so once, where
# nothing bounces it. Only that may be complained about.
unreachable='dma_direct_map|swiotlb addr'

# cases NAME SUITES PARAMETERS OPTIONS...: the suites, comma-separated, in a machine
# with two CPUs.
cases() {
	VM_NAME=$1
	suites=$2
	parameters=$3
	shift 3
	# shellcheck disable=SC2086 # words
	vm_tap --mode race --timeout $timeout --qemu '-device edu' --device ac97,id=ich \
		--expect-splat "$unreachable" "$@" \
		"$selftests/portcls-test.sh" "$suites" $parameters "race_seconds=$race"
}

# The emulated timer of a busy host looks dead to a kernel that checks it.
iommu='intel_iommu=on iommu.strict=1 no_timer_check'

cases copying transfer_,edu,example ''
cases direct transfer_,edu,example device=ich
# Not the other device: the bounce buffers lie beyond its 28 address bits.
cases bounced transfer_,example device=ich --append swiotlb=force
cases iommu transfer_,edu,example device=ich --machine q35 --append "$iommu" \
	--qemu '-device intel-iommu'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$selftests/../fail/Makefile" "$selftests/../fail/portcls-fail.c" \
	"$top/sound/portcls/tests/fail_hook.h" "$work"
case $vm_kernel in
debian-6.1 | debug)
	if make -s -C "$(vm_kernel_dir)/build" M="$work" modules >"$work/log" 2>&1; then
		cases failing fail_allocations '' --file "$work/portcls-fail.ko"
	else
		tap_fail 'the module that lets calls fail builds' "$(cat "$work/log")"
	fi ;;
*) tap_skip 'failing' 'the compiler of this machine builds nothing for that kernel' ;;
esac
tap_end
