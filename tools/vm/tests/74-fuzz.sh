#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Requests by lot to every node of every card: the kernel survives it, and the card
# plays afterwards. FUZZ_CALLS a job (20000), FUZZ_SEED (1).

. "$(dirname "$0")/../lib.sh"

programs=$top/build/selftests
tests=$top/tools/testing/selftests/portcls
mkdir -p "$programs"
make -s -C "$tests" OUTPUT="$programs" || { echo 'Bail out! no test programs'; exit 1; }

pci=/sys/bus/pci/devices
vm_tap_shared --timeout 1200 --with "$programs/ioctlfuzz" --device ac97,addr=04 \
	--device es1370,addr=05 --device sb16 \
	"$tests/vm/fuzz.sh" "${FUZZ_CALLS:-20000}" "${FUZZ_SEED:-1}" \
	snd-portcls-ich=$pci/0000:00:04.0 snd-portcls-es1370=$pci/0000:00:05.0 \
	snd-portcls-sb16=/sys/devices/platform/snd-portcls-sb16.0 \
	snd-portcls-sample=/sys/devices/platform/snd-portcls-sample
tap_end
