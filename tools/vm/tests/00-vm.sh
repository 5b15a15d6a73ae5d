#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The virtual machine tool itself: what a test is told about its run must be true.
# Uses the kernel's own AC'97 driver, not ours.
# Runs once: the kernel in it does not matter.

vm_dir=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tools/vm/lib.sh
. "$vm_dir/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# script NAME <<TEXT: a guest script.
script() {
	{ echo '#!/bin/sh'; echo '. /lib/vm.sh'; cat; } >"$work/$1"
}

# le32 FILE OFFSET: a number from a wav header.
le32() {
	od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

# wav_is_whole FILE: both sizes in the header are those of the file.
wav_is_whole() {
	size=$(wc -c <"$1")
	echo "$1: $size bytes, header says $(le32 "$1" 4) and $(le32 "$1" 40)"
	[ "$(le32 "$1" 4)" = $((size - 8)) ] && [ "$(le32 "$1" 40)" = $((size - 44)) ]
}

# ends STATUS STDERR_REGEX NAME OPTIONS...: a run that ends so, and says why.
ends() {
	want=$1 regex=$2 what=$3
	shift 3
	vm_run "$@" >"$work/stdout" 2>"$work/stderr"
	got=$?
	if [ $got != "$want" ]; then
		tap_fail "$what" "status $got, not $want: $(tail -n 20 "$work/stderr")"
	elif [ -n "$regex" ] && ! grep -qE "$regex" "$work/stderr"; then
		tap_fail "$what" "stderr does not tell: $(tail -n 20 "$work/stderr")"
	elif [ "$(cat "$vm_out/status")" != "$want" ]; then
		tap_fail "$what" "the status file says $(cat "$vm_out/status")"
	else
		tap_ok "$what"
	fi
}

# shellcheck disable=SC2034 # lib.sh reads them
in_tap() { (tap_count=0 tap_failed=0 tap_planned=0; "$@"); }

# --- the judges that need no machine

# report_of TEXT [EXPECTED]: splats over one kernel log.
report_of() {
	printf '%s\n' "$1" >"$work/log"
	"$vm_dir/splats" "$work/log" 'snd-portcls snd-portcls-ich' ${2:+"$2"}
}
clean='[ 0.1] kasan: KernelAddressSanitizer initialized (generic)
[ 0.2] DMA-API: preallocated 65536 debug entries
[ 0.2] DMA-API: debugging enabled by kernel config
[ 0.3] Lock dependency validator: Copyright (c) 2006 Red Hat
[ 0.3] DMAR: IOMMU enabled
[ 0.3] DMAR: DRHD base: 0x000000fed90000 flags: 0x0
[ 0.4] kmemleak: Kernel memory leak detector initialized (mem pool available: 15768)'
tap_check 'a clean log is clean' report_of "$clean"
while IFS= read -r line; do
	if report_of "$clean
[ 9.9] $line" >/dev/null; then
		tap_fail "seen in the log: $line"
	else
		tap_ok "seen in the log: $line"
	fi
done <<'TEXT'
WARNING: CPU: 0 PID: 7 at sound/core/pcm_lib.c:1 f+0x1/0x2 [snd_pcm]
WARNING: possible circular locking dependency detected
WARNING: inconsistent lock state
BUG: sleeping function called from invalid context at mm/slab.h:1
BUG: KASAN: use-after-free in f+0x1/0x2
UBSAN: shift-out-of-bounds in f.c:1:2
DMA-API: pci 0000:00:04.0: device driver frees DMA memory with wrong function
DMAR: [DMA Read NO_PASID] Request device [00:04.0] fault addr 0x0 [fault reason 0x06] PTE Read access is not set
unreferenced object 0xffff888000000000 (size 64):
refcount_t: underflow; use-after-free.
Call Trace:
irq 11: nobody cared (try booting with the "irqpoll" option)
TEXT
warning='[ 9.9] WARNING: CPU: 0 PID: 7 at f.c:1 planted+0x1/0x2
[ 9.9] ---[ end trace 0000000000000000 ]---'
tap_check 'an expected report is forgiven' report_of "$warning" 'planted'
if report_of "$warning
[ 9.9] BUG: sleeping function called from invalid context" 'planted' >"$work/said"; then
	tap_fail 'one beside an expected report is not forgiven'
elif grep -q planted "$work/said"; then
	tap_fail 'one beside an expected report is not forgiven' 'the expected one is shown'
else
	tap_ok 'one beside an expected report is not forgiven'
fi
race='[ 1.0] ==================================================================
[ 1.0] BUG: KCSAN: data-race in f / g
[ 1.0]
[ 1.0] write to 0xffff888000000000 of 8 bytes by interrupt on cpu 0:
[ 1.0]  f+0x1/0x2'
bar='[ 1.0] =================================================================='
tap_check "a race in the core kernel is not ours" report_of "$race
$bar"
if report_of "$race
[ 1.0]  g+0x1/0x2 [snd_portcls]
$bar" >/dev/null; then
	tap_fail 'a race in our module is ours'
else
	tap_ok 'a race in our module is ours'
fi
tap_check 'a race in an interrupt that came in our module is not ours' report_of "$race
[ 1.0]  asm_sysvec_apic_timer_interrupt+0x1b/0x20
[ 1.0]  g+0x1/0x2 [snd_portcls]
[ 1.0]
[ 1.0] hardirqs last  enabled at (2): [<ffffffffa007d9aa>] g+0x1/0x2 [snd_portcls]
$bar"
tap_check 'a race of the clock with its readers is not ours' report_of "$(echo "$race" |
	sed 's,in f / g,in ktime_get_mono_fast_ns / timekeeping_update,')
