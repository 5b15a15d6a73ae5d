#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# fuzz.sh CALLS SEED CARD...: requests by lot to the PCM, control and timer nodes of
# each card, from two jobs that share the open files; then the card must play. A CARD
# is DRIVER=FOLDER of the device in sysfs.

. /lib/vm.sh
calls=$1 seed=$2
shift 2

# Sleep and unbinding are the storm's, which leaves these.
covered() {
	for state in OPEN SETUP PREPARED RUNNING XRUN DRAINING PAUSED; do
		grep -q "states.* $state=[1-9]" /tmp/states || { echo "never $state"; return 1; }
	done
}

# fuzz NODE...: a state that a lot did not bring is drawn for again, twice at most.
fuzz() {
	: >/tmp/states
	for lot in "$seed" "$((seed + 1000))" "$((seed + 2000))"; do
		ioctlfuzz -s "$lot" -n "$calls" -j 2 "$@" >/tmp/fuzzed
		status=$?
		sed 's/^/# /' /tmp/fuzzed
		[ $status = 0 ] || return $status
		grep states /tmp/fuzzed >>/tmp/states
		! covered >/dev/null || return 0
	done
}

for card in "$@"; do
	modprobe "${card%%=*}" || exit 1
	d=${card#*=}
	n=$(card_of "$d") || exit 1
	nodes=$(find "$d"/sound/card*/ -maxdepth 1 -name 'pcmC*' | sort | sed 's,.*/,/dev/snd/,')
	nodes="$nodes /dev/snd/controlC$n /dev/snd/timer"
	# shellcheck disable=SC2086 # a list
	if fuzz $nodes; then
		ok "$d: $(sed -n 's/.*\(calls=.*\)/\1/p' /tmp/fuzzed), seed $lot"
	else
		not_ok "$d: status $status, seed $lot" "$(tail -n 3 /tmp/fuzzed)"
	fi
	check "$d: all states were seen" covered
	check "$d: plays after it" timeout 60 aplay -q -D "hw:$n,0" -d 1 -f S16_LE -r 44100 \
		-c 2 /dev/zero
done
leak_check || not_ok 'nothing leaked'
done_testing
