#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Playback, capture and both at once where device addresses are not what they are on
# a plain machine. $2: iommu, bounce or high, and that is looked at first.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
load main fed
pace=20

translated() {
	cat "/sys/bus/pci/devices/$(slot main)/iommu_group/type"
	case $(cat "/sys/bus/pci/devices/$(slot main)/iommu_group/type") in DMA | DMA-FQ) ;; *) false ;; esac
}
# A machine as small as this has bounce buffers only because it was told to.
bounced() { [ "$(cat /sys/kernel/debug/swiotlb/io_tlb_nslabs)" -gt 0 ]; }
high() { grep -E '^[1-9a-f][0-9a-f]{8,}-.* : System RAM' /proc/iomem; }

case $2 in
iommu) attempt iommu 'the controller is behind the IOMMU' translated ;;
bounce) attempt bounce 'the kernel bounces' bounced ;;
high) attempt high 'there is memory above 4 GiB' high ;;
esac

# all TIME: what there is to do; once more after the driver was away
all() {
	for access in rw mmap; do
		play "$1-$access" main 'playback' -a $access -x -p 1024 -b 4096 -n 48123 -m $pace
		record "$1-record-$access" fed 'capture' -a $access -x -p 1024 -b 4096 -n 48123 -m $pace
	done
	play "$1-largest" main 'a ring of 1 MiB' -x -p 65536 -b 262144 -n 300123 -m $pace
	record "$1-record-largest" fed 'a ring of 1 MiB' -x -p 65536 -b 262144 -n 300123 -m $pace
	play "$1-pause" main '10 pauses' -p 1024 -b 4096 -P 10 -n 96123
	play "$1-rewind" main 'rewinds, random transfers' -p 512 -b 8192 -w 20 -c random -n 96123
	play "$1-xrun" main '2 stalls' -p 1024 -b 4096 -k 9000:300 -k 20001:150 -n 48123
	both "$1-duplex" fed 'both at once' -p 1024 -b 4096 -n 96077
	play "$1-drain" main 'drained' -p 1024 -b 4096 -n 777
}
all first
unbind_driver main && unbind_driver fed && bind_driver snd_portcls_ich main &&
	bind_driver snd_portcls_ich fed && add_card main main && add_card fed fed
result rebound $? 'unbound and bound'
all again
