#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The clock of the AC-link, measured where it is asked for and not in a virtual
# machine otherwise. The emulated card fetches in steps of its audio timer.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

boot clock clock.sh --device ac97,id=main,out=48000,timer=200
hear main
judge

# In a measurement's 100 ms are one of the audio timer's steps or two.
boot unsure clock-unsure.sh --device ac97,id=main,out=48000,timer=70000
judge
tap_end
