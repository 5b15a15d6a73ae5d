# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# For the audio tests: the guest's side. A script sources this with the driver's
# name in $1 and then runs its cases.

# shellcheck source=/dev/null
. /lib/vm.sh

driver=$1
slow=${VM_SLOW:-1}
last_id=0
: >/out/cases

# What QEMU still holds of the last stream comes out in the next tens of milliseconds.
trap "sleep 0.5" EXIT

# add_card NAME SLOT: bit-exact settings, and $card_NAME, its number
add_card() {
	number=$(card_of "$2") || return 1
	eval "card_$1=$number"
	unity "$number"
}

# QEMU takes a record gain of 0 for silence and of 15 for unity.
unity() {
	amixer -q -c "$1" sset Master 100% unmute &&
		amixer -q -c "$1" sset PCM 100% unmute &&
		amixer -q -c "$1" sset Capture 100% cap
}

# load NAME...: the driver, and its cards from slot 4 on
load() {
	modprobe "$driver" || { echo "no module $driver"; exit 1; }
	slot=4
	for card in "$@"; do
		add_card "$card" "$(printf %02x $slot)" || exit 1
		slot=$((slot + 1))
	done
}

card() {
	eval "echo \$card_$1"
}

# result LABEL STATUS [TEXT]: a case is over
result() {
	echo "$*" >>/out/cases
}

# attempt LABEL TEXT COMMAND...: a case that is nothing but a command
attempt() {
	label=$1 text=$2
	shift 2
	if output=$("$@" 2>&1); then
		result "$label" 0 "$text"
	else
		result "$label" $? "$text"
	fi
	[ -z "$output" ] || echo "$label: $output"
}

# small PERIOD: is this period too short for a debug kernel, which does not keep up?
small() {
	[ "$slow" != 1 ] && [ "$1" -lt 512 ]
}

next_id() {
	last_id=$((last_id % 254 + 1))
}

# play LABEL CARD TEXT [OPTION of pcmtool play]...
play() {
	label=$1 card=$2 text=$3
	shift 3
	next_id
	status=0
	pcmtool play -D "hw:$(card "$card"),0" -l "$label" -s "$last_id" \
		-o "/out/$card.spec" "$@" >/tmp/played || status=$?
	cat /tmp/played
	xruns=$(sed -n 's/.* xruns=\([0-9]*\).*/\1/p' /tmp/played)
	[ "${xruns:-0}" = 0 ] || text="$text, $xruns xruns"
	result "$label" $status "$text"
}

# record LABEL CARD TEXT [OPTION of pcmtool record]...
record() {
	label=$1 card=$2 text=$3
	shift 3
	status=0
	pcmtool record -D "hw:$(card "$card"),0" -l "$label" -o "/out/$label.raw" \
		"$@" >/tmp/recorded || status=$?
	cat /tmp/recorded
	xruns=$(sed -n 's/.* xruns=\([0-9]*\).*/\1/p' /tmp/recorded)
	[ "${xruns:-0}" = 0 ] || text="$text, $xruns xruns"
	result "$label" $status "$text"
}

# both LABEL CARD TEXT [OPTION of pcmtool duplex]...
both() {
	label=$1 card=$2 text=$3
	shift 3
	next_id
	status=0
	pcmtool duplex -D "hw:$(card "$card"),0" -l "$label" -s "$last_id" \
		-o "/out/$card.spec" -O "/out/$label.raw" "$@" || status=$?
	result "$label" $status "$text"
}

# players_end TEXT NAME=PID...: cases "play-NAME" of players in the background, whose
# words are in /tmp/played-NAME
players_end() {
	text=$1
	shift
	for entry; do
		status=0
		wait "${entry#*=}" || status=$?
		cat "/tmp/played-${entry%%=*}"
		result "play-${entry%%=*}" $status "$text"
	done
}

# value KEY FILE: of the last line that says KEY=
value() {
	sed -n "s/.*[ ^]$1=\([^ ]*\).*/\1/p" "$2" | tail -n 1
}

# nothing_left DEVICE: the driver let go of all it had
nothing_left() {
	[ ! -e "/sys/bus/pci/devices/$1/driver" ] && [ ! -e "/sys/bus/pci/devices/$1/sound" ]
}

# unreachable_at_probe ID: bound behind a port that passes nothing on, so that every
# read gives all ones, it is refused; and bound once it answers
unreachable_at_probe() {
	dev=$(slot "$1")
	path=$(readlink -f "/sys/bus/pci/devices/$dev")
	port=${path%/*}
	its_driver=$(readlink -f "$path/driver")
	unbind_driver "$1" || return
	# PCI_COMMAND: bus mastering only
	old=$(dd if="$port/config" bs=1 skip=4 count=1 2>/dev/null | od -An -tu1)
	printf '\004' | dd of="$port/config" bs=1 seek=4 conv=notrunc 2>/dev/null
	dmesg -c >/dev/null
	status=1
	echo "$dev" >"$its_driver/bind" 2>/tmp/said || status=0
	cat /tmp/said
	# shellcheck disable=SC2059 # the value
	printf "\\$(printf %o "$old")" | dd of="$port/config" bs=1 seek=4 conv=notrunc 2>/dev/null
	[ $status = 0 ] && grep 'No such device' /tmp/said && nothing_left "$dev" || return
	echo "$dev" >"$its_driver/bind"
}