[ 1.0]  g+0x1/0x2 [snd_portcls]
$bar"

# told TEXT STATUS WANTED_FAILURES: what vm_tap makes of a guest.
told() {
	# shellcheck disable=SC2034 # lib.sh reads them
	tap_count=0 tap_failed=0
	text=$1 guest_status=$2
	# shellcheck disable=SC2317 # vm_tap calls it
	vm_run() {
		vm_out=$work/fake
		printf '%s\n' "$text"
		return "$guest_status"
	}
	vm_tap guest.sh
	echo "failures: $tap_failed"
	[ $tap_failed = "$3" ]
}
tap_check 'the results of a guest pass' in_tap told 'ok 1 - a
ok 2 - b
1..2' 0 0
tap_check 'a failed result of a guest counts once' in_tap told 'not ok 1 - a
1..1' 1 1
tap_check 'a plan that does not fit is a failure' in_tap told 'ok 1 - a
1..2' 0 1
tap_check 'no plan is a failure' in_tap told 'ok 1 - a' 0 1
tap_check 'no result is a failure' in_tap told '1..0' 0 1
tap_check 'a bad status is a failure' in_tap told 'ok 1 - a
1..1' 3 1
tap_check 'a panic is a failure beside a failed result' in_tap told 'not ok 1 - a
1..1' 125 2

# The judge of what the machine's cards are heard to play.
programs=$top/build/selftests
tests=$top/tools/testing/selftests/portcls
pcmtool_is_right() {
	mkdir -p "$programs" && make -s -C "$tests" OUTPUT="$programs" &&
		PATH=$programs:$PATH sh "$tests/test-pcmtool.sh" >"$work/pcmtool" ||
		{ grep -v '^ok' "$work/pcmtool"; return 1; }
}
tap_check "the judge of audio finds each kind of damage" pcmtool_is_right

# --- one machine with everything

