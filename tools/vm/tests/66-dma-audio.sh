#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What the adapter's books say of an AC'97 stream, and a Sound Blaster 16 where
# everything is bounced through memory that its controller could not reach.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

boot adapters adapters.sh --device ac97,id=main,out=48000
judge

driver=snd-portcls-sb16
boot slave sb16-sleep.sh --append swiotlb=force --device sb16,id=wide,out=44100 \
	--device sb16,id=narrow,out=44100,opts=iobase=0x240,irq=7,dma=3,dma16=7 \
	--qmp-script "$tests/vm/wake.qmp"
hear wide narrow
judge
tap_end
