#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# NetDMA: every statement ND- on a software engine and on a PCI device's, with nothing
# between them and the memory, with bounce buffers for everything, below an IOMMU.
# RACE_SECONDS: how long the reader of the completion word races (default 5).

. "$(dirname "$0")/../lib.sh"

selftests=$top/tools/testing/selftests/portcls/vm
race=${RACE_SECONDS:-5}

# Among the PCI device's cases is one with memory beyond its reach, see 60-dma-v3.sh.
unreachable='dma_direct_map|swiotlb addr'

# cases NAME SUITES OPTIONS...: the suites, comma-separated, on two CPUs; the software
# engine stands where an AC'97 controller does.
cases() {
	VM_NAME=$1
	suites=$2
	shift 2
	vm_tap --mode race --timeout $((600 + race * 4)) --qemu '-device edu' \
		--device ac97,id=ich --expect-splat "$unreachable" "$@" \
		"$selftests/portcls-test.sh" "$suites" device=ich "race_seconds=$race"
}

cases direct netdma,edu
# Not the PCI device: the bounce buffers lie beyond its 28 address bits.
cases bounced netdma --append swiotlb=force
# The emulated timer of a busy host looks dead to a kernel that checks it.
cases iommu netdma,edu --machine q35 \
	--append 'intel_iommu=on iommu.strict=1 no_timer_check' \
	--qemu '-device intel-iommu'
tap_end
