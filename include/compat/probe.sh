#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# probe.sh COMPATDIR OUT CC FLAGS...: see Makefile.compat. Runs in the folder
# that the kernel's build runs in. Says nothing when all went well.
set -eu

dir=$1
out=$2
shift 2

key=$( {
	echo "$*"
	"$1" --version | head -n 1
	cat include/generated/autoconf.h include/generated/utsrelease.h \
		"${objtree:-.}/include/generated/utsrelease.h" 2>/dev/null || :
	cat "$dir"/probe/*.c
} | sha256sum | cut -c1-32)
if [ -r "$out" ] && grep -q "^/\* $key \*/$" "$out"; then
	exit 0
fi

mkdir -p "${out%/*}"
tmp=$out.$$
trap 'rm -f "$tmp" "$tmp.o"' EXIT

# A probe that must compile and one that must not: if either lies, so would the
# answers, and every feature would silently be taken as absent (or present).
compile() { "$@" -Wno-unused -c -o "$tmp.o"; }
if ! printf '#include <linux/module.h>\nint probe(void);\nint probe(void) { return 0; }\n' |
	compile "$@" -x c - 2>"$tmp"; then
	echo "cannot compile against this kernel's headers:"
	head -n 5 "$tmp"
	exit 1
fi
if printf '#include <linux/module.h>\n#error no\n' | compile "$@" -x c - 2>/dev/null; then
	echo 'the compiler accepts what it must not'
	exit 1
fi

{
	echo '/* SPDX-License-Identifier: GPL-2.0 */'
	echo "/* $key */"
	for probe in "$dir"/probe/*.c; do
		name=$(basename "$probe" .c | tr '[:lower:]' '[:upper:]')
		if compile "$@" "$probe" 2>/dev/null; then
			echo "#define PORTCLS_HAVE_$name 1"
		fi
	done
} >"$tmp"
mv "$tmp" "$out"
