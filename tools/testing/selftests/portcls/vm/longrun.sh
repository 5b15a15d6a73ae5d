#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# longrun.sh HOURS: the software card and an AC'97 card play and record for so many
# hours of the machine's clock.

. /lib/vm.sh
hours=$1

# The steps of both are 10 ms: at 8 kHz 80 frames.
modprobe snd-portcls-sample tick_us=10000 || exit 1
modprobe snd-portcls-ich || exit 1
sample=$(card_of /sys/devices/platform/snd-portcls-sample) || exit 1
ac97=$(card_of 04) || exit 1

# long NAME DEVICE SLACK [PPM]
long() {
	what=$1 device=$2
	shift 2
	if longrun "$device" "$hours" 8000 "$@" >"/tmp/long"; then
		ok "$what: $(sed -n 's/^longrun: //p' /tmp/long)"
	else
		not_ok "$what" "$(tail -n 4 /tmp/long)"
	fi
	cat /tmp/long
}
long 'WavePci, software card' "hw:$sample,0" 160
long 'WaveCyclic, software card' "hw:$sample,1" 160
# The kernel takes the machine's time stamp counter, which runs at 1 GHz, for one of
# 999.999 MHz: 1 ppm between its clock and the card's.
long "WavePci, AC'97" "hw:$ac97,0" 160 2
done_testing
