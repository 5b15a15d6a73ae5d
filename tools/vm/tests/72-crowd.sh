#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# As many AC'97 cards as the machine has slots, 28 of them, play at once; with four
# interrupt lines for all of them, each card's line is busy with others.

top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

slots='02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1e 1f'
# The machine of the debug kernels has its own device in the last one.
case ${PORTCLS_KERNEL-} in debug | kcsan) slots=${slots% 1f} ;; esac
set --
cards=''
for slot in $slots; do
	set -- "$@" --device "ac97,id=s$slot,out=48000,addr=$slot"
	cards="$cards s$slot"
done
boot crowd crowd.sh --timeout 900 "$@"
# shellcheck disable=SC2086 # a list
hear $cards
judge
tap_end
