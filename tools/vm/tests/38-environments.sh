#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# AC'97 behind an IOMMU, where an access to what is not mapped fails the run; with
# bounce buffers for everything; and with memory that 32 address bits cannot reach.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 1:0+3000000 "$work/fed.raw" || die 'no audio to feed'

# in_environment NAME OPTION...
in_environment() {
	arguments=$1
	shift
	boot "$arguments" environment.sh --device ac97,id=main,out=48000 \
		--device "ac97,id=fed,out=48000,in=$work/fed.raw" "$@"
	hear main fed
	recorded "$work/fed.raw"
	judge
}

# What is no longer mapped must not be reachable for a while longer.
strict='intel_iommu=on iommu.strict=1'

"$top/tools/vm/run" --kernel "$kernel" --modules none --out "$out/stray" --machine q35 \
	--append "$strict" --qemu '-device intel-iommu' --device ac97,id=main \
	"$tests/vm/stray-dma.sh" >"$work/log" 2>&1
status=$?
if [ $status = 126 ] && grep -q 'DMAR: .*00:04.0.* fault addr 0x0' "$out/stray/splats"; then
	tap_ok 'stray: a read of what is not mapped fails the run'
else
	echo "status $status" >>"$work/log"
	tap_fail 'stray: a read of what is not mapped fails the run' "$work/log"
fi

in_environment iommu --machine q35 --append "$strict" --qemu '-device intel-iommu'
in_environment bounce --append swiotlb=force
in_environment high --mem 5120
tap_end
