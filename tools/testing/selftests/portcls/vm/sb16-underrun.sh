#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Three underruns: the client is told, and nothing of what it gives is lost.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
card_wide=$(card_of /sys/devices/platform/snd-portcls-sb16.0) || exit 1

three_xruns() {
	pcmtool play -D "hw:$card_wide,0" -l xrun -s 1 -o /out/wide.spec -f s16x2 -r 44100 \
		-p 1024 -b 4096 -k 9000:300 -k 20001:150 -k 33333:400 -n 44123 | tee /tmp/played
	grep -q ' result=ok .* xruns=3 ' /tmp/played
}
attempt three-xruns 'three stalls, three xruns' three_xruns
