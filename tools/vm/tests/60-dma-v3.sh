#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The version-3 DMA routines: every statement V3- on a software controller, a device
# whose memory is copied at map and flush, and a PCI device below what the machine
# has: nothing, bounce buffers for everything, an IOMMU.
# RACE_SECONDS: how long each race of the CPUs goes on (default 5).

. "$(dirname "$0")/../lib.sh"

selftests=$top/tools/testing/selftests/portcls/vm
race=${RACE_SECONDS:-5}
timeout=$((600 + race * 8))

# V3-75 asks for memory that the device cannot reach; the kernel says so once, where
# nothing bounces it. Only that may be complained about.
unreachable='dma_direct_map|swiotlb addr'

# cases NAME SUITES MODULE_PARAMETERS OPTIONS...: the suites, comma-separated, in a
# machine with two CPUs.
cases() {
	VM_NAME=$1
	suites=$2
	parameters=$3
	shift 3
	# shellcheck disable=SC2086 # words
	vm_tap --mode race --timeout $timeout --qemu '-device edu' \
		--expect-splat "$unreachable" "$@" \
		"$selftests/portcls-test.sh" "$suites" "race_seconds=$race" $parameters
}

cases copying transfer_,edu,example ''
# Not the PCI device: the bounce buffers lie beyond its 28 address bits.
cases bounced transfer_,example plain=1 --append swiotlb=force
cases direct transfer_,edu,example plain=1
cases iommu edu '' --machine q35 --append 'intel_iommu=on iommu.strict=1' \
	--qemu '-device intel-iommu'
tap_end
