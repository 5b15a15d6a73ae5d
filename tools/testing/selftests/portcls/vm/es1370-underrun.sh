#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A client that stalls in the direct way: what is given is heard, the xrun is told.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
modprobe "$driver" || exit 1
card_dry=$(card_of dry) || exit 1
play stalled dry 'a stall is an xrun' -r 44100 -p 1024 -b 4096 -k 9000:300 -n 44123
grep -q ' xruns=1 ' /tmp/played || result stalled-once 1 'one xrun, and no more'
