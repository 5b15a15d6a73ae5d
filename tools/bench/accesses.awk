# SPDX-License-Identifier: GPL-2.0
#
# awk -f accesses.awk script.log trace.log: what the guest measured, joined with the
# register accesses that QEMU saw meanwhile. One CSV line a case goes to results=FILE,
# one for each register, direction and callback of a case to accesses=FILE.

function number(hex,   i, value) {
	value = 0
	hex = tolower(hex)
	sub(/^0x/, "", hex)
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return value
}

function get(n, key) { return (n, key) in value ? value[n, key] : 0 }

BEGIN {
	split("irq open close hw_params hw_free prepare start stop trigger sync_stop pointer ack",
	      callback, " ")
	split("PI PO MC", engine, " ")
	split("BDBAR 00 CIV 04 LVI 05 SR 06 PICB 08 PIV 0a CR 0b", offsets, " ")
	for (i = 1; i in offsets; i += 2)
		of_engine[number(offsets[i + 1])] = offsets[i]
	split("GLOB_CNT 2c GLOB_STA 30 CAS 34", offsets, " ")
	for (i = 1; i in offsets; i += 2)
		of_ac97[number(offsets[i + 1])] = offsets[i]
	split("CONTROL 00 STATUS 04 UART 08 UART_TEST 09 MEM_PAGE 0c CODEC 10 SERIAL 20" \
	      " DAC1_COUNT 24 DAC2_COUNT 28 ADC_COUNT 2c PAGE_0 30 PAGE_4 34 PAGE_8 38 PAGE_C 3c",
	      offsets, " ")
	for (i = 1; i in offsets; i += 2)
		of_es1370[number(offsets[i + 1])] = offsets[i]
}

# The guest's lines.
FNR == NR && $1 == "ports" {
	split($2, part, "=")
	for (i = 3; i <= NF; i++) {
		if (split($i, ends, "-") != 2 || ends[1] == "")
			continue
		windows++
		window_first[windows] = number(ends[1])
		window_last[windows] = number(ends[2])
		window_card[windows] = part[2]
		window_bar[windows] = i - 2
	}
}

FNR == NR && $1 == "case" {
	split("", pair)
	for (i = 2; i <= NF; i++)
		if (split($i, part, "=") == 2)
			pair[part[1]] = part[2]
	n = pair["end"]
	order[++cases] = n
	for (key in pair)
		value[n, key] = pair[key]
}

FNR == NR { next }

# Which window an address lies in, 0 for none. A card that is bound again is the
# same one: the last that was said of it holds, and is nearest the end.
function window(address,   w) {
	for (w = windows; w; w--)
		if (address >= window_first[w] && address <= window_last[w])
			return w
	return 0
}

# A card's address: its register's name. AC'97 has the codec in its first window.
function register(w, address,   offset) {
	offset = address - window_first[w]
	if (window_card[w] ~ /^sb16/)
		return sprintf("port_%03x", address)
	if (window_card[w] !~ /^ac97/)
		return offset in of_es1370 ? of_es1370[offset] : sprintf("0x%02x", offset)
	if (window_bar[w] == 1)
		return sprintf("codec_%02x", offset)
	if (offset in of_ac97)
		return of_ac97[offset]
	if (offset < 48 && offset % 16 in of_engine)
		return engine[int(offset / 16) + 1] "_" of_engine[offset % 16]
	return sprintf("0x%02x", offset)
}

# memory_region_ops_WAY cpu N mr P addr A value V size S name 'NAME'
/ addr 0xe9 .*'isa-debugcon'$/ {
	mark = number($9)
	if (mark == 1) {
		depth = 0
		active = 1
		split("", seen)
	} else if (mark == 2) {
		active = 0
		n = ++ended
		for (key in seen)
			count[n, key] = seen[key]
		for (key in seen)
			keys[n] = keys[n] key "\n"
	} else if (mark >= 192) {
		depth--
	} else if (mark >= 128) {
		stack[++depth] = callback[mark - 127]
	}
	next
}

active && $3 >= 0 {
	if (!($7 in place)) {
		address = number($7)
		w = window(address)
		place[$7] = w ? window_card[w] " " register(w, address) : ""
	}
	if (place[$7] != "")
		seen[place[$7] " " substr($1, 19) " " $11 " " (depth ? stack[depth] : "-")]++
}

# Accesses of a case, of one callback or all.
function accesses(n, card, of,   i, list, total, part) {
	total = 0
	split(keys[n], list, "\n")
	for (i = 1; i in list; i++) {
		split(list[i], part, " ")
		if ((part[1] == card || card == "all") && (of == "" || part[5] == of))
			total += count[n, list[i]]
	}
	return total
}

