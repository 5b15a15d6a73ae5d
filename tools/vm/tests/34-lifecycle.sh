#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Unbinding, removal, unplugging, unloading, sleep and silence of AC'97 cards that play
# and record.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 1:0+4000000 "$work/fed.raw" || die 'no audio to feed'
# A machine that sleeps is woken at once.
echo 'on SUSPEND: {"execute":"system_wakeup"}' >"$work/wake"
boot lifecycle lifecycle.sh --qmp-script "$work/wake" --device ac97,id=main,out=48000 \
	--device "ac97,id=fed,out=48000,in=$work/fed.raw"
hear main
recorded "$work/fed.raw"
judge

# add ID: the QMP command that plugs a card in again
add() {
	printf 'on plug: {"execute":"device_add","arguments":{"driver":"AC97","id":"%s",' "$1"
	printf '"audiodev":"audio-%s","bus":"port-%s"}}\n' "$1" "$1"
	printf 'on unplug: {"execute":"device_del","arguments":{"id":"%s"}}\n' "$1"
}
{ add main; add fed; } >"$work/plug"
boot plug plug.sh --machine q35 --qmp-script "$work/plug" --qemu '-device rtl8139,addr=10' \
	--device ac97,id=main,out=48000,hotplug=on \
	--device "ac97,id=fed,out=48000,hotplug=on,in=$work/fed.raw"
hear main
recorded "$work/fed.raw"
judge
tap_end