head -c 192000 /dev/urandom >"$work/play.raw"
head -c 19200 /dev/zero >>"$work/play.raw"
head -c 480000 /dev/urandom >"$work/feed.raw"
mkdir "$work/folder"
echo inside >"$work/folder/file"
cat >"$work/qmp" <<'TEXT'
on PLAIN: {"execute":"query-version"}
on NMI: {"execute":"inject-nmi"}
on GONE: {"execute":"device_del","arguments":{"id":"feed"}}
on DEVICE_DELETED: {"execute":"query-name"}
TEXT
script all.sh <<'TEXT'
echo "arguments: $# <$1> <$2>"
echo 'to stderr' >&2
cat folder/file /deep/renamed
modprobe snd-intel8x0 || exit 90
bind_driver snd_intel8x0 04 || exit 91
bind_driver snd_intel8x0 feed || exit 92
play=$(card_of play) feed=$(card_of feed) slot=$(slot feed)
amixer -q -c $play set Master 100% unmute
amixer -q -c $play set PCM 100% unmute
amixer -q -c $feed cset name='Capture Volume' 15,15
amixer -q -c $feed cset name='Capture Switch' on
amixer -q -c $feed cset name='Capture Source' Line
aplay -q -D hw:$play -t raw -f S16_LE -c 2 -r 48000 play.raw || exit 93
arecord -q -D hw:$feed -t raw -f S16_LE -c 2 -r 48000 -s 48000 /out/record.raw || exit 94
mkdir /out/sub
cp play.raw /out/sub/back.raw
od -An -tx1 -N1 /usr/bin/od
nmis() { awk '/NMI:/ { print $2 + $3 }' /proc/interrupts; }
nmis=$(nmis)
# What it costs to execute the same programs without a wait is no cost of the wait.
read -r begun _ </proc/uptime
mark PLAIN
devmem >/dev/null 2>&1
read -r before _ </proc/uptime
mark -w NMI
read -r after _ </proc/uptime
echo "NMIs: $(($(nmis) - nmis))"
mark -w GONE
n=0
while [ -e /sys/bus/pci/devices/$slot ] && [ $n -lt 50 ]; do
	sleep 0.1
	n=$((n + 1))
done
[ -e /sys/bus/pci/devices/$slot ] || echo 'the card is gone'
echo "waited $(echo "$begun $before $after" |
	awk '{ print $3 - $2 - ($2 - $1) < 0.05 ? "no" : "some" }') guest time"
exit 37
TEXT
begun=$(date +%s)
# shellcheck disable=SC2016 # these very characters
VM_NAME=all vm_run --device ac97,id=play --device "ac97,id=feed,hotplug=on,in=$work/feed.raw" \
	--file "$work/play.raw" --file "$work/folder" --file "$work/folder/file:/deep/renamed" \
	--qmp-script "$work/qmp" "$work/all.sh" "it's" '$two  *' \
	>"$work/stdout" 2>"$work/stderr"
status=$?
took=$(($(date +%s) - begun))
echo "# booted, played, recorded: $took s"
if [ $status = 37 ] && [ "$(cat "$vm_out/status")" = 37 ]; then
	tap_ok "the script's status is the run's"
else
	tap_fail "the script's status is the run's" "status $status, file $(cat "$vm_out/status")
$(cat "$work/stderr")"
fi
tap_check "standard output is script.log, nothing else" cmp "$work/stdout" "$vm_out/script.log"
said() { grep -qxF "$1" "$work/stdout" || { cat "$work/stdout"; return 1; }; }
# shellcheck disable=SC2016 # these very characters
tap_check 'arguments arrive as they are' said 'arguments: 2 <it'\''s> <$two  *>'
tap_check 'standard error is there too' said 'to stderr'
two_files() { [ "$(grep -cx inside "$work/stdout")" = 2 ]; }
tap_check 'folders and renamed files are in the guest' two_files
tap_check 'a file comes back whole' cmp "$work/play.raw" "$vm_out/sub/back.raw"
tap_check 'the kernel log is console.log' grep -q 'Linux version' "$vm_out/console.log"
kernel_talk() { ! grep -q 'Linux version' "$work/stdout"; }
tap_check 'and not standard output' kernel_talk
tap_check "the card's wav file is whole" wav_is_whole "$vm_out/play.wav"
carried() {
	tail -c +45 "$vm_out/play.wav" | cmp -n 192000 - "$work/play.raw"
}
tap_check 'the wav file carries every sample' carried
fed() {
	[ "$(wc -c <"$vm_out/record.raw")" = 192000 ] &&
		cmp -n 192000 "$vm_out/record.raw" "$work/feed.raw"
}
tap_check 'a fed card records every sample' fed
tap_check 'a mark sends its command' grep -q '^> .*query-version' "$vm_out/qmp.log"
tap_check 'an event sends its command' grep -q '^> .*query-name' "$vm_out/qmp.log"
tap_check 'a mark that waits is over when it is done' said 'NMIs: 1'
tap_check 'and has cost the guest nothing' said 'waited no guest time'
tap_check 'a card can be unplugged' said 'the card is gone'

# --- ends