# Instructions a second, and in the whole case: of its least busy lap.
function busy_rate(n) { return per(get(n, "lap_busy"), get(n, "lap_ticks")) * 1e9 / ticks_an_instruction }
function busy(n) { return busy_rate(n) * get(n, "ticks") / 1e9 }

function instructions(n, key) { return get(n, key) / ticks_an_instruction }

function name(n) {
	return get(n, "kind") "," (get(n, "card") ? get(n, "card") : "-") "," \
		(get(n, "driver") ? get(n, "driver") : "-") "," (get(n, "dir") ? get(n, "dir") : "-") \
		"," get(n, "rate") "," get(n, "period") "," get(n, "buffer") "," \
		(get(n, "access") ? get(n, "access") : "-") "," get(n, "wake")
}

function per(a, b) { return b ? a / b : 0 }

# "irq" is the case that gives the sums, "all" the same one with callbacks measured.
function line(irq, all,   card, total, s, bytes, counts) {
	card = get(irq, "card")
	total = accesses(irq, card, "")
	# It asks for the position until that moves: only what one costs is a figure.
	if (get(irq, "kind") == "first") {
		printf "%s,0,0,0,0,0,0,0,0,0,0,0,0,0,%.2f,%d,0,0,%.2f,0\n", name(irq), \
			per(accesses(all, card, "pointer"), get(all, "pointer_n")), \
			instructions(all, "pointer_med"), get(irq, "ticks") / 1e6 >results
		return
	}
	s = get(irq, "ticks") / 1e9
	bytes = get(irq, "periods") * get(irq, "period") * 4 * length(get(irq, "dir"))
	# A second by the clock: of so many streams some begin and end a period in it or not.
	counts = get(irq, "kind") == "streams" ? "-,-" : \
		sprintf("%d,%.2f", total, per(total, get(irq, "periods")))
	printf "%s,%d,%d,%s,%.1f,%d,%.2f,%d,%.0f,%.1f,%.1f,%d,%d,%.2f,%d,%d,%d,%.3f,%d\n", \
		name(irq), get(irq, "periods"), get(irq, "xruns"), counts, \
		total / s, get(irq, "irq_n"), \
		get(irq, "irq_n") / s, instructions(irq, "irq_med"), busy(irq), \
		busy_rate(irq) / 1000, \
		per((busy(irq) - instructions(irq, "irq_sum")) / 1000, bytes / 1e6), \
		get(all, "pointer_n"), accesses(all, card, "pointer"), \
		per(accesses(all, card, "pointer"), get(all, "pointer_n")), \
		instructions(all, "pointer_med"), get(all, "ack_n"), instructions(all, "ack_med"), \
		get(irq, "ticks") / 1e6, get(irq, "streams") >results
}

END {
	printf "kind,card,driver,dir,rate,period,buffer,access,wake,periods,xruns,accesses," \
	       "accesses_per_period,accesses_per_s,irqs,irqs_per_s,irq_instr,busy_instr," \
	       "busy_kinstr_per_s,rest_kinstr_per_mb,pointer_calls,pointer_accesses," \
	       "accesses_per_pointer,pointer_instr,ack_calls,ack_instr,ms,streams\n" >results
	printf "kind,card,driver,dir,rate,period,buffer,access,wake,pass,register,way,bytes," \
	       "callback,count\n" >accesses_file
	# What sort appends comes behind it.
	close(accesses_file)
	printf "kind,card,driver,callback,calls,instr\n" >callbacks
	for (c = 1; c <= cases; c++) {
		n = order[c]
		if (get(n, "pass") == "irq")
			line(n, order[c + 1])
		else if (!get(n, "pass"))
			line(n, n)
		split(keys[n], list, "\n")
		for (i = 1; i in list; i++) {
			split(list[i], part, " ")
			if (part[1] == get(n, "card") && get(n, "kind") != "first")
				print name(n) "," (get(n, "pass") ? get(n, "pass") : "-") "," \
					part[2] "," part[3] "," part[4] "," part[5] "," \
					count[n, list[i]] | ("LC_ALL=C sort >>" accesses_file)
		}
		if (get(n, "kind") != "life")
			continue
		for (i = 1; i in callback; i++)
			if (get(n, callback[i] "_n"))
				print "life," get(n, "card") "," get(n, "driver") "," callback[i] "," \
					get(n, callback[i] "_n") "," \
					instructions(n, callback[i] "_med") >callbacks
	}
	if (ended != order[cases]) {
		print "accesses.awk: " ended " cases in the trace, the guest says " order[cases] \
			>"/dev/stderr"
		exit 1
	}
}
