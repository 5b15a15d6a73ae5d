#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# memory.sh CARDS: the kernel's memory that a card takes and a stream with a ring of
# 64 KiB, of CARDS cards of each kind at once; then the largest ring that opens where
# large blocks of free memory hold no more than half of it.

# shellcheck source=/dev/null
. /lib/vm.sh
echo 0 >/sys/bus/pci/drivers_autoprobe
for module in snd-intel8x0 snd-ens1370 snd-portcls-ich snd-portcls-es1370; do
	modprobe "$module" || exit 1
done

# memory KIND DRIVER RATE
memory() {
	kind=$1 driver=$2 rate=$3 devices=
	# A first card fills caches that stay.
	bind_driver "$driver" "$kind-1" && unbind_driver "$kind-1" || exit 1
	before=$(bench-client memory)
	for n in $(seq 1 "$count"); do
		bind_driver "$driver" "$kind-$n" || exit 1
	done
	after=$(bench-client memory)
	for n in $(seq 1 "$count"); do
		devices="$devices hw:$(card_of "$kind-$n"),0"
	done
	# shellcheck disable=SC2086 # a list
	held=$(bench-client hold -r "$rate" -p 1024 -b 16384 $devices) || exit 1
	echo "memory card=$kind driver=$driver card_kib=$(((after - before) / count)) $held"
	for n in $(seq 1 "$count"); do
		unbind_driver "$kind-$n"
	done
}

# fragmented KIND DRIVER RATE
fragmented() {
	kind=$1 driver=$2 rate=$3 largest=0
	bind_driver "$driver" "$kind-1" || exit 1
	number=$(card_of "$kind-1")
	for frames in 4096 16384 65536 262144 589824 1048576; do
		for try in 1 2 3 4 5 6; do
			# What is held back until the ring is there is not counted.
			memfrag $((frames / 512)) "/proc/asound/card$number/pcm0p/sub0/hw_params" \
				pcmtool play -D "hw:$number,0" -r "$rate" -x -p $((frames / 8)) \
				-b $frames -n $frames -s 1 -o /tmp/spec >/tmp/said 2>&1
			status=$?
			[ $status = 125 ] || break
		done
		echo "# $kind, $driver, $((frames / 256)) KiB: $status after $try"
		[ $status = 0 ] || break
		largest=$((frames / 256))
	done
	echo "fragmented card=$kind driver=$driver kib=$largest"
	unbind_driver "$kind-1"
}

count=$1
for what in memory fragmented; do
	if [ $what = fragmented ]; then
		echo 0 >/proc/sys/vm/compact_unevictable_allowed
		echo 0 >/proc/sys/vm/watermark_boost_factor
		echo 0 0 0 0 >/proc/sys/vm/lowmem_reserve_ratio
		echo 256 >/proc/sys/vm/min_free_kbytes
	fi
	$what ac97 snd_intel8x0 48000
	$what ac97 snd_portcls_ich 48000
	$what es1370 snd_ens1370 44100
	$what es1370 snd_portcls_es1370 44100
done
exit 0
