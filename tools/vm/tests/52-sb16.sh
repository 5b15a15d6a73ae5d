#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Sound Blaster 16 on slave channels of the 8237: playback bit for bit at each rate,
# what a client may do to a stream, who owns which line when, and how it all ends.
# The emulated card has no capture, and its lines cannot be moved; what it does not
# do is tested against the software controller in the test module.
# RATES: at which the formats are played (default eight). PARTS= for some of: rates
# underrun lines life sleeping conflict pnp.

top=$(cd "$(dirname "$0")/../../.." && pwd)
DRIVER=${DRIVER:-snd-portcls-sb16}
. "$top/tools/testing/selftests/portcls/vm/host.sh"

second=opts=iobase=0x240,irq=7,dma=3,dma16=7

rates() {
	for rate in ${RATES:-5000 5512 8000 11025 16000 22050 32000 44100}; do
		echo $rate >"$work/rate"
		boot $rate sb16.sh --file "$work/rate" --device "sb16,id=wide,out=$rate" \
			--device "sb16,id=narrow,out=$rate,$second"
		hear wide narrow
		judge
	done
}

# The ring is the card's own: until the core stops it, it is played on. That takes a
# tick of the emulated card, or a period where that is longer.
underrun() {
	boot underrun sb16-underrun.sh --device sb16,id=wide,out=44100
	pcmtool verify "$result/wide.wav" "$result/wide.spec" >"$work/underrun"
	if awk '{ for (i = 3; i <= NF; i++) { split($i, f, "="); v[f[1]] = f[2] } }
		END { exit !(v["expected"] == 44123 && v["identical"] == 44123 && v["doubled"] == 0 &&
			v["foreign"] == 0 && v["gap"] == 0 && v["stale"] <= 3 * (1024 + 441)) }' \
		"$work/underrun"
	then
		tap_ok "underrun: all that was given is heard once; $(sed 's/.*\(stale=[0-9]*\).*/\1/' "$work/underrun")"
	else
		tap_fail 'underrun: what is heard' "$work/underrun"
	fi
	judge
}

lines() {
	boot lines sb16-lines.sh --device sb16,id=wide,out=44100,opts=dma16=3
	hear wide
	judge
	boot given-line sb16-given-line.sh \
		--device "sb16,id=wide,out=44100,opts=dma=3,dma16=1"
	hear wide
	judge
	boot one-line sb16-one-line.sh --device sb16,id=wide,out=44100
	judge
}

life() {
	boot life sb16-life.sh --with "$programs/ctl-info" --device sb16,id=first,out=44100 \
		--device "sb16,id=second,out=44100,$second" \
		--device "sb16,id=old,out=44100,opts=iobase=0x260,irq=10,dma=0,dma16=6,version=770"
	hear first
	judge
}

sleeping() {
	boot sleep sb16-sleep.sh --device sb16,id=wide,out=44100 \
		--device "sb16,id=narrow,out=44100,$second" --qmp-script "$tests/vm/wake.qmp"
	hear wide narrow
	judge
}

# Both cards' switches say the same lines.
conflict() {
	boot conflict sb16-conflict.sh --device sb16,id=first,out=44100 \
		--device "sb16,id=second,out=44100,opts=iobase=0x240,irq=7,dma=1,dma16=5"
	judge
}

# Where the PnP layer says where the cards are, and a module says it to that.
pnp() {
	case $kernel in
	debian-6.1 | debug) ;;
	*)
		tap_skip pnp 'the compiler of this machine builds nothing for that kernel'
		return ;;
	esac
	kernel_dir=$(kernel_folder "$kernel") || die "no kernel $kernel"
	mkdir "$work/pnp"
	cp "$tests/pnp/Makefile" "$tests/pnp/portcls-pnp.c" "$work/pnp"
	if ! make -s -C "$kernel_dir/build" M="$work/pnp" modules >"$work/built" 2>&1; then
		tap_fail 'pnp: the module that announces cards builds' "$work/built"
		return
	fi
	boot pnp sb16-pnp.sh --device sb16,id=wide,out=44100 \
		--device "sb16,id=narrow,out=44100,$second" \
		--device "sb16,id=lineless,out=44100,opts=iobase=0x260,irq=10,dma=0,dma16=6" \
		--device "sb16,id=silent,out=44100,opts=iobase=0x280,irq=10,dma=0,dma16=6" --file "$work/pnp/portcls-pnp.ko"
	hear wide narrow
	judge
}

for part in ${PARTS:-rates underrun lines life sleeping conflict pnp}; do
	$part
done
tap_end
