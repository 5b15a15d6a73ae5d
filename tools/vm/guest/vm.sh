# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For guest scripts: . /lib/vm.sh

# A SLOT is the id of a --device of the run, or a PCI address: 04, 00:04, 00:04.0.

# slot SLOT: the full address.
slot() {
	for _c in ${VM_CARDS-}; do
		case $_c in
		"$1="*/) # behind a port
			for _s in "/sys/bus/pci/devices/$(slot "$(echo "$_c" | sed 's,.*=\(.*\)/,\1,')")"/*:*:*.*; do
				[ ! -e "$_s/config" ] || { echo "${_s##*/}"; return 0; }
			done
			echo "slot: $1 is not plugged in" >&2
			return 1 ;;
		"$1="*) echo "0000:00:${_c#*=}.0"; return 0 ;;
		esac
	done
	case $1 in
	*:*:*) echo "$1" ;;
	*:*.*) echo "0000:$1" ;;
	*:*) echo "0000:$1.0" ;;
	*.*) echo "0000:00:$1" ;;
	*) echo "0000:00:$1.0" ;;
	esac
}

# bind_driver DRIVER SLOT: take the device from whoever has it and give it to
# DRIVER, which is loaded already. Fails if the driver refuses.
bind_driver() {
	_dev=/sys/bus/pci/devices/$(slot "$2")
	[ -d "$_dev" ] || { echo "bind_driver: no $_dev" >&2; return 1; }
	if [ -e "$_dev/driver" ]; then
		echo "${_dev##*/}" >"$_dev/driver/unbind" || return 1
	fi
	echo "$1" >"$_dev/driver_override"
	echo "${_dev##*/}" >/sys/bus/pci/drivers_probe || return 1
	[ -e "$_dev/driver" ] || { echo "bind_driver: $1 did not take $2" >&2; return 1; }
	[ "$(basename "$(readlink "$_dev/driver")")" = "$1" ]
}

# unbind_driver SLOT
unbind_driver() {
	_slot=$(slot "$1")
	echo "$_slot" >"/sys/bus/pci/devices/$_slot/driver/unbind"
}

# card_of SLOT: the number of the ALSA card of a PCI device, or of any device
# whose folder in sysfs is given.
card_of() {
	case $1 in
	/*) _dev=$1 ;;
	*) _dev=/sys/bus/pci/devices/$(slot "$1") ;;
	esac
	for _card in "$_dev"/sound/card[0-9]*; do
		[ -d "$_card" ] || continue
		echo "${_card##*/card}"
		return 0
	done
	echo "card_of: no card on $1" >&2
	return 1
}

# leak_check: on a kernel with kmemleak, look for memory that nobody points to any
# more, twice, since a young object is not counted. What is found goes to standard
# output and to the kernel log, where the host sees it. leak_clear forgets what has
# been found so far.
_kmemleak=/sys/kernel/debug/kmemleak
leak_clear() { [ ! -w $_kmemleak ] || echo clear >$_kmemleak; }
leak_check() {
	[ -w $_kmemleak ] || return 0
	echo scan >$_kmemleak
	sleep 6
	echo scan >$_kmemleak
	_leaks=$(cat $_kmemleak)
	[ -n "$_leaks" ] || return 0
	printf '%s\n' "$_leaks"
	printf '%s\n' "$_leaks" | while IFS= read -r _line; do
		echo "$_line" >/dev/kmsg
	done
	return 1
}

# TAP: plan N, then one ok/not_ok/skip a test. done_testing prints the plan at
# the end instead and returns 1 if a test failed.
_tap_n=0
_tap_failed=0
plan() { echo "1..$1"; }
ok() { _tap_n=$((_tap_n + 1)); echo "ok $_tap_n - $1"; }
not_ok() {
	_tap_n=$((_tap_n + 1))
	_tap_failed=$((_tap_failed + 1))
	echo "not ok $_tap_n - $1"
	[ -z "${2-}" ] || printf '%s\n' "$2" | sed 's/^/# /'
}
skip() { _tap_n=$((_tap_n + 1)); echo "ok $_tap_n - $1 # SKIP ${2-}"; }
# check NAME COMMAND...: ok if the command succeeds, else its output as reason.
check() {
	_tap_name=$1
	shift
	if _tap_out=$("$@" 2>&1); then
		ok "$_tap_name"
	else
		not_ok "$_tap_name" "status $?: $_tap_out"
	fi
}
done_testing() {
	echo "1..$_tap_n"
	[ $_tap_failed -eq 0 ]
}
