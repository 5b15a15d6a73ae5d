#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What has no peer: how cost grows with the ring, the framework alone (the software
# card), the Sound Blaster 16.

# shellcheck source-path=SCRIPTDIR
. ./lib.sh

# rings RATE: one period size, so that the ring has 2 to 1024 mappings
rings() {
	rate=$1 kind=ring
	for buffer in 2048 8192 32768 131072 524288 1048576; do
		for pass in irq all; do
			tell "$pass $number" || return
			measure "$keys kind=ring pass=$pass dir=p rate=$rate access=rw wake=1" \
				client steady -a rw -p 1024 -b $buffer -n $((1024 * 43))
			tell off
		done
	done
}

modprobe snd-portcls-ich && modprobe snd-portcls-es1370 || exit 1
pcm=0 seconds=2
take ac97-ours snd_portcls_ich && rings 48000
give_back
take es1370-ours snd_portcls_es1370 && rings 44100
give_back

# framework NAME DEVICE: a device of the software card, which has no interrupt
framework() {
	card=$1 driver=snd_portcls_sample keys="card=$1 driver=snd_portcls_sample"
	pcm=$2 rate=48000 kind=framework
	for period in 256 1024 4096; do
		for access in rw mmap; do
			tell "all $number"
			measure "$keys kind=framework dir=p rate=$rate access=$access wake=1" \
				client steady -a $access -p $period -b $((4 * period)) \
				-n $((period * (rate / period)))
			tell off
		done
	done
}

modprobe snd-portcls-sample || exit 1
number=$(card_of /sys/devices/platform/snd-portcls-sample) || exit 1
framework sample-wavepci 0
framework sample-cyclic 1
framework sample-copied 2
modprobe -r snd-portcls-sample

modprobe snd-portcls-sb16 port=0x220 || exit 1
number=$(card_of /sys/devices/platform/snd-portcls-sb16.0) || exit 1
# The card and the 8237: channel 5's address and count, the second controller's
# command registers, the pages.
echo 'ports card=sb16-ours 220-22f 0-f c0-df 80-8f'
card=sb16-ours driver=snd_portcls_sb16 keys='card=sb16-ours driver=snd_portcls_sb16'
pcm=0 rate=44100 kind=stream
tell "all $number"
measure "$keys kind=life" client life -p 1024 -b 4096
measure "$keys kind=first" client first -p 1024 -b 4096
tell off
for period in 512 1024 4096; do
	stream p rw 1 $period
	stream p mmap 1 $period
done
exit 0
