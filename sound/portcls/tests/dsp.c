// SPDX-License-Identifier: GPL-2.0
/*
 * The DSP of a Sound Blaster 16 that no driver has
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/string.h>

#include "dsp.h"

#define DSP_PORT	0x220

static bool dsp_write(u8 byte)
{
	int i;

	for (i = 0; i < 1000 && inb(DSP_PORT + 0xc) & 0x80; i++)
		udelay(1);
	outb(byte, DSP_PORT + 0xc);
	return i < 1000;
}

bool dsp_reset(void)
{
	int i;

	outb(1, DSP_PORT + 6);
	usleep_range(10, 20);
	outb(0, DSP_PORT + 6);
	for (i = 0; i < 1000 && !(inb(DSP_PORT + 0xe) & 0x80); i++)
		udelay(1);
	return inb(DSP_PORT + 0xa) == 0xaa;
}

void dsp_play(void)
{
	static const u8 bytes[] = {
		0x41, DSP_RATE >> 8, DSP_RATE & 0xff, 0xb6, 0x30, 0xff, 0xff,
	};
	unsigned int i;

	for (i = 0; i < sizeof(bytes); i++)
		dsp_write(bytes[i]);
}

bool dsp_ready(struct portcls_test *t)
{
	bool here;

	if (!request_region(DSP_PORT, 16, "portcls-test")) {
		strscpy(t->skip, "the ports of a DSP are in use", sizeof(t->skip));
		return false;
	}
	here = dsp_reset();
	release_region(DSP_PORT, 16);
	if (!here)
		strscpy(t->skip, "no DSP to move data", sizeof(t->skip));
	return here;
}
