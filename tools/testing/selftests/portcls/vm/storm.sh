#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# storm.sh SECONDS SEED CARD...: several processes at once do to the streams of all
# cards whatever comes to mind, while cards are unbound and bound, the machine goes to
# sleep and wakes, and mixers are set. Then each card must play as if nothing had been.
# A CARD is DRIVER=FOLDER of the device in sysfs.

. /lib/vm.sh
seconds=$1 seed=$2
shift 2
devices='' commands=''

for card in "$@"; do
	modprobe "${card%%=*}" || exit 1
done
for card in "$@"; do
	folder=${card#*=}
	devices="$devices $folder"
	driver=$(readlink -f "$folder/driver")
	echo "${folder##*/}" >>/tmp/names
	# An unbind waits for its clients, and cannot be frozen meanwhile, as they are.
	# Nobody else unbinds this card, so neither may fail; each is tried all the same,
	# lest one failure be all that is seen of the card.
	cat >"/tmp/unbind-${folder##*/}" <<SCRIPT
sleep 0.\$((RANDOM % 9 + 1))
exec 9>>/tmp/awake
flock -s 9
status=0
echo ${folder##*/} >$driver/unbind || status=1
echo ${folder##*/} >$driver/bind || status=1
exit \$status
SCRIPT
	# The first of the cards stays: what storms on it is never cut short.
	[ "$card" = "$1" ] || commands="$commands /tmp/unbind-${folder##*/}"
done

echo devices >/sys/power/pm_test
[ ! -w /sys/module/suspend/parameters/pm_test_delay ] ||
	echo 0 >/sys/module/suspend/parameters/pm_test_delay
cat >/tmp/sleep <<'SCRIPT'
sleep 2.$((RANDOM % 9))
exec 9>>/tmp/awake
flock 9
echo mem >/sys/power/state
SCRIPT
# Any card but the first may be gone just now, and not all have such a control.
cat >/tmp/mixer <<'SCRIPT'
shown=0 changed=0
for n in $(seq 0 7); do
	! amixer -q -c $n scontents >/dev/null 2>&1 || shown=1
	! amixer -q -c $n sset PCM $((RANDOM % 100))% >/dev/null 2>&1 || changed=1
done
[ $shown = 1 ] && [ $changed = 1 ]
SCRIPT

nodes=$(for d in $devices; do
	find "$d"/sound/card*/ -maxdepth 1 -name 'pcmC*' |
		sed 's,/card[0-9]*/pcmC[0-9]*,/card*/pcmC*,'
done)
set --
for c in $commands /tmp/sleep /tmp/mixer; do
	set -- "$@" "sh $c"
done
# Where is who, if this does not end?
(
	sleep $((seconds + 45))
	for p in /proc/[0-9]*; do
		case $(tr '\0' ' ' <"$p/cmdline") in
		storm* | sh\ *)
			tr '\0' ' ' <"$p/cmdline" | cut -c1-80
			cat "$p"/task/*/stack ;;
		esac
	done
) &
watch=$!
# Patterns that only storm may expand.
set -f
# shellcheck disable=SC2086 # a list
if storm "$seconds" "$seed" 8 $nodes -- "$@"; then
	ok "storm of $seconds s on $(echo "$nodes" | wc -w) streams, seed $seed"
else
	not_ok "storm of $seconds s on $(echo "$nodes" | wc -w) streams, seed $seed"
fi

set +f
kill $watch

for d in $devices; do
	n=
	[ ! -d "$d/sound" ] || n=$(card_of "$d")
	if [ -z "$n" ]; then
		not_ok "${d##*/} still has its card"
		continue
	fi
	check "${d##*/} plays after it" timeout 60 aplay -q -D "hw:$n,0" -d 1 -f S16_LE -r 44100 -c 2 \
		/dev/zero
done
leak_check || not_ok 'nothing leaked'
done_testing