script hangs.sh <<'TEXT'
modprobe snd-intel8x0 && bind_driver snd_intel8x0 04
aplay -q -D hw:$(card_of 04) -t raw -f S16_LE -c 2 -r 48000 -s 48000 /dev/zero
echo played
while :; do sleep 1; done
TEXT
ends 124 'no end after' 'a script that never ends is stopped: 124' \
	--timeout $((10 + took * 2)) --device ac97,id=play "$work/hangs.sh"
tap_check 'it had begun' grep -qx played "$work/stdout"
tap_check 'its wav file is whole' wav_is_whole "$vm_out/play.wav"

script panics.sh <<'TEXT'
echo c >/proc/sysrq-trigger
TEXT
ends 125 'sysrq triggered crash' 'a panic is no success: 125' "$work/panics.sh"

script leaves.sh <<'TEXT'
poweroff -f
TEXT
ends 125 'ended early' 'a machine that goes away is no success: 125' "$work/leaves.sh"
began=$(date +%s)
ends 125 'QEMU says' 'a QEMU that does not like its arguments is no success: 125' \
	--qemu '-nonsense' --timeout 120 "$work/leaves.sh"
tap_check 'and nobody waits for it' [ $(($(date +%s) - began)) -lt 60 ]

# A QEMU that crashes as often as a file has lines.
mkdir -p "$work/bin"
cat >"$work/bin/qemu-system-x86_64" <<TEXT
#!/bin/sh
[ -s "$work/crashes" ] || exec "$(command -v qemu-system-x86_64)" "\$@"
sed -i 1d "$work/crashes"
kill -SEGV \$\$
TEXT
chmod +x "$work/bin/qemu-system-x86_64"
script fine.sh <<'TEXT'
true
TEXT
echo once >"$work/crashes"
PATH=$work/bin:$PATH ends 0 'once more' 'a QEMU that crashes at once gets another try' \
	"$work/fine.sh"
printf 'once\ntwice\n' >"$work/crashes"
PATH=$work/bin:$PATH ends 125 "QEMU's status 139" 'but no third one: 125' "$work/fine.sh"

script two.sh <<'TEXT'
echo 'WARNING: planted' >/dev/kmsg
[ -z "${1-}" ] || echo "$1" >/proc/sys/kernel/tainted
[ "$(nproc)" = 2 ]
TEXT
ends 126 'WARNING: planted' 'a complaint of the kernel is no success: 126' \
	--mode race "$work/two.sh"
ends 0 '' 'unless it is expected' --mode race --expect-splat planted "$work/two.sh"
ends 126 'tainted: 64' 'nor is a taint of another kind' \
	--mode race --expect-splat planted "$work/two.sh" 64

# --- a module that does wrong

mkdir "$work/faulty"
echo 'obj-m := faulty.o' >"$work/faulty/Makefile"
cat >"$work/faulty/faulty.c" <<'TEXT'
#include <linux/module.h>
#include <linux/slab.h>
static char *fault;
module_param(fault, charp, 0);
static int __init faulty_init(void)
{
	volatile int *nowhere = NULL;
	WARN_ON(!strcmp(fault, "warn"));
	if (!strcmp(fault, "oops"))
		return *nowhere;
	if (!strcmp(fault, "leak"))
		return kmalloc(300, GFP_KERNEL) ? 0 : -ENOMEM;
	return 0;
}
static void __exit faulty_exit(void)
{
}
module_init(faulty_init);
module_exit(faulty_exit);
MODULE_LICENSE("GPL");
TEXT
script faulty.sh <<'TEXT'
modprobe faulty fault=$1 || exit 9
modinfo -F filename faulty
rmmod faulty
leak_check
TEXT
if make -C "$(vm_kernel_dir)/build" "M=$work/faulty" modules >"$work/make" 2>&1; then
	ends 0 '' 'a module of ours that does nothing wrong' \
		--modules "$work/faulty" "$work/faulty.sh" nothing
	tap_check 'comes from updates/' grep -q '/updates/faulty.ko$' "$work/stdout"
	ends 126 'WARNING: .*faulty' 'a warning of the kernel is seen' \
		--modules "$work/faulty" "$work/faulty.sh" warn
	ends 125 'NULL pointer|protection fault' 'an oops of the kernel ends the run' \
		--modules "$work/faulty" "$work/faulty.sh" oops
	# On the others there is nothing to see it with.
	! grep -q CONFIG_DEBUG_KMEMLEAK=y "$(vm_kernel_dir)/build/.config" ||
		ends 126 'unreferenced object' 'a leak is seen' \
			--modules "$work/faulty" "$work/faulty.sh" leak
