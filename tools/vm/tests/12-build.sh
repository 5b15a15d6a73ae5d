#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Building for the kernel under test without a warning; on 6.1 what Kconfig offers and
# selects inside a kernel tree, and compiling there; on the newest kernel, building
# without include/compat. No machine boots.
set -u

top=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$top" || exit 2
. tools/lib.sh

kernel=${PORTCLS_KERNEL:-debian-6.1}
out=${PORTCLS_OUT:-$top/build/check/$kernel/12-build}
mkdir -p "$out"
log=$out/log

# silent CMD...: succeeds and says nothing that is a complaint
silent() {
	"$@" >"$log.all" 2>&1
	status=$?
	grep -iE 'warning|error|undefined|No rule' "$log.all" | grep -v '^WARNING: Symbol version dump' && status=1
	[ $status = 0 ] || tail -n 5 "$log.all"
	return $status
}
check() {
	what=$1
	shift
	if "$@" >"$log" 2>&1; then tap_ok "$what"; else tap_fail "$what" "$log"; fi
}

check "builds for $kernel, W=1, without a warning" \
	silent build_modules "$kernel" W=1 BUILD="$out/w1"
# left_out FOLDER: sources without an object; kunit.c is for kernels with KUnit
left_out() {
	find ${3:-sound} -name '*.c' | while read -r f; do
		[ -e "$1/${f%.c}.o" ] || echo "$f: not compiled"
	done | grep -v "${2:-^\$}"
}
each_source_was_compiled() {
	grep -q '^CONFIG_KUNIT=[ym]' "$kernel_dir/build/.config" && kunit='' || kunit=/kunit.c
	! left_out "$out/w1" "$kunit"
}
check 'no source is left out' each_source_was_compiled

source_tree() {
	version=$(dpkg-query -W -f '${Version}' linux-source-6.1)
	linux=$cache/linux-source-6.1-$version
	[ -e "$linux/.unpacked" ] && return
	stage 'unpacking linux-source-6.1'
	mkdir -p "$linux"
	tar -xJf /usr/src/linux-source-6.1.tar.xz -C "$linux" --strip-components=1 &&
		touch "$linux/.unpacked"
}
# A kernel tree with ours in sound/snd-portcls, as the head of Kconfig says. The rest
# of it is links, so the files that change are copied first; it is kept, since half of
# the time goes into the kernel's own tools.
drop_in() {
	tree=$cache/in-tree/$(basename "$linux")
	mkdir -p "$cache/in-tree"
	exec 9>"$cache/in-tree/.lock"
	flock 9
	if [ ! -e "$tree.build/.done" ]; then
		rm -rf "$tree" "$tree.build"
		cp -al "$linux" "$tree" && mkdir "$tree.build" || return 1
		for f in Kconfig Makefile; do
			cp "$linux/sound/$f" "$tree/sound/$f.new" && mv "$tree/sound/$f.new" "$tree/sound/$f"
		done
		sed -i 's,^source "sound/pci/Kconfig",&\n\nsource "sound/snd-portcls/Kconfig",' \
			"$tree/sound/Kconfig"
		echo 'obj-y += snd-portcls/' >>"$tree/sound/Makefile"
		touch "$tree.build/.done"
	fi
	rm -rf "$tree/sound/snd-portcls" "$tree.build/sound/snd-portcls"
	mkdir "$tree/sound/snd-portcls"
	tar -c Makefile Kconfig sound include | tar -x -C "$tree/sound/snd-portcls"
}
# Each configuration begins anew, of sources that are mostly those of the last time: ccache
# repeats the warnings too.
kmake() {
	CCACHE_DIR=$cache/ccache make -s -C "$tree" O="$tree.build" -j"$(nproc)" \
		CC='ccache gcc-12' HOSTCC=gcc-12 "$@"
}
# configure LINE...: allnoconfig and these, which are then what .config must say
configure() {
	for line in 64BIT=y EXPERT=y MODULES=y ACPI=y PNP=y PCI=y ISA_DMA_API=y DMADEVICES=y \
		SOUND=y TRACEPOINTS=y DEBUG_FS=y PM=y "$@"; do
		echo "CONFIG_$line"
	done >"$out/config"
	KCONFIG_ALLCONFIG=$out/config kmake allnoconfig || return 1
	for line in "$@"; do
		case $line in
		*=n) ! grep -E "^CONFIG_${line%=n}=" "$tree.build/.config" || return 1 ;;
		*) grep -qx "CONFIG_$line" "$tree.build/.config" ||
			{ echo "CONFIG_$line was not granted"; return 1; } ;;
		esac
	done
}
got() {
	for line in "$@"; do
		grep -qx "CONFIG_$line" "$tree.build/.config" || { echo "no CONFIG_$line"; return 1; }
	done
}
# compiles [FOLDER [BUT]]: the tree as configured, without a warning; every source in
# sound, or in FOLDER, has an object, but for those that match BUT
compiles() {
	rm -rf "$tree.build/sound/snd-portcls"
	kmake prepare || return 1
	silent kmake W=1 sound/snd-portcls/ || return 1
	! left_out "$tree.build/sound/snd-portcls" "${2-}" "${1-}"
}
# What gcc would call for on a 32-bit machine, and the kernel does not have
no_division() {
	find "$tree.build/sound/snd-portcls" -name '*.o' -exec nm -Au {} + >"$out/undefined"
	[ -s "$out/undefined" ] || { echo 'no object'; return 1; }
	! grep -E '__u?(div|mod)(mod)?di[34]$' "$out/undefined"
}
all() { for s in '' _NETDMA _ICH _ES1370 _SB16 _SAMPLE _TEST; do echo "SND_PORTCLS$s=$1"; done; }
symbols_have_help() {
	awk '/^config / { if (name && !help) print name; name = $2; help = 0 } /^\thelp$/ { help = 1 }
		END { if (!help) print name }' Kconfig | grep . && return 1
	return 0
}

