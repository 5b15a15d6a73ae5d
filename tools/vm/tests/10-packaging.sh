#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Installing on a Debian 12 system: through DKMS and through make install, on a
# system that has dkms and kernel headers and nothing else of ours. No machine boots.
# Runs once: what it builds for is the kernel of that system.
set -u

top=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$top" || exit 2
. tools/lib.sh

if [ "$(id -u)" != 0 ] || ! unshare --mount true 2>/dev/null; then
	echo '1..0 # SKIP needs to be root with the right to mount'
	exit 0
fi
need_packages mmdebstrap >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log

image=$(tools/debian-root make dkms make kmod linux-headers-amd64) ||
	{ echo 'Bail out! no Debian root'; exit 1; }
root=$work/root
cp -a "$image" "$root"
mkdir "$root/src"
tar -c --exclude=./build --exclude=./.git . | tar -x -C "$root/src"
release=$(basename "$root"/lib/modules/*)
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
lib=$root/lib/modules/$release

# check WHAT CMD...: one result
check() {
	what=$1
	shift
	if "$@" >"$log" 2>&1; then tap_ok "$what"; else tap_fail "$what" "$log"; fi
}
inside() { tools/debian-root run "$root" sh -c "cd /src && $1"; }

# What must be built: the Makefile's table, where there is a folder and no KUnit.
expected() {
	sed -n 's/^\t[A-Z0-9_]*:\([^: ]*\):\([^: ]*\):\([^ ]*\).*/\1 \2 \3/p' Makefile |
		while read -r folder needs name; do
			case $needs in *KUNIT*) continue ;; esac
			[ ! -e "$folder/Makefile" ] || echo "$name"
		done | sort
}
installed() {
	find "$1" -name '*.ko*' -printf '%f\n' 2>/dev/null | sed 's/\.ko.*//' | sort
}
# all_in FOLDER [BUT]: exactly the expected modules, each for this kernel
all_in() {
	expected | grep -vx "${2:-^\$}" >"$work/expected"
	installed "$1" >"$work/installed"
	[ -s "$work/expected" ] || { echo 'nothing is expected: the table is not read'; return 1; }
	diff "$work/expected" "$work/installed" || return 1
	find "$1" -name '*.ko*' | while read -r ko; do
		modinfo -F vermagic "$ko" | grep -q "^$release " || echo "$ko: $(modinfo -F vermagic "$ko")"
	done | grep . && return 1
	return 0
}
# depmod has seen them: the card's driver needs the framework, and PCI finds it
depmod_knows() {
	grep -q "$1/.*snd-portcls-ich.ko.*:.*$1/.*snd-portcls.ko" "$2/modules.dep" ||
		{ grep portcls "$2/modules.dep"; echo 'no such dependency'; return 1; }
	grep -q 'pci:v00008086d00002415.* snd_portcls_ich' "$2/modules.alias" ||
		{ echo 'no alias for 8086:2415'; return 1; }
}
nothing_left() {
	find "$1" \( -name '*portcls*' -o -name 'i8237*' \) | grep . && return 1
	! grep -E 'portcls|i8237.dma' "$1/modules.dep"
}
# loads MODULE...: what comes, and in which order, when the kernel's own is asked for
loads() {
	inside "modprobe -S $release -D snd-intel8x0" >"$work/loads"
	cat "$work/loads"
	for name; do echo "$name"; done >"$work/wanted"
	sed -n 's,^insmod .*/\(snd-[^ /]*\)[ ]*$,\1,p' "$work/loads" |
		grep -Ex 'snd-portcls.*|snd-intel8x0.ko' | diff "$work/wanted" -
}
# DKMS takes the configuration of the target kernel: without AC'97 codecs no ICH
dkms_without_ac97() {
	mkdir -p "$work/kernel"
	grep -v '^CONFIG_SND_AC97_CODEC=' "$root/usr/src/linux-headers-$release/.config" \
		>"$work/kernel/.config"
	# shellcheck disable=SC2016 # for the inner shell
	names=$(kernel_source_dir=$work/kernel \
		bash -c '. ./dkms.conf; echo "${BUILT_MODULE_NAME[*]}"') || return 1
	echo "$names"
	case " $names " in
	*' snd-portcls-ich '*) return 1 ;;
	*' snd-portcls '*) return 0 ;;
	esac
	return 1
}

