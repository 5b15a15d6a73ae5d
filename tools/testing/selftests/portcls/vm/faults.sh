#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# faults.sh CALLS_ONLY DRIVER FOLDER RESUME SYMBOL=VALUE[:ERRNO]...: everything that can
# fail on the paths of the card at FOLDER in sysfs does, once, and then never again. With
# 1 allocations are left out. RESUME is what can fail when the machine wakes up, or "".

. /lib/vm.sh
calls_only=$1 driver=$2 folder=$3 resume=$4
shift 4

insmod portcls-fail.ko || exit 1
modprobe "$driver" || exit 1
[ -d "$folder/driver" ] || { echo "no driver took $folder"; exit 1; }

# The hooks of the kernel's fault injection, which are there without it as well.
allocations='should_failslab=-12 should_fail_alloc_page=1:12'
echo devices >/sys/power/pm_test
echo 0 >/sys/power/pm_async
echo 0 >/sys/module/suspend/parameters/pm_test_delay

# sweep ARGUMENT...: its results in our numbers
sweep() {
	{
		faultsweep "$@"
		echo $? >/tmp/status
	} | tee /tmp/sweep
	read -r status </tmp/status
	_tap_n=$((_tap_n + $(grep -c '^ok\|^not ok' /tmp/sweep)))
	[ $status = 0 ] || _tap_failed=1
	[ $status = 0 ] || grep -q '^not ok' /tmp/sweep || not_ok "faultsweep: status $status"
}

leak_clear
sweep "$folder" "$@"
# shellcheck disable=SC2086 # a list
[ "$calls_only" = 1 ] || sweep "$folder" $allocations
[ -z "$resume" ] || sweep -s sleep "$folder" "$resume"
# In the way to sleep and back only what our own code asks for, which is nothing.
# shellcheck disable=SC2086 # a list
sweep -s sleep -w snd_portcls "$folder" $allocations

number=$(card_of "$folder") &&
	check 'the card plays after all that' timeout 60 aplay -q -D "hw:$number,0" -d 1 \
		-f S16_LE -r 44100 -c 2 /dev/zero
check 'the driver is unloaded' rmmod "$driver"
if leaks=$(leak_check); then
	ok 'nothing leaked'
else
	not_ok 'nothing leaked' "$leaks"
fi
done_testing
