// SPDX-License-Identifier: GPL-2.0
/*
 * Sound Blaster 16: the ports
 *
 * A DSP command and its arguments, and a mixer index and its data, must not be
 * torn apart: both are done under sb->lock. Every wait is bounded.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/io.h>
#include <sound/portcls/card.h>

#include "sb16.h"

/* Each try is one port read, about a microsecond on the bus. */
#define SB16_TRIES	2000

static int dsp_wait(struct sb16 *sb, unsigned int reg, u8 mask, u8 want)
{
	int i;

	for (i = 0; i < SB16_TRIES; i++) {
		if ((inb(sb->config.port + reg) & mask) == want)
			return 0;
		cpu_relax();
	}
	return -EIO;
}

static int dsp_write(struct sb16 *sb, const u8 *bytes, unsigned int count)
{
	unsigned int i;

	lockdep_assert_held(&sb->lock);
	for (i = 0; i < count; i++) {
		if (dsp_wait(sb, SB16_DSP_COMMAND, SB16_DSP_BUSY, 0)) {
			dev_err_ratelimited(sb->card->dev,
					    "DSP takes no command (0x%02x)\n",
					    bytes[0]);
			return -EIO;
		}
		outb(bytes[i], sb->config.port + SB16_DSP_COMMAND);
	}
	return 0;
}

static int dsp_write_byte(struct sb16 *sb, u8 byte)
{
	return dsp_write(sb, &byte, 1);
}

static int dsp_command(struct sb16 *sb, u8 command)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&sb->lock, flags);
	err = dsp_write_byte(sb, command);
	spin_unlock_irqrestore(&sb->lock, flags);
	return err;
}

static int dsp_read(struct sb16 *sb)
{
	if (dsp_wait(sb, SB16_DSP_STATUS, SB16_DSP_READY, SB16_DSP_READY))
		return -EIO;
	return inb(sb->config.port + SB16_DSP_DATA);
}

/**
 * sb16_dsp_reset() - reset the DSP, which ends all that it does
 * @sb: the card; no stream exists
 *
 * Context: process.
 * Return: 0, -ENODEV where no DSP answers.
 */
int sb16_dsp_reset(struct sb16 *sb)
{
	outb(1, sb->config.port + SB16_DSP_RESET);
	usleep_range(10, 50);
	outb(0, sb->config.port + SB16_DSP_RESET);
	usleep_range(100, 200);
	return dsp_read(sb) == SB16_DSP_HERE ? 0 : -ENODEV;
}

/**
 * sb16_dsp_version() - ask for the DSP's version
 * @sb: the card, reset
 *
 * Context: process.
 * Return: major version in the high byte, minor in the low one, or -EIO.
 */
int sb16_dsp_version(struct sb16 *sb)
{
	int major, minor;
	int err = dsp_command(sb, SB16_CMD_VERSION);

	if (err)
		return err;
	major = dsp_read(sb);
	if (major < 0)
		return major;
	minor = dsp_read(sb);
	return minor < 0 ? minor : major << 8 | minor;
}

static u8 dsp_go_on(const struct sb16_stream *stream)
{
	return stream->wide ? SB16_CMD_16_CONTINUE : SB16_CMD_8_CONTINUE;
}

/**
 * sb16_dsp_start() - let samples flow
 * @sb: the card
 * @stream: whose; its DMA channel is armed
 *
 * The DSP goes on until it is paused, with an interrupt each block.
 *
 * Context: any.
 * Return: 0, -EIO.
 */
int sb16_dsp_start(struct sb16 *sb, struct sb16_stream *stream)
{
	unsigned int rate = stream->format.rate;
	u8 set_rate[] = {
		stream->capture ? SB16_CMD_IN_RATE : SB16_CMD_OUT_RATE,
		rate >> 8, rate & 0xff,
	};
	u8 start[] = {
		0, 0, (stream->block - 1) & 0xff, (stream->block - 1) >> 8,
	};
	unsigned long flags;
	int err;

	if (stream->wide)
		start[0] = stream->capture ? SB16_CMD_16_IN : SB16_CMD_16_OUT;
	else
		start[0] = stream->capture ? SB16_CMD_8_IN : SB16_CMD_8_OUT;
	if (snd_pcm_format_signed(stream->format.format) > 0)
		start[1] |= SB16_MODE_SIGNED;
	if (stream->format.channels == 2)
		start[1] |= SB16_MODE_STEREO;

	spin_lock_irqsave(&sb->lock, flags);
	err = dsp_write(sb, set_rate, sizeof(set_rate));
	if (!err)
		err = dsp_write(sb, start, sizeof(start));
	stream->running = !err;
	spin_unlock_irqrestore(&sb->lock, flags);
	return err;
}

