#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The contract of DMA channels, service groups, interrupt sync objects, mappings and
# both ports, as the test module's cases.

. "$(dirname "$0")/../lib.sh"

vm_tap --timeout 600 "$top/tools/testing/selftests/portcls/vm/contract.sh" contract
tap_end