if [ "$kernel" = debian-6.1 ]; then
	need_packages linux-source-6.1 gcc-12 make flex bison bc libelf-dev libssl-dev xz-utils \
		ccache >&2
	if ! source_tree >&2 || ! drop_in; then
		echo 'Bail out! no kernel tree'
		exit 1
	fi
	# shellcheck disable=SC2046 # words
	check 'Kconfig: all as modules' configure SND=m KUNIT=m $(all m)
	check 'Kconfig: what they need is selected' got SND_PCM=m SND_AC97_CODEC=m I8237_DMA=m \
		SND_PORTCLS_SLAVE=m
	check 'all compile as modules in a kernel tree, W=1' compiles
	# shellcheck disable=SC2046
	check 'Kconfig: all built in' configure SND=y KUNIT=y $(all y)
	check 'all compile built in, W=1' compiles
	check 'Kconfig: the framework and its software card, with nothing else' configure SND=y \
		SND_PORTCLS=y SND_PORTCLS_SAMPLE=y PCI=n ISA_DMA_API=n DMADEVICES=n DEBUG_FS=n PM=n
	check 'these compile so, W=1' compiles 'sound/portcls/*.c sound/drivers' \
		'/\(dma_slave\|wavecyclic_slave\|netdma\)'
	check 'Kconfig: NetDMA without the framework' configure SND=m I8237_DMA=m \
		SND_PORTCLS_NETDMA=m SND_PORTCLS=n
	check 'it compiles so, W=1' compiles 'sound/portcls/netdma*.c sound/isa/i8237'
	check 'Kconfig: the ISA DMA controller without sound' configure SND=m I8237_DMA=m SND_PORTCLS=n DMA_ENGINE=y
	check 'Kconfig: nothing of ours without being asked' \
		configure SND=y SND_PORTCLS=n SND_PORTCLS_NETDMA=n I8237_DMA=n SND_PORTCLS_ICH=n
	# shellcheck disable=SC2046
	check 'Kconfig: the drivers on a 32-bit machine, with ISA Plug and Play' configure 64BIT=n \
		ISA=y ISAPNP=y SND=m $(all m | grep -v _TEST) SND_PORTCLS_TEST=n
	check 'these compile so, W=1' compiles 'sound/portcls/*.c sound/drivers sound/pci sound/isa'
	check 'and divide nothing of 64 bits by themselves' no_division
	check 'Kconfig: every symbol has a help text' symbols_have_help
fi

bare_is_whole() { ! left_out "$(echo "$bare"/build/*)" /kunit.c; }
if [ "$kernel" = debian-7 ]; then
	bare=$out/bare
	rm -rf "$bare"
	mkdir "$bare"
	tar -c --exclude=./build --exclude=./.git --exclude=./include/compat . | tar -x -C "$bare"
	# shellcheck disable=SC2016 # for the inner shell
	check 'builds without include/compat, W=1, without a warning' silent \
		sh -c 'cd "$1" && top=$1 && . tools/lib.sh && build_modules "$2" W=1' sh "$bare" "$kernel"
	check 'no source is left out of that' bare_is_whole
	rm -rf "$bare"
fi

echo "1..$tap_count"
[ $tap_failed = 0 ]
