#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# demo.plot FOLDER TITLE: draw FOLDER/card.wav and recorded.wav, those there are,
# each as waveform and spectrogram, into FOLDER/demo.png.
set -eu

out=$1
title=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rows=0
for name in card recorded; do
	wav=$out/$name.wav
	[ -e "$wav" ] || continue
	rows=$((rows + 1))
	sox -q "$wav" -n remix - spectrogram -r -x 800 -y 257 -o "$work/$name.png"
	# Of the many samples that share a column of the picture, the extremes.
	step=$(($(soxi -s "$wav") / 1600 + 1))
	sox -q "$wav" -t dat - remix - | awk -v step=$step '
		/^;/ { next }
		n % step == 0 { if (n) print time, low, high; time = $1; low = high = $2 }
		{ n++; if ($2 < low) low = $2; if ($2 > high) high = $2 }' >"$work/$name.dat"
	seconds=$(soxi -D "$wav")
	khz=$(soxi -r "$wav" | awk '{ print $1 / 2000 }')
	case $name in
	card) what='what the card put out' ;;
	*) what='what was recorded' ;;
	esac
	cat >>"$work/panels" <<PLOT
set title "$what: waveform"
set yrange [-1:1]; set ylabel "amplitude"; set xrange [0:$seconds]
plot "$work/$name.dat" using 1:2:3 with filledcurves lc rgb "#1f5fa8" notitle
set title "$what: spectrogram"
set yrange [0:$khz]; set ylabel "kHz"; set xrange [0:$seconds]
plot "$work/$name.png" binary filetype=png origin=(0,0) \
	dx=$seconds/800.0 dy=$khz/257.0 with rgbimage notitle
PLOT
done
[ $rows -gt 0 ]

{
	echo "set terminal pngcairo size 1280,$((rows * 400 + 60)) font ',10'"
	echo "set output '$out/demo.png'"
	echo "set multiplot layout $rows,2 title \"snd-portcls on $title\""
	echo "set xlabel 'seconds'; set tics out"
	cat "$work/panels"
} | gnuplot
