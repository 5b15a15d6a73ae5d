# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the scripts in tools/ share; they set $top (the source tree) and source it.

# Called from make, its variables and its job server are not for the builds below.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

cache=${PORTCLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/snd-portcls}
export cache

die() {
	echo "${0##*/}: $*" >&2
	exit 2
}

# stage TEXT: a progress line with the seconds since the script began.
started=$(date +%s)
stage() {
	printf '[%4ds] %s\n' $(($(date +%s) - started)) "$*"
}

# as_root CMD...: the only things that run with more rights are package installs.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		die "needs root (and there is no sudo) for: $*"
	fi
}

missing_packages() {
	for p in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] ||
			echo "$p"
	done
}

# need_packages PACKAGE...: name them, install those that are not there yet. Two scripts
# at once take turns.
need_packages() {
	[ -n "$(missing_packages "$@")" ] || return 0
	mkdir -p "$cache"
	(
		flock 9
		missing=$(missing_packages "$@" | sort -u | xargs)
		[ -z "$missing" ] || install_packages
	) 9>"$cache/.packages" || exit
}
install_packages() {
	command -v apt-get >/dev/null 2>&1 ||
		die "no apt-get here; install by other means: $missing"
	echo "Needs these Debian packages and installs them now: $missing"
	stage 'fetching the package lists'
	as_root apt-get -qq update || die 'apt-get update failed'
	stage 'installing'
	log=$(mktemp)
	# shellcheck disable=SC2086 # a list
	if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		--no-install-recommends install $missing >"$log" 2>&1; then
		cat "$log" >&2
		rm -f "$log"
		die 'apt-get install failed'
	fi
	rm -f "$log"
	stage 'packages are there'
}

# What it takes to build the modules against a kernel's headers, and to run them in the virtual machine.
build_packages='make gcc-12 libc6-dev libelf1 kmod'
vm_packages='qemu-system-x86 busybox kmod cpio xz-utils alsa-utils sox debian-archive-keyring
	binutils ca-certificates'
test_packages='gcc libasound2-dev'

# kernel_folder NAME: the folder of a kernel that tools/vm knows (debian-6.1,
# debug, ...): bzImage, lib/modules/RELEASE and build, the folder to build against.
kernel_folder() {
	case $1 in
	debug | kcsan) "$top/tools/vm/build-kernel" "$1" ;;
	*) "$top/tools/vm/fetch-kernel" "$1" ;;
	esac
}

# modules_folder KERNEL_FOLDER: where the modules for it are built; those that count what
# runs (PORTCLS_GCOV=1) lie apart.
modules_folder() {
	echo "$top/build/$(basename "$1"/lib/modules/*)${PORTCLS_GCOV:+-gcov}"
}

# build_modules NAME [MAKE ARGUMENT...]: build the modules for that kernel; sets
# $modules, their folder. A kernel that needs a newer compiler than this system has
# is built against in a system that has it.
build_modules() {
	kernel_dir=$(kernel_folder "$1") || return 1
	shift
	modules=$(modules_folder "$kernel_dir")
	compiler=$(sed -n 's/^CC = .*(CROSS_COMPILE)\(gcc-[0-9]*\)$/\1/p' \
		"$kernel_dir/build/.kernelvariables" 2>/dev/null)
	set -- make -s -C "$top" KDIR="$kernel_dir/build" -j"$(nproc)" BUILD="$modules" modules "$@"
	case $compiler in
	# Type information for BPF takes another package, and nothing here reads it.
	'' | gcc-12) "$@" CONFIG_DEBUG_INFO_BTF_MODULES= ;;
	*)
		need_packages mmdebstrap >&2
		newer=$(as_root env PORTCLS_CACHE="$cache" SUITE=sid "$top/tools/debian-root" make \
			"$compiler" make kmod pahole libc6-dev libelf1t64 libssl3t64) || return 1
		as_root env PORTCLS_CACHE="$cache" "$top/tools/debian-root" run "$newer" \
			--bind "$top:$top" --bind "$kernel_dir:$kernel_dir" "$@"
		;;
	esac
}

# The kernel's own scripts, and its extensions of Sphinx: Debian ships them in its source
# package alone. Prints where they are.
kernel_scripts() {
	version=$(dpkg-query -W -f '${Version}' linux-source-6.1)
	dir=$cache/kernel-scripts-$version
	if [ ! -e "$dir/.done" ]; then
		stage 'unpacking the kernel'"'"'s scripts' >&2
		mkdir -p "$dir"
		tar -xJf /usr/src/linux-source-6.1.tar.xz -C "$dir" --strip-components=1 \
			linux-source-6.1/scripts linux-source-6.1/Documentation/sphinx || return 1
		touch "$dir/.done"
	fi
	echo "$dir"
}

# TAP of a script's own checks: tap_ok TEXT, tap_fail TEXT [FILE], tap_skip TEXT WHY.
tap_count=0
tap_passed=0
tap_failed=0
tap_skipped=0
tap_ok() {
	tap_count=$((tap_count + 1))
	tap_passed=$((tap_passed + 1))
	echo "ok $tap_count - $1"
}
tap_fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	[ -z "${2-}" ] || sed 's/^/# /' "$2"
}
# On a build server nobody reads a skip.
tap_skip() {
	if [ "${CI-}" = true ]; then
		tap_fail "$1: skipped ($2), which is an error where CI=true"
		return
	fi
	tap_count=$((tap_count + 1))
	tap_skipped=$((tap_skipped + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}
tap_end() {
	echo "1..$tap_count"
	echo "$tap_passed passed, $tap_failed failed, $tap_skipped skipped"
	[ $tap_failed = 0 ] && [ $tap_passed -gt 0 ]
}
