#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Ten minutes (RACE_SECONDS for another number) of two CPUs that allocate, cancel, map,
# flush and free at random, with the books kept, and as long of cancel against
# completion. Not one of the tests that tools/check runs, which race for seconds.

vm_dir=$(cd "$(dirname "$0")/.." && pwd)
. "$vm_dir/lib.sh"

race=${RACE_SECONDS:-600}
vm_tap --mode race --timeout $((600 + race * 4)) --device ac97,id=ich \
	"$top/tools/testing/selftests/portcls/vm/portcls-test.sh" transfer_race \
	"race_seconds=$race"
tap_end
