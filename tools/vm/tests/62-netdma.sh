#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# NetDMA: every statement ND- on a software engine and a PCI device, with bounce
# buffers for everything, and below an IOMMU.
# RACE_SECONDS: how long the reader of the completion word races (default 5).

. "$(dirname "$0")/../lib.sh"

selftests=$top/tools/testing/selftests/portcls/vm
race=${RACE_SECONDS:-5}

# Among the PCI device's cases is one with memory beyond its reach, see 60-dma-v3.sh.
unreachable='dma_direct_map|swiotlb addr'

# cases NAME SUITES OPTIONS...: the suites, comma-separated, on two CPUs.
cases() {
	VM_NAME=$1
	suites=$2
	shift 2
	vm_tap --mode race --timeout $((600 + race * 4)) --qemu '-device edu' \
		--expect-splat "$unreachable" "$@" \
		"$selftests/portcls-test.sh" "$suites" "race_seconds=$race"
}

cases direct netdma,edu
# Not the PCI device: the bounce buffers lie beyond its 28 address bits.
cases bounced netdma --append swiotlb=force
cases iommu edu --machine q35 --append 'intel_iommu=on iommu.strict=1' \
	--qemu '-device intel-iommu'
tap_end
