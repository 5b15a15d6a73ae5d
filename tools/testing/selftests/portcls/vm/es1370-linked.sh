#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Linked streams of an ES1370. Says where its registers are, for whoever looks at what
# was written there.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
number=$(card_of linked) || exit 1
echo "base $(sed -n '1s/ .*//p' "/sys/bus/pci/devices/$(slot linked)/resource")"

# linked LABEL TEXT [ARGUMENT of pcmtool link]...
linked() {
	label=$1 text=$2
	shift 2
	attempt "$label" "$text" pcmtool link -l "$label" -r 44100 -p 1024 -b 16384 "$@"
}
linked dacs 'both DACs, linked' -O -H "p:hw:$number,0" "p:hw:$number,1"
linked all 'both DACs and the ADC, linked' -O "p:hw:$number,0" "p:hw:$number,1" "c:hw:$number,0"
linked adc 'the ADC and both DACs, linked' "c:hw:$number,0" "p:hw:$number,1" "p:hw:$number,0"
