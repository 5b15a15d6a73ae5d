#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The cards where the machine stands between them and the memory: playback, capture
# and full duplex of AC'97 cards, bit for bit, with bounce buffers for everything and
# below an IOMMU; Sound Blaster 16 with bounce buffers, which its controller could
# not reach. What the adapter's books say of a stream.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 1:0+6000000 "$work/fed.raw" || die 'no audio to feed'

boot adapters adapters.sh --device ac97,id=main,out=48000
judge

cards() {
	boot "$@" --device "ac97,id=c48000,out=48000,in=$work/fed.raw" \
		--device "ac97,id=c44100,out=44100,in=$work/fed.raw"
	hear c48000 c44100
	recorded "$work/fed.raw"
	judge
}
cards bounced capture.sh --append swiotlb=force
cards iommu capture.sh --machine q35 --append 'intel_iommu=on iommu.strict=1' \
	--qemu '-device intel-iommu'

driver=snd-portcls-sb16
boot slave sb16-sleep.sh --append swiotlb=force --device sb16,id=wide,out=44100 \
	--device sb16,id=narrow,out=44100,opts=iobase=0x240,irq=7,dma=3,dma16=7 \
	--qmp-script "$tests/vm/wake.qmp"
hear wide narrow
judge
tap_end
