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
	# alsabat's threads load this one when they end.
	gcc=$(readlink -f "$(gcc -print-file-name=libgcc_s.so.1)")
	boot sample sample.sh --timeout 900 --with alsabat --file "$gcc:/lib/x86_64-linux-gnu/libgcc_s.so.1"
	hear pci direct own
	judge
}

# All seven of pcm-test's tests, for three devices in both directions.
kselftest() {
	alsa=$("$tests/fetch-alsa-kselftests") || die 'no kselftests of ALSA'
	echo "# $(cat "$alsa/version")"
	arguments='none 42 0'
	boot kselftest kselftest-alsa.sh --timeout 900 --file "$alsa:alsa"
	judge
}

for part in ${PARTS:-sample kselftest}; do
	$part
done
tap_end
