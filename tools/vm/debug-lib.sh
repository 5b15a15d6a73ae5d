# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034 # lib.sh has them
#
# For tests that need the debug kernel whatever kernel is being checked; source it
# after lib.sh.
#
# debug_kernel WHAT: choose the debug kernel and the modules built for it. Where it
# would have to be built first, which takes a quarter of an hour, and no build server
# asks for it, the test ends here with WHAT skipped.
debug_kernel() {
	_cache=${PORTCLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/snd-portcls}
	[ "$vm_kernel" != debug ] || return 0
	if [ "${CI-}" != true ] && ! ls "$_cache"/kernel/debug-*/done >/dev/null 2>&1; then
		tap_skip "$1" 'there is no debug kernel yet: tools/vm/build-kernel debug makes it'
		tap_end
		exit 0
	fi
	vm_kernel=debug
	_dir=$(vm_kernel_dir) || { echo 'Bail out! no debug kernel'; exit 1; }
	PORTCLS_MODULES=$top/build/$(basename "$_dir"/lib/modules/*)${PORTCLS_GCOV:+-gcov}
	make -s -C "$top" KDIR="$_dir/build" -j"$(nproc)" BUILD="$PORTCLS_MODULES" modules ||
		{ echo 'Bail out! the modules do not build for the debug kernel'; exit 1; }
}
