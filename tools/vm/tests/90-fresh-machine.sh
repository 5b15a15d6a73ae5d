#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# tools/demo and tools/check on a Debian 12 system that has nothing but a shell and a
# copy of this tree: no make, no compiler, no QEMU, no git. The demo as root, the
# check as a user who may use sudo. Downloaded packages are kept between runs.
# Runs once: the kernel that is being tested does not matter.
set -u

top=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$top" || exit 2
. tools/lib.sh

if [ "$(id -u)" != 0 ] || ! unshare --mount true 2>/dev/null; then
	echo '1..0 # SKIP needs to be root with the right to mount'
	exit 0
fi
need_packages mmdebstrap >&2

# In PORTCLS_CACHE= there is no room to be had on a small /tmp: a system is 1.5 GB.
mkdir -p "$cache/debs/partial"
work=$(mktemp -d "$cache/fresh.XXXXXX")
trap 'rm -rf "$work"' EXIT
log=$work/log
exec 3>&1

# check WHAT CMD...: one result
check() {
	what=$1
	shift
	if "$@" >"$log" 2>&1; then tap_ok "$what"; else tap_fail "$what" "$log"; fi
}
# fresh PACKAGE...: a new system in $root
fresh() {
	image=$(tools/debian-root make "$@") || { echo 'Bail out! no Debian root'; exit 1; }
	rm -rf "$root"
	cp -a "$image" "$root"
	mkdir "$root/src"
	tar -c --exclude=./build --exclude=./.git . | tar -x -C "$root/src"
}
inside() {
	tools/debian-root run "$root" --bind "$cache/debs:/var/cache/apt/archives" sh -c "cd /src && $1"
}
run_in_root() { inside "$1" >"$work/said" 2>&1 || { tail -n 40 "$work/said"; return 1; }; }
# A pass means something only if the system is as bare as it says.
bare() {
	for program in make gcc qemu-system-x86_64 git sox python3; do
		! inside "command -v $program" || return 1
	done
}
said() { grep -E "$1" "$work/said" || { tail -n 30 "$work/said"; return 1; }; }
wav_frames() { [ "$(stat -c %s "$root/src/build/demo/$1")" -gt 100000 ]; }
png() { [ "$(head -c 4 "$root/src/build/demo/demo.png" | od -An -c | tr -d ' ')" = 211PNG ]; }
# cpu: seconds that the children of this shell have used; a subshell has none
cpu() {
	times >"$work/times"
	sed -n '2s/[ms]/ /gp' "$work/times" | awk '{ printf "%d\n", $1 * 60 + $2 + $3 * 60 + $4 }'
}
# On a machine that others keep busy the clock on the wall says nothing. There all the
# CPU time counts, though on an idle one two CPUs would share it.
in_seconds() {
	begun=$(date +%s)
	cpu >"$work/before"
	inside 'sh tools/demo' >"$work/said" 2>&1 || { cat "$work/said"; return 1; }
	took=$(($(date +%s) - begun))
	cpu >"$work/after"
	used=$(($(cat "$work/after") - $(cat "$work/before")))
	others=$(awk -v cpus="$(nproc)" '{ print ($1 > cpus + 1) }' /proc/loadavg)
	echo "# the demo took $took s, $used s of CPU time; others at work: $others" >&3
	[ $took -lt "$1" ] || { [ "$others" = 1 ] && [ $used -gt 5 ] && [ $used -lt "$1" ]; }
}

root=$work/root
fresh
check 'the system has no compiler, no make, no QEMU' bare
check 'demo, as root: succeeds' run_in_root 'sh tools/demo'
check 'demo: names its packages first' said '^Needs these Debian packages.*qemu-system-x86'
check 'demo: every frame was put out' said '^put out +([0-9]+) of \1 frames identical; lost 0'
check 'demo: every frame was recorded' said '^recorded +([0-9]+) of \1 frames identical; lost 0'
check 'demo: leaves what the card put out' wav_frames card.wav
check 'demo: leaves what was recorded' wav_frames recorded.wav
check 'demo: leaves a picture' png
check 'demo: under 90 s once the packages are there' in_seconds 90

fresh sudo
mkdir -p "$root/etc/sudoers.d"
echo 'user ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/user"
chmod 440 "$root/etc/sudoers.d/user"
inside 'useradd -m user && chown -R user /src' >/dev/null 2>&1
check 'check, as a user with sudo: succeeds' \
	run_in_root "su user -c 'sh tools/check ${FRESH_CHECK:-40-}'"
check 'check: names its packages first' said '^Needs these Debian packages.*qemu-system-x86'
check 'check: the last line counts' sh -c \
	"tail -n 1 '$work/said' | grep -E '^[1-9][0-9]* passed, 0 failed, [0-9]+ skipped$'"

echo "1..$tap_count"
[ $tap_failed = 0 ]
