#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Four cards on one interrupt line: each plays exactly, and none acknowledges what is not
# its own. A driver whose card has the line for itself does that unseen.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

boot line shared-line.sh --trace 'memory_region_ops_write' \
	--device ac97,id=ac97_1024,out=48000,timer=1000,addr=04 \
	--device ac97,id=ac97_512,out=48000,timer=1000,addr=08 \
	--device es1370,id=es1370_1024,out=44100,timer=1000,addr=0c \
	--device es1370,id=es1370_512,out=44100,timer=1000,addr=10
hear ac97_1024 ac97_512 es1370_1024 es1370_512
judge

# acknowledged NAME BASE: how often; AC'97 writes SR of its playback engine, the ES1370
# SERIAL twice.
acknowledged() {
	case $1 in
	ac97*) offset=22 each=1 ;;
	*) offset=32 each=2 ;;
	esac
	address=$(printf '0x%x' $(($2 + offset)))
	awk -v address="$address" -v each=$each '$7 == address { n++ } END { print int(n / each) }' \
		"$result/trace.log"
}

# What a start, a stop and the measurement at the first open acknowledge.
other=12
sed -n 's/^card //p' "$result/script.log" >"$work/cards"
[ "$(wc -l <"$work/cards")" = 4 ] || tap_fail 'the machine has four cards'
while read -r card base periods; do
	count=$(acknowledged "$card" "$base")
	text="$card acknowledges $count interrupts while it plays $periods periods"
	if [ "$count" -ge "$periods" ] && [ "$count" -le $((periods + other)) ]; then
		tap_ok "$text"
	else
		tap_fail "$text"
	fi
done <"$work/cards"
rm -f "$result/trace.log"
tap_end
