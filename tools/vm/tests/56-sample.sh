#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The software card, which needs no hardware: what it plays is what it records, on
# WavePci, on WaveCyclic in the direct and in the copied way, and through a channel
# of the miniport's own.

DRIVER=${DRIVER:-snd-portcls-sample}
top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

boot sample sample.sh
hear pci direct own
judge
tap_end
