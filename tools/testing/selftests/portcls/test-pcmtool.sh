#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The judge judged: pcmtool must call exact what is exact, and must find each
# kind of damage in captures that were damaged on purpose. Needs no sound card.
# shellcheck disable=SC2317 # expect calls the functions

PATH="$(dirname "$0"):$PATH"
dir=$(mktemp -d) || exit 4
trap 'rm -rf "$dir"' EXIT
count=0
failed=0

# expect NAME "WORDS" COMMAND...: all words must stand in what the command prints
expect() {
	name=$1 words=$2
	shift 2
	count=$((count + 1))
	output=$("$@" 2>&1 | tr "\n" " ")
	for word in $words; do
		case " $output " in
		*" $word "*) ;;
		*)
			echo "not ok $count $name"
			echo "# no $word in: $output"
			failed=1
			return
			;;
		esac
	done
	echo "ok $count $name"
}

status_of() {
	"$@" >/dev/null 2>&1
	echo "status $? "
}

# heard SPEC: a capture that holds these frames
heard() {
	pcmtool gen -q "${2:-s16x2}" "$1" "$dir/heard.wav" || exit 4
}

verify() {
	pcmtool verify -e "x ${2:-s16x2} $1" "$dir/heard.wav"
}

planned=43
echo "TAP version 13"
echo "1..$planned"

heard 0:0+500,7:0+48000,0:0+700
expect "a whole stream" "exact identical=48000 lost=0 after=700" verify 7:0+48000
expect "exact is status 0" "status 0" status_of verify 7:0+48000
expect "one frame short" "DIFFERS lost=1 identical=48000" verify 7:0+48001
expect "a difference is status 1" "status 1" status_of verify 7:0+48001
expect "one frame too many is stale" "DIFFERS stale=1 lost=0" verify 7:0+47999
expect "nothing is not exact" "DIFFERS identical=0 lost=10" verify 9:0+10

heard 7:0+1000,7:1001+1000
expect "one frame lost" "DIFFERS lost=1 doubled=0 stale=0 identical=2000" verify 7:0+2001
heard 7:0+1000,7:900+1100
expect "frames doubled" "DIFFERS doubled=100 stale=0 lost=0 identical=2000" verify 7:0+2000
heard 7:0+1024,7:0+4096
expect "the beginning twice" "DIFFERS doubled=1024 identical=4096" verify 7:0+4096
heard 7:0+2000,7:1800+100
expect "stale frames behind the end" "DIFFERS stale=100 doubled=0 lost=0" verify 7:0+2000
heard 7:0+2000,0:0+100,7:0+50,8:0+300
expect "stale frames before the next stream" "stale=50 lost=0 expected=2300" \
	verify 7:0+2000,8:0+300
heard 7:0+1000,9:0+20,7:1000+1000
expect "foreign frames" "DIFFERS foreign=20 identical=2000 lost=0" verify 7:0+2000
heard 7:0+1000,0:0+20,7:1000+1000
expect "a gap" "DIFFERS gap=20 lost=0 identical=2000" verify 7:0+2000
expect "an allowed gap" "exact gap=0" verify 7:0+2000~
expect "silence between segments" "exact gap=0" verify 7:0+1000,7:1000+1000
expect "no silence between joined segments" "DIFFERS gap=20" verify 7:0+1000\&7:1000+1000
heard 7:0+1000,8:0+500
expect "a tail that may lack" "exact lacking=200 lost=0" verify 7:0+1200-200,8:0+500
expect "a tail that lacks more" "DIFFERS lost=201" verify 7:0+1201-200,8:0+500
heard 7:0+500,7:600+600,8:0+500
expect "a hole is no lacking tail" "DIFFERS lost=100" verify 7:0+1200-200,8:0+500
heard 7:0+1000,7:1500+500
expect "a rewind heard as it ought" "exact" verify 7:0+1000\&7:1500+500
heard 7:0+1100,7:1500+500
expect "frames that were taken back" "DIFFERS stale=100 lost=0" verify 7:0+1000\&7:1500+500
heard 8:0+100,7:0+100
expect "streams in the wrong order" "DIFFERS" verify 7:0+100,8:0+100
heard 254:16711000+680
expect "the last frames of the last stream" "exact identical=680" verify 254:16711000+680
heard 126:0+70000,127:0+70000
expect "streams beside the byte that clips" "exact identical=140000" \
	verify 126:0+70000,127:0+70000

expect "two labels" "a exact b DIFFERS lost=5" pcmtool verify -e "a s16x2 126:0+70000" \
	-e "b s16x2 127:0+70005" "$dir/heard.wav"

for format in s16x1 u8x2 u8x1; do
	heard 0:0+100,5:0+9000 $format
	# The middle of unsigned samples is not silence at QEMU's output.
	case $format in
	u8*) heard 5:0+9000 $format ;;
	esac
	expect "$format: a whole stream" "exact identical=9000" verify 5:0+9000 $format
	heard 5:0+4000,5:4100+4900 $format
	expect "$format: frames lost" "DIFFERS lost=100" verify 5:0+9000 $format
	heard 5:0+4000,5:3000+6000 $format
	expect "$format: frames doubled" "DIFFERS doubled=1000 lost=0" verify 5:0+9000 $format
done

pcmtool gen s16x2 3:0+100000 "$dir/fed.raw"
pcmtool gen s16x2 3:500+9000 "$dir/recorded.raw"
expect "a recording" "exact first=500 identical=9000" \
	pcmtool verify-capture "$dir/fed.raw" "$dir/recorded.raw"
expect "a recording that begins late" "DIFFERS lost=500" \
	pcmtool verify-capture -F 0 "$dir/fed.raw" "$dir/recorded.raw"
pcmtool gen s16x2 3:500+1000,3:1600+1000 "$dir/recorded.raw"
expect "a recording with a hole" "DIFFERS lost=100" \
	pcmtool verify-capture "$dir/fed.raw" "$dir/recorded.raw"
expect "a recording with a reported break" "exact skipped=100 lost=0" \
	pcmtool verify-capture "$dir/fed.raw" "$dir/recorded.raw@1000"
pcmtool gen s16x2 3:500+1000,3:1400+1000 "$dir/recorded.raw"
expect "a recording with frames again" "DIFFERS stale=100" \
	pcmtool verify-capture "$dir/fed.raw" "$dir/recorded.raw@1000"

head -c 400000 /dev/urandom >"$dir/music.raw"
{ head -c 4000 /dev/zero; cat "$dir/music.raw"; head -c 400 /dev/zero; } >"$dir/heard.raw"
expect "arbitrary audio" "exact identical=100000" \
	pcmtool compare "$dir/music.raw" "$dir/heard.raw"
{ head -c 200000 "$dir/music.raw"; tail -c 199960 "$dir/music.raw"; } >"$dir/heard.raw"
expect "arbitrary audio with a loss" "DIFFERS lost=10" \
	pcmtool compare "$dir/music.raw" "$dir/heard.raw"
{ head -c 200000 "$dir/music.raw"; tail -c 200400 "$dir/music.raw"; } >"$dir/heard.raw"
expect "arbitrary audio with frames doubled" "DIFFERS doubled=100" \
	pcmtool compare "$dir/music.raw" "$dir/heard.raw"

heard 7:0+2880000,8:0+2880000
expect "two minutes" "exact identical=5760000" verify 7:0+2880000,8:0+2880000
[ $count = $planned ] || { echo "# ran $count"; failed=1; }
exit $failed
