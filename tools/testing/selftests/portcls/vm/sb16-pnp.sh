#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Cards that the PnP layer knows: the emulated ones, announced by a module of the test.

# shellcheck source-path=SCRIPTDIR
. ./guest.sh
platform=/sys/devices/platform
pnp=/sys/bus/pnp/drivers/snd-portcls-sb16

insmod /test/portcls-pnp.ko port=0x220,0x260,0x240,0x280 irq=5,10,7,-1 dma8=1,-1,3,0 \
	dma16=5,6,7,-1 || exit 1

# cards: below their PnP devices
cards() {
	set -- /sys/devices/pnp*/*/*/snd-portcls-sb16.*/sound/card*
	[ -e "$1" ] || set --
	echo $#
}

nothing_left() {
	[ "$(cards)" = 0 ] && [ ! -e /sys/bus/platform/devices/snd-portcls-sb16.0 ] &&
		[ ! -e /sys/bus/platform/devices/snd-portcls-sb16.1 ] &&
		! grep sb16 /proc/ioports && ! grep sb16 /proc/interrupts
}

# The parameters of the PnP cards come first.
found() {
	modprobe "$driver" index=3,5 id=One,Two || return 1
	cat /proc/asound/cards
	[ "$(cards)" = 2 ] && ! ls -d $platform/snd-portcls-sb16.* 2>/dev/null &&
		grep -A 1 '^ *3 \[One  *\]' /proc/asound/cards | grep '0x220, irq 5, dma 1&5$' &&
		grep -A 1 '^ *5 \[Two  *\]' /proc/asound/cards | grep '0x240, irq 7, dma 3&7$'
}
attempt found 'two cards, with the lines that they were given' found
# It would wait for a DMA controller with that line for ever.
lacking() {
	dmesg | grep -c 'without interrupt or 8-bit DMA line' >/tmp/lacking
	grep '^2$' /tmp/lacking && ! grep sb16 /sys/kernel/debug/devices_deferred
}
attempt lacking 'a card whose 8-bit line or interrupt is disabled is refused' lacking
card_wide=3 card_narrow=5
unity 3
unity 5
play pnp-wide wide 'the first plays' -f s16x2 -r 44100 -p 1024 -b 4096 -n 24123 -m 20
play pnp-narrow narrow 'the second plays' -f s16x2 -r 44100 -p 1024 -b 4096 -n 24123 -m 20

gone() {
	rmmod "$driver" && nothing_left
}
attempt gone-both 'unloaded: both are gone' gone
attempt again 'loaded again: both are there' found
attempt gone-again 'unloaded again: both are gone' gone

# unbound: in the order of the cards, and in the other one
unbound() {
	for dev in $(printf '%s\n' $pnp/*:*.* | sort $1); do
		echo "${dev##*/}" >$pnp/unbind || return 1
		left=$((${left:-2} - 1))
		[ "$(cards)" = $left ] || { echo "$(cards) left, not $left"; return 1; }
	done
	nothing_left && rmmod "$driver"
}
both_unbound() {
	found && ( unbound ) && found && ( unbound -r )
}
attempt unbound 'unbound one by one' both_unbound
