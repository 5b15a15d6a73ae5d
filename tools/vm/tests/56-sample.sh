#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The software card, which needs no hardware: what it plays is what it records, on
# WavePci, on WaveCyclic in the direct and in the copied way, and through a channel
# of the miniport's own. ALSA's own kselftests on it. PARTS= for some of: sample
# kselftest.

DRIVER=${DRIVER:-snd-portcls-sample}
top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

sample() {
	boot sample sample.sh --with alsabat
	hear pci direct own
	judge
}

# 9 of pcm-test's defaults for each device and direction that have its rates.
kselftest() {
	alsa=$("$tests/fetch-alsa-kselftests") || die 'no kselftests of ALSA'
	echo "# $(cat "$alsa/version")"
	arguments='none 30'
	boot kselftest kselftest-alsa.sh --file "$alsa:alsa"
	judge
}

for part in ${PARTS:-sample kselftest}; do
	$part
done
tap_end
