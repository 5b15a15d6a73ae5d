#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A card whose link cannot be measured keeps the clock that was believed.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh

unsure() {
	dmesg -c >/dev/null
	modprobe "$driver" ac97_clock=1 || return
	dmesg -c >/tmp/said
	cat /tmp/said
	[ "$(grep -c 'AC-link measured at' /tmp/said)" = 3 ] &&
		grep 'not known, its clock stays 48000$' /tmp/said && ! grep 'clock set' /tmp/said
}
attempt unsure 'measured three times, and not believed' unsure
