#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# 24 hours of audio in the machine's time (HOURS for another number), which skips what
# it would spend idle: neither direction of a card may drift from the other or from the
# clock. Not one of the tests that tools/check runs.

vm_dir=$(cd "$(dirname "$0")/.." && pwd)
. "$vm_dir/lib.sh"

programs=$top/build/selftests
tests=$top/tools/testing/selftests/portcls
mkdir -p "$programs"
make -s -C "$tests" OUTPUT="$programs" || { echo 'Bail out! no test programs'; exit 1; }

vm_tap --timeout 10000 --with "$programs/longrun" \
	--device ac97,addr=04,in=silence,out=8000 \
	"$tests/vm/longrun.sh" "${HOURS:-24}" "$@"
tap_end
