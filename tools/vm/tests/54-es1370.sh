#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The ES1370: playback on both DACs and capture, bit for bit, in all formats, and
# its life: sleep, unbinding, unplugging, 400 binds. BINDS= for fewer, PARTS= for
# some of: sound linked underrun kselftest life gone still binds.

DRIVER=${DRIVER:-snd-portcls-es1370}
top=$(cd "$(dirname "$0")/../../.." && pwd)
. "$top/tools/testing/selftests/portcls/vm/host.sh"

pcmtool gen s16x2 254:0+6000000 "$work/fed.raw" || die 'no audio to feed'

sound() {
	boot sound es1370.sh --timeout 900 --device es1370,id=main,out=44100 --device es1370,id=eight,out=44100 \
		--device "es1370,id=fed,out=44100,in=$work/fed.raw,inrate=44100" \
		--device es1370,id=fast,out=44100,timer=1000 \
		--device "es1370,id=quick,out=44100,timer=250,in=$work/fed.raw,inrate=44100" \
		--device es1370,id=plain0,out=44100,mix=off \
		--device "es1370,id=plain1,out=44100,mix=off,in=$work/fed.raw" \
		--device es1370,id=clock,out=44100,in=silence
	hear main eight fed fast quick plain0 plain1
	recorded "$work/fed.raw"
	judge
}

# begun BASE: the loops that each write to CONTROL or SERIAL lets move, in the order of
# time: 40 is DAC1, 20 is DAC2, 10 is the ADC
begun() {
	awk -v control="$(printf '0x%x' $(($1)))" -v serial="$(printf '0x%x' $(($1 + 32)))" \
		'$7 == control { print "control", $9 } $7 == serial { print "serial", $9 }' \
		"$result/trace.log" >"$work/writes"
	control=0 serial=0 moving=0
	while read -r register value; do
		eval "$register=$((value))"
		# Pause bits of DAC1 and DAC2 are 800 and 1000.
		now=$((control & 0x70 & ~((serial & 0x800) >> 5 | (serial & 0x1000) >> 7)))
		[ $((now & ~moving)) = 0 ] || printf '%x ' $((now & ~moving))
		moving=$now
	done <"$work/writes"
}

# One write lets linked loops begin, and another go on after a pause. Playback that the core
# takes before recording may be about to be drained, and then nothing records.
linked() {
	boot linked es1370-linked.sh --trace memory_region_ops_write \
		--device es1370,id=linked,out=44100,in=silence
	judge
	moved=$(begun "$(sed -n 's/^base //p' "$result/script.log")")
	rm -f "$result/trace.log"
	# Ours measures at the first open what DAC2 keeps. The other takes no heed of drains.
	case $driver in
	snd-portcls-*) expected='20 60 60 70 60 10 ' ;;
	*) expected='60 60 70 70 ' ;;
	esac
	echo "# loops that began to move at once: $moved"
	if [ "$moved" = "$expected" ]; then
		tap_ok 'linked: with one write'
	else
		tap_fail 'linked: with one write'
	fi
}

# In the direct way the ring is played on until the core stops it: for a period, and a
# step of the emulated card.
underrun() {
	boot underrun es1370-underrun.sh --device es1370,id=dry,out=44100
	pcmtool verify "$result/dry.wav" "$result/dry.spec" >"$work/underrun"
	if awk '{ for (i = 3; i <= NF; i++) { split($i, f, "="); v[f[1]] = f[2] } }
		END { exit !(v["expected"] == 44123 && v["identical"] == 44123 && v["doubled"] == 0 &&
			v["foreign"] == 0 && v["gap"] == 0 && v["stale"] > 0 &&
			v["stale"] <= 1024 + 441) }' "$work/underrun"; then
		tap_ok "underrun: all is heard once; $(sed 's/.*\(stale=[0-9]*\).*/\1/' "$work/underrun")"
		echo 'stalled exact but for what was stale' >>"$work/verdicts"
	else
		tap_fail 'underrun: what is heard' "$work/underrun"
	fi
	judge
}

# Of its own tests pcm-test can have few here: es1370.conf has some at this card's rates.
kselftest() {
	alsa=$("$tests/fetch-alsa-kselftests") || die 'no kselftests of ALSA'
	echo "# $(cat "$alsa/version")"
	arguments='snd-ens1370 27 301'
	boot kselftest kselftest-alsa.sh --timeout 900 --file "$alsa:alsa" \
		--file "$tests/conf.d/es1370.conf:alsa/conf.d/es1370.conf" \
		--device es1370,id=main,out=44100,in=silence
	arguments=
	judge
}

life() {
	cat >"$work/qmp" <<-'QMP'
		on SUSPEND: {"execute":"system_wakeup"}
		on UNPLUG: {"execute":"device_del","arguments":{"id":"b"}}
	QMP
	# A sleep resets all devices, and the emulated ES1370 then closes its files, to begin
	# them anew. The AC'97 card, which nobody drives, keeps them open.
	keep='-device AC97,audiodev=audio-a,addr=0x10 -device AC97,audiodev=audio-fed,addr=0x11'
	boot life es1370-life.sh --qemu "$keep" --device es1370,id=a,out=44100 \
		--device "es1370,id=fed,out=44100,in=$work/fed.raw,inrate=44100" \
		--device es1370,id=b,out=44100,in=silence,hotplug=on --qmp-script "$work/qmp" \
		--timeout 900
	hear a fed
	recorded "$work/fed.raw"
	judge
}

gone() {
	boot gone es1370-gone.sh --machine q35 --device es1370,id=far,out=44100,hotplug=on
	hear far
	judge
}

# Only ours asks the card what it can.
still() {
	case $driver in
	snd-portcls-*)
		boot still es1370-still.sh --with "$programs/ctl-info" \
			--device es1370,id=still,out=44100,timer=400000
		judge ;;
	esac
}

# Without ACPI's interrupt routing, whose interpreter is most of the time of a bind.
binds() {
	arguments=${BINDS:-400}
	boot binds es1370-binds.sh --device es1370,id=many,out=44100 --append 'acpi=noirq pci=nomsi' \
		--timeout 900
	hear many
	arguments=
	judge
}

for part in ${PARTS:-sound linked underrun kselftest life gone still binds}; do
	$part
done
tap_end