else
	tap_fail 'a module that does wrong is built' "$(tail -n 20 "$work/make")"
fi

# --- a person at the console

console_says() {
	n=0
	until grep -q "$1" "$work/shell/console.log" 2>/dev/null; do
		n=$((n + 1))
		[ $n -lt $((120 + took * 6)) ] || return
		sleep 0.5
	done
}
shell_talks() {
	{
		console_says 'exit powers off'
		# shellcheck disable=SC2016 # for the guest
		echo 'echo "this is $(uname -s) and $((6 * 7))"'
		console_says 'this is Linux and 42'
		echo 'modprobe snd-intel8x0; aplay -l; exit'
	} | timeout $((60 + took * 3)) "$vm_dir/shell" --kernel "$vm_kernel" --modules none \
		--out "$work/shell" >"$work/stdout" 2>&1 || { tail -n 20 "$work/stdout"; return 1; }
	grep -q '82801AA-ICH' "$work/stdout"
}
tap_check 'a shell can be had, with cards' shell_talks

# --- where it runs

# Who may not have real-time priority has a machine all the same.
mkdir -p "$work/poor" "$work/seen"
printf '#!/bin/sh\nexit 1\n' >"$work/poor/chrt"
cat >"$work/seen/taskset" <<TEXT
#!/bin/sh
echo "\$2" >>"$work/places"
exec $(command -v taskset) "\$@"
TEXT
chmod +x "$work/poor/chrt" "$work/seen/taskset"
script brief.sh <<'TEXT'
true
TEXT
if [ "${ACCEL-}" = kvm ]; then
	tap_skip 'where a machine runs' 'with KVM it runs anywhere'
else
	PATH=$work/poor:$PATH ends 0 'no real-time priority' \
		'without the right to real-time priority a machine runs, and says so' \
		--fifo "$work/brief.sh"
	for i in 1 2; do
		PATH=$work/seen:$PATH VM_NAME=brief$i vm_run "$work/brief.sh" >"$work/brief$i" 2>&1 &
	done
	wait
	places_apart() {
		cat "$work/places" && ! sort "$work/places" | uniq -d | grep .
	}
	tap_check 'machines at once have a CPU each' places_apart
fi

# --- the same twice

script same.sh <<'TEXT'
cat /proc/uptime
modprobe snd-intel8x0 && bind_driver snd_intel8x0 04 || exit 91
aplay -q -D hw:$(card_of 04) -t raw -f S16_LE -c 2 -r 48000 -s 48000 /dev/zero
cat /proc/interrupts /proc/uptime
TEXT
# The file's times have other digits each: nothing may hang on them.
for i in 0x11111111 0x6fedcba; do
	touch -d "@$((i))" "$work/same.sh"
	VM_NAME=same$i vm_run --fifo --trace 'memory_region_ops_*' --device ac97 "$work/same.sh" \
		>"$work/same-$i" 2>&1
	mv "$vm_out/ac97.wav" "$work/wav-$i"
	# Where QEMU has a device in its memory is nothing of the machine's.
	sed 's/^.*\(memory_region_ops_[a-z]* cpu [-0-9]* \)mr 0x[0-9a-f]*/\1/' \
		"$vm_out/trace.log" >"$work/accesses-$i"
	rm "$vm_out/trace.log"
done
same_to_the_end() {
	grep snd_intel8x0 "$work"/same-* && cmp "$work"/same-*
}
same_accesses() {
	wc -l "$work"/accesses-*
	grep -q "'ac97-nabm'" "$work/accesses-0x11111111" && cmp "$work"/accesses-*
}
if [ "${ACCEL-}" = kvm ]; then
	tap_skip 'two runs are the same' 'KVM has no instruction clock'
else
	tap_check 'two runs take the same time and the same interrupts' same_to_the_end
	tap_check 'two runs access each device alike, clocks and timers too' same_accesses
	tap_check 'two runs play the same' cmp "$work"/wav-*
fi

tap_end
