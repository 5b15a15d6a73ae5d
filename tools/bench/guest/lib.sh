# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the scripts of the bench in the virtual machine. What is measured is printed
# as a line "case key=value...", one for each pair of begin and end that the host
# finds in its trace.

# shellcheck source=/dev/null
. /lib/vm.sh
bench=/sys/kernel/debug/portcls-bench
# What goes out disturbs what is measured: all of it goes at the end.
exec 3>&1 >/tmp/said 2>&1
trap 'cat /tmp/said >&3' EXIT
modprobe snd-pcm
insmod /test/portcls-bench.ko || exit 1

tell() {
	echo "$1" >$bench/control
}

# measure KEYS COMMAND...: what the module measured while the command ran
measure() {
	text=$1
	shift
	if output=$("$@" 2>&1); then
		echo "case $text $output $(cat $bench/result)"
	else
		echo "failed $text error=$(echo "$output" | tail -n 1 | tr ' ' _)"
	fi
}

# written TEXT FILE: a write that does not know of the module
written() {
	written=0
	tell begin
	echo "$1" >"$2" || written=1
	tell end
	return $written
}

client() {
	what=$1
	shift
	bench-client "$what" -D "hw:$number,$pcm" -r "$rate" "$@"
}

# stream DIRECTION ACCESS WAKE PERIOD: the handler alone, then all callbacks, since
# what measures these would be part of what the handler costs
stream() {
	buffer=$((4 * $4))
	[ $buffer -ge 4096 ] || buffer=4096
	wakeless=
	[ "$3" = 1 ] || wakeless=-W
	for pass in irq all; do
		tell "$pass $number" || return
		# shellcheck disable=SC2086 # an option or none
		measure "$keys kind=${kind:-stream} pass=$pass dir=$1 rate=$rate access=$2 wake=$3" \
			client steady -d "$1" -a "$2" -p "$4" -b $buffer \
			-n $(($4 * (rate * seconds / $4))) $wakeless
		tell off
	done
}

# ports NAME ADDRESS: where the host finds a card's registers
ports() {
	echo "ports card=$1 $(sed -n '1,2s/^0x0*\([0-9a-f]*\) 0x0*\([0-9a-f]*\) .*/\1-\2/p' \
		"/sys/bus/pci/devices/$2/resource" | xargs)"
}

# take CARD DRIVER: bind it; sets $card, $driver, $keys, $address and $number
take() {
	card=$1 driver=$2
	keys="card=$card driver=$driver"
	address=$(slot "$card")
	ports "$card" "$address"
	echo "$driver" >"/sys/bus/pci/devices/$address/driver_override"
	measure "$keys kind=probe" written "$address" /sys/bus/pci/drivers_probe
	number=$(card_of "$card") || return
	amixer -q -c "$number" sset Master 100% unmute
	amixer -q -c "$number" sset PCM 100% unmute
}

give_back() {
	measure "$keys kind=remove" written "$address" "/sys/bus/pci/devices/$address/driver/unbind"
}

# Nobody is to bind a card by itself.
echo 0 >/sys/bus/pci/drivers_autoprobe
