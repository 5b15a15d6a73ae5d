#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Large rings while blocks of 64 KiB and more hold no more than half of the ring.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
load main fed
pcmtool caps "hw:$(card main),0" playback 48000

echo 0 >/proc/sys/vm/compact_unevictable_allowed
echo 0 >/proc/sys/vm/watermark_boost_factor
echo 0 0 0 0 >/proc/sys/vm/lowmem_reserve_ratio
echo 256 >/proc/sys/vm/min_free_kbytes

# fragmented FRAMES CARD DIRECTION COMMAND...: memory that somebody gave back in between
# shows nothing, so begin again then
fragmented() {
	half=$(($1 / 512))
	watch=/proc/asound/card$2/pcm0$3/sub0/hw_params
	shift 3
	status=125
	for _ in 1 2 3 4 5 6 7 8; do
		memfrag $half "$watch" "$@" && return
		status=$?
		[ $status = 125 ] || break
	done
	return $status
}

# 256 KiB, 1 MiB, 2 MiB and the largest of ALSA's own kselftest
for frames in 65536 262144 524288 576000; do
	for access in rw mmap; do
		label=play-$access-$frames
		next_id
		attempt "$label" "a ring of $((frames / 256)) KiB for playback" \
			fragmented $frames "$(card main)" p pcmtool play -D "hw:$(card main),0" \
			-l "$label" -s "$last_id" -o /out/main.spec -a $access -x -p $((frames / 8)) -b $frames \
			-n $((frames + 12345))
	done
	label=record-$frames
	attempt "$label" "a ring of $((frames / 256)) KiB for capture" \
		fragmented $frames "$(card fed)" c pcmtool record -D "hw:$(card fed),0" -l "$label" \
		-o "/out/$label.raw" -x -p $((frames / 8)) -b $frames -n 123456
done
