#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ten steps of a DMA transfer on an AC'97 controller whose own engines do the
# moving: what it played and recorded, sample by sample, with nothing between it and
# the memory, with bounce buffers for everything, below an IOMMU.

. "$(dirname "$0")/../lib.sh"

tests=$top/tools/testing/selftests/portcls
programs=$top/build/selftests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$programs"
make -s -C "$tests" OUTPUT="$programs" ||
	{ echo 'Bail out! the test programs do not build'; exit 1; }

"$programs/pcmtool" gen s16x2 7:0+3000000 "$work/fed.raw" ||
	{ echo 'Bail out! no audio to feed'; exit 1; }

# moved NAME OPTIONS...
moved() {
	VM_NAME=$1
	shift
	vm_tap --timeout 600 --device "ac97,id=ich,out=48000,in=$work/fed.raw" "$@" \
		"$tests/vm/portcls-test.sh" ich_engine device=ich
	# shellcheck disable=SC2154 # vm_run has set it
	echo "$VM_NAME s16x2 $(sed -n 's/^# heard: //p' "$vm_out/script.log" | paste -sd,)" \
		>"$work/spec"
	"$programs/pcmtool" verify "$vm_out/ich.raw" "$work/spec" >"$work/verdict" 2>&1
	if grep -q "^$VM_NAME exact " "$work/verdict"; then
		tap_ok "$VM_NAME: all that was mapped was heard"
	else
		tap_fail "$VM_NAME: all that was mapped was heard" \
			"$(cat "$work/spec" "$work/verdict")"
	fi
}

moved direct
moved bounced --append swiotlb=force
moved iommu --machine q35 --append 'intel_iommu=on iommu.strict=1' \
	--qemu '-device intel-iommu'
tap_end
