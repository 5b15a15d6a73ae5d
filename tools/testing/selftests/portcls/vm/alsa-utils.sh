#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# alsa-utils as they are.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
load main other
number=$(card main)

listed() {
	"$1" -l | tee /tmp/listed
	grep -q "^card $number: .*\[Intel 82801AA-ICH\], device 0: " /tmp/listed
}

# What userland knows a card by is the in-tree driver's; there may be more of it.
names() {
	sed -n "s/^ *$number //p" /proc/asound/cards &&
		cat "/proc/asound/card$number/id" "/proc/asound/card$number/pcm"*/info &&
		amixer -c "$number" controls &&
		amixer -c "$number" contents >/tmp/contents && grep -v ': values=' /tmp/contents
}

same_names() {
	[ "$driver" = snd-intel8x0 ] && return
	names >/tmp/ours || return
	status=0
	{ modprobe -r "$driver" && modprobe snd-intel8x0 && names >/tmp/theirs; } || status=$?
	modprobe -r snd-intel8x0
	modprobe "$driver" && unity "$number" || return
	# Of nothing everything is there.
	[ $status = 0 ] && [ -s /tmp/theirs ] || return
	diff /tmp/theirs /tmp/ours >/tmp/differences
	cat /tmp/differences
	! grep -q '^<' /tmp/differences
}

dumped() {
	"$1" -D "hw:$number,0" --dump-hw-params -f S16_LE -c 2 -r 48000 -d 1 "$2" >/tmp/dump 2>&1
	cat /tmp/dump
	grep -q '^RATE: \[8000 48000\]' /tmp/dump && grep -q '^CHANNELS: 2' /tmp/dump
}

# values NUMID: what the control holds
values() {
	amixer -c "$number" cget "numid=$1" | sed -n 's/^ *: values=//p'
}

# set_and_see NUMID VALUE: all its values, and read back
set_and_see() {
	amixer -q -c "$number" cset "numid=$1" "$2" || return
	got=$(values "$1")
	[ "${got%%,*}" = "$2" ] && [ "${got##*,}" = "$2" ] && return
	echo "numid=$1: wrote $2, reads $got"
	return 1
}

# Every value of a switch or an enumeration, five of a volume; then what was there.
control() {
	about=$(amixer -c "$number" cget "numid=$1") || return
	before=$(values "$1")
	case $about in
	*'type=BOOLEAN,access=rw'*) all='on off on' ;;
	*'type=ENUMERATED,access=rw'*)
		all=$(echo "$about" | sed -n 's/.*; Item #\([0-9]*\).*/\1/p') ;;
	*'type=INTEGER,access=rw'*)
		low=$(echo "$about" | sed -n 's/.*,min=\([-0-9]*\),.*/\1/p')
		high=$(echo "$about" | sed -n 's/.*,max=\([-0-9]*\),.*/\1/p')
		all="$low $high $(((low + high) / 2)) $((low + 1)) $((high - 1))" ;;
	*'access=r-'*) [ -n "$before" ] && return ;;
	esac
	[ -n "$all" ] || { echo "what is this? $about"; return 1; }
	for value in $all; do
		set_and_see "$1" "$value" || return
	done
	amixer -q -c "$number" cset "numid=$1" "$before"
}

# Values that are nobody's default survive a store, a change and a restore. Status
# 99 says that alsactl knows no better than generic settings to begin with.
stored() {
	amixer -q -c "$number" sset Master 40%,70% unmute &&
		amixer -q -c "$number" sset PCM 60%,30% mute &&
		amixer -q -c "$number" sset Capture 50% nocap &&
		alsactl -f /tmp/state store "$number" || return
	amixer -c "$number" contents >/tmp/before
	unity "$number"
	amixer -c "$number" contents >/tmp/between
	cmp -s /tmp/before /tmp/between && return 1
	alsactl -f /tmp/state restore "$number"
	case $? in
	0 | 99) ;;
	*) return 1 ;;
	esac
	amixer -c "$number" contents >/tmp/after
	unity "$number"
	diff /tmp/before /tmp/after
}

attempt aplay-l 'aplay -l' listed aplay
attempt arecord-l 'arecord -l' listed arecord
attempt names 'names, devices and controls of snd-intel8x0 are all there' same_names
attempt dump-playback 'aplay --dump-hw-params' dumped aplay /dev/zero
attempt dump-capture 'arecord --dump-hw-params' dumped arecord /dev/null
for numid in $(amixer -c "$number" controls | sed 's/numid=\([0-9]*\),.*/\1/'); do
	about=$(amixer -c "$number" cget "numid=$numid" | sed -n "s/.*name='\(.*\)'.*/\1/p")
	attempt "control-$numid" "amixer: $about" control "$numid"
done
attempt alsactl 'alsactl store and restore' stored
attempt speaker-test 'speaker-test' \
	speaker-test -D "hw:$(card other),0" -r 48000 -c 2 -t pink -l 1 -p 100000
# heard LABEL TEXT COMMAND...: a command that plays /tmp/LABEL.wav
heard() {
	label=$1 text=$2
	shift 2
	next_id
	pcmtool gen s16x2 "$last_id:0+70123" "/tmp/$label.wav" || return
	echo "$label s16x2 $last_id:0+70123" >>/out/main.spec
	attempt "$label" "$text" "$@" "/tmp/$label.wav"
}
heard aplay-hw 'aplay on the device' aplay -q -D "hw:$number,0"
heard aplay-mmap 'aplay -M' aplay -q -M -D "hw:$number,0"
heard aplay-nonblock 'aplay -N' aplay -q -N -D "hw:$number,0"
heard aplay-small 'aplay, small periods' aplay -q -D "hw:$number,0" --period-size=512 \
	--buffer-size=4096
heard aplay-plug 'aplay through plughw' aplay -q -D "plughw:$number,0"
heard aplay-default 'aplay on the default device (dmix)' aplay -q -D "sysdefault:$number"
attempt aplay-u8 'aplay -f U8 -r 22050 -c 1 through plughw' \
	aplay -q -D "plughw:$(card other),0" -f U8 -r 22050 -c 1 -d 1 /dev/zero
attempt arecord 'arecord' arecord -q -D "hw:$number,0" -f S16_LE -c 2 -r 48000 -d 2 \
	-t raw /out/arecord.raw
attempt arecord-mmap 'arecord -M' arecord -q -M -D "hw:$number,0" -f S16_LE -c 2 -r 48000 \
	-d 2 -t raw /out/arecord-mmap.raw

# What maps of channels the device says it has
maps() {
	amixer -c "$number" cget "iface=PCM,name='Playback Channel Map'" >/tmp/maps
	cat /tmp/maps
	grep 'chmap-.*=FL,FR' /tmp/maps && ! grep 'chmap-.*=MONO' /tmp/maps
}
attempt maps 'a channel map for each number of channels that there is' maps

# The second card comes all the same, with another number.
same_number() {
	modprobe -r "$driver" && modprobe "$driver" index=7 || return
	cat /proc/asound/cards
	grep '^ 7 ' /proc/asound/cards && [ "$(grep -c ': ICH' /proc/asound/cards)" = 2 ]
}
attempt index 'two cards that are to have the same number' same_number