/**
 * sb16_dsp_pause() - hold a stream in place
 * @sb: the card
 * @stream: whose
 *
 * Block and DMA counters stay, and the other direction goes on.
 *
 * Context: any.
 * Return: 0, -EIO.
 */
int sb16_dsp_pause(struct sb16 *sb, struct sb16_stream *stream)
{
	const struct sb16_stream *other;
	unsigned long flags;
	int err;

	spin_lock_irqsave(&sb->lock, flags);
	stream->running = false;
	err = dsp_write_byte(sb, stream->wide ? SB16_CMD_16_PAUSE : SB16_CMD_8_PAUSE);
	/* DSP 4.13 may stop both. */
	other = sb->streams[!stream->capture];
	if (other && other->running)
		dsp_write_byte(sb, dsp_go_on(other));
	spin_unlock_irqrestore(&sb->lock, flags);
	return err;
}

/**
 * sb16_dsp_continue() - go on after sb16_dsp_pause()
 * @sb: the card
 * @stream: whose
 *
 * Context: any.
 * Return: 0, -EIO.
 */
int sb16_dsp_continue(struct sb16 *sb, struct sb16_stream *stream)
{
	unsigned long flags;
	int err;

	spin_lock_irqsave(&sb->lock, flags);
	err = dsp_write_byte(sb, dsp_go_on(stream));
	stream->running = !err;
	spin_unlock_irqrestore(&sb->lock, flags);
	return err;
}

/**
 * sb16_mixer_read() - read a mixer register
 * @sb: the card
 * @reg: the register
 *
 * Context: any.
 * Return: its value.
 */
u8 sb16_mixer_read(struct sb16 *sb, u8 reg)
{
	unsigned long flags;
	u8 value;

	spin_lock_irqsave(&sb->lock, flags);
	outb(reg, sb->config.port + SB16_MIXER_INDEX);
	value = inb(sb->config.port + SB16_MIXER_DATA);
	spin_unlock_irqrestore(&sb->lock, flags);
	return value;
}

/**
 * sb16_mixer_renew() - write a mixer register from its copy
 * @sb: the card
 * @reg: the register
 * @copy: what it should hold, protected by the lock
 *
 * Context: any.
 */
void sb16_mixer_renew(struct sb16 *sb, u8 reg, const u8 *copy)
{
	unsigned long flags;

	/* One step: a control that changes the copy writes the register after that. */
	spin_lock_irqsave(&sb->lock, flags);
	outb(reg, sb->config.port + SB16_MIXER_INDEX);
	outb(*copy, sb->config.port + SB16_MIXER_DATA);
	spin_unlock_irqrestore(&sb->lock, flags);
}

/**
 * sb16_mixer_write() - write a mixer register
 * @sb: the card
 * @reg: the register
 * @value: the value
 *
 * Context: any.
 */
void sb16_mixer_write(struct sb16 *sb, u8 reg, u8 value)
{
	sb16_mixer_renew(sb, reg, &value);
}

/**
 * sb16_irq_status() - which parts of the card ask for service
 * @sb: the card
 *
 * Context: any.
 * Return: bits SB16_IRQ_*; 0 where nothing answers.
 */
u8 sb16_irq_status(struct sb16 *sb)
{
	u8 status = sb16_mixer_read(sb, SB16_MIX_IRQ_STATUS);

	return status == 0xff ? 0 : status & (SB16_IRQ_8 | SB16_IRQ_16);
}

/**
 * sb16_irq_ack() - quiet them
 * @sb: the card
 * @status: bits SB16_IRQ_*
 *
 * Context: any.
 */
void sb16_irq_ack(struct sb16 *sb, u8 status)
{
	if (status & SB16_IRQ_8)
		inb(sb->config.port + SB16_DSP_STATUS);
	if (status & SB16_IRQ_16)
		inb(sb->config.port + SB16_ACK_16);
}
