#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ES1370: playback on both DACs and capture, bit for bit, in all formats, and
# its life: sleep, unbinding, unplugging, 400 binds. BINDS= for fewer.

DRIVER=${DRIVER:-snd-portcls-es1370}
top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 254:0+6000000 "$work/fed.raw" || die 'no audio to feed'
boot sound es1370.sh --device es1370,id=main,out=44100 \
	--device "es1370,id=fed,out=44100,in=$work/fed.raw,inrate=44100" \
	--device es1370,id=fast,out=44100,timer=1000 \
	--device es1370,id=plain,out=44100,mix=off
hear main fed fast plain
recorded "$work/fed.raw"
judge

echo 'on UNPLUG: {"execute":"device_del","arguments":{"id":"b"}}' >"$work/qmp"
arguments="${BINDS:-400} unplug"
boot life es1370-life.sh --device es1370,id=a,out=44100 --device es1370,id=b,out=44100 \
	--qmp-script "$work/qmp" --with rtcwake --timeout 900
hear a
judge
tap_end
