#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The pure files of the framework and their tests as a program of user space, on 64 and on
# 32 bits, under the sanitizers for addresses and undefined behaviour. No machine boots.
# Runs once: no kernel takes part.
set -u

top=$(cd "$(dirname "$0")/../../.." && pwd)
cd "$top" || exit 2
. tools/lib.sh

out=${PORTCLS_OUT:-$top/build/check/${PORTCLS_KERNEL:-debian-6.1}/14-arithmetic}
mkdir -p "$out"
# The plain gcc-multilib is in the way of Debian's cross compilers.
need_packages gcc-12 gcc-12-multilib libc6-dev make >&2

for bits in 64 32; do
	if ! make -s -C tools/testing/selftests/portcls CC=gcc-12 OUTPUT="$out" "$out/arith$bits" \
		>"$out/make$bits" 2>&1; then
		tap_fail "compiles for $bits bits" "$out/make$bits"
		continue
	fi
	timeout 120 "$out/arith$bits" >"$out/said$bits" 2>&1
	status=$?
	while read -r line; do
		case $line in
		ok\ *) tap_ok "$bits bits: ${line#ok * - }" ;;
		'not ok '*) tap_fail "$bits bits: ${line#not ok * - }" ;;
		'#'*) echo "$line" ;;
		esac
	done <"$out/said$bits"
	# A sanitizer ends the program in the middle.
	if [ $status = 0 ] && grep -q '^1\.\.[1-9]' "$out/said$bits"; then
		tap_ok "$bits bits: to the end, without a complaint"
	else
		tap_fail "$bits bits: ended with status $status" "$out/said$bits"
	fi
done

echo "1..$tap_count"
[ "$tap_failed" = 0 ]
