#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Two CPUs in real time, on which the contract of service groups, interrupts and
# mappings has to hold too, and a storm of clients, unbinding, sleep and mixers over all four drivers.
# Runs alone: what it finds depends on two CPUs that run.
# STORM_SECONDS (40), STORM_SEED (1).

. "$(dirname "$0")/../lib.sh"

programs=$top/build/selftests
tests=$top/tools/testing/selftests/portcls
mkdir -p "$programs"
make -s -C "$tests" OUTPUT="$programs" || { echo 'Bail out! no test programs'; exit 1; }

VM_NAME=two-cpus
vm_tap --mode race --timeout 600 "$tests/vm/contract.sh" contract-service \
	contract-interrupt contract-wavepci
VM_NAME=storm

seconds=${STORM_SECONDS:-40}
pci=/sys/bus/pci/devices
vm_tap_shared --mode race --timeout $((12 * seconds + 300)) --with "$programs/storm" --with flock \
	--device ac97,id=first,addr=04 --device ac97,id=second,addr=05 \
	--device es1370,addr=06 --device sb16 \
	"$tests/vm/storm.sh" "$seconds" "${STORM_SEED:-1}" \
	snd-portcls-ich=$pci/0000:00:04.0 snd-portcls-ich=$pci/0000:00:05.0 \
	snd-portcls-es1370=$pci/0000:00:06.0 \
	snd-portcls-sb16=/sys/devices/platform/snd-portcls-sb16.0 \
	snd-portcls-sample=/sys/devices/platform/snd-portcls-sample
tap_end