dkms="dkms -m snd-portcls -v $version -k $release"
check 'dkms add' inside 'dkms add /src'
check 'dkms build' inside "$dkms build || { cat /var/lib/dkms/*/*/build/make.log; exit 1; }"
check 'dkms install' inside "$dkms install"
check 'dkms installed every module but the tests, for this kernel' \
	all_in "$lib/updates/dkms" snd-portcls-test
check 'depmod knows what DKMS installed' depmod_knows updates/dkms "$lib"
check 'dkms status' inside "dkms status snd-portcls | grep -q installed"
check 'dkms remove' inside "dkms remove snd-portcls/$version --all"
check 'dkms remove leaves nothing' nothing_left "$lib"
# As from a kernel's "make install", which exports this and what make was told.
check 'dkms build in the environment of a kernel'"'"'s make install' inside \
	"dkms add snd-portcls/$version && KERNELRELEASE=$release \
	MAKEFLAGS='rR --no-print-directory -- ARCH=x86' $dkms build &&
	dkms remove snd-portcls/$version --all"
check 'dkms expects no module that the kernel cannot have' dkms_without_ac97

check 'make install DESTDIR=' inside "make KERNEL=$release DESTDIR=pkg install"
check 'it put every module into updates/' all_in "$root/src/pkg/lib/modules/$release/updates"
check 'and the modprobe.d file' cmp tools/install/snd-portcls.conf \
	"$root/src/pkg/etc/modprobe.d/snd-portcls.conf"
check 'and no lists of modules, which a package would put over the system'"'"'s' \
	test ! -e "$root/src/pkg/lib/modules/$release/modules.dep"
check 'make install DESTDIR= touches nothing else' nothing_left "$lib"
check 'make install INSTALL_MOD_PATH=' inside \
	"PATH=/usr/bin:/bin make KERNEL=$release INSTALL_MOD_PATH=/other install"
check 'it ran depmod there' depmod_knows updates "$root/other/lib/modules/$release"
check 'make install INSTALL_MOD_PATH= touches nothing else' nothing_left "$lib"

check 'make install' inside "make install"
check 'every module is in updates/' all_in "$lib/updates"
check 'modprobe finds the driver and the framework below it' inside \
	"modprobe -S $release -D snd-portcls-ich 2>&1 | tee /dev/stderr |
	grep -A9 snd-portcls.ko | grep -q snd-portcls-ich.ko"
# These roots have no kernel, so something stands for the driver of the kernel's own.
own=$lib/kernel/sound/pci/snd-intel8x0.ko
mkdir -p "${own%/*}"
cp "$(find "$lib/updates" -name i8237-dma.ko)" "$own"
inside "depmod $release"
check 'ours is loaded ahead of the kernel'"'"'s own driver' loads \
	snd-portcls.ko snd-portcls-ich.ko snd-intel8x0.ko
cp "$root/etc/modprobe.d/snd-portcls.conf" "$work/"
check 'make uninstall' inside "make uninstall"
check 'make uninstall leaves nothing' nothing_left "$lib"
check 'nor in modprobe.d' test ! -e "$root/etc/modprobe.d/snd-portcls.conf"
cp "$work/snd-portcls.conf" "$root/etc/modprobe.d/"
check 'on a kernel without ours the modprobe.d file takes nothing away' loads snd-intel8x0.ko
# builds_not FOLDER: make refuses it, and all of it is still there
builds_not() {
	inside "! make KERNEL=$release BUILD=$1 links" &&
		[ -e "$root$1/keep" ] && [ -L "$root$1/gone" ]
}
mkdir "$root/mine"
touch "$root/mine/keep"
ln -s nowhere "$root/mine/gone"
check 'make BUILD= refuses a folder that it has not made' builds_not /mine
cp -a "$root/src" "$root/copy"
check 'a copied tree builds from itself' inside "cd /copy && echo '#error mine' \
	>>sound/portcls/core.c && ! make KERNEL=$release"

check 'make help lists every target' inside \
	"make help >/tmp/help; for t in \$(sed -n 's/^.PHONY: //p' Makefile | grep -v links); do
	grep -q \"^  \$t \" /tmp/help || { echo \$t; exit 1; }; done"

echo "1..$tap_count"
[ $tap_failed = 0 ]
