// SPDX-License-Identifier: GPL-2.0
/*
 * A DMA channel of the miniport's own
 *
 * For memory that is not the client's to write: on the card, or, as here, memory
 * that holds samples in another form. This card's converter wants the sign bit
 * of each sample turned over, and CopyTo and CopyFrom are where that is done. A
 * path that went round them would be heard.
 *
 * Of a miniport's channel the port calls six methods. The others are missing.
 */
#include <linux/kernel.h>
#include <linux/slab.h>

#include <sound/portcls/adapter.h>

#include "sample.h"

/**
 * struct sample_channel - the channel
 * @chan: what the port sees
 * @memory: the samples
 * @format: their format
 */
struct sample_channel {
	struct portcls_dma_channel chan;
	u8 *memory;
	snd_pcm_format_t format;
};

static struct sample_channel *sample_channel(struct portcls_dma_channel *chan)
{
	return container_of(chan, struct sample_channel, chan);
}

/**
 * sample_channel_flip() - turn over the sign bits of samples
 * @samples: little-endian samples
 * @bytes: their length, whole samples
 * @format: their format
 */
void sample_channel_flip(u8 *samples, u32 bytes, snd_pcm_format_t format)
{
	u32 width = snd_pcm_format_physical_width(format) / BITS_PER_BYTE;
	u32 i;

	for (i = width - 1; i < bytes; i += width)
		samples[i] ^= 0x80;
}

static void sample_channel_copy(struct portcls_dma_channel *chan, void *dst,
				const void *src, u32 bytes)
{
	memcpy(dst, src, bytes);
	sample_channel_flip(dst, bytes, sample_channel(chan)->format);
}

static void *sample_channel_system(struct portcls_dma_channel *chan)
{
	return sample_channel(chan)->memory;
}

static void sample_channel_release(struct portcls_dma_channel *chan)
{
	kfree(sample_channel(chan)->memory);
	kfree(sample_channel(chan));
}

static const struct portcls_dma_channel_ops sample_channel_ops = {
	.allocated_buffer_size = portcls_dma_default_allocated,
	.buffer_size = portcls_dma_default_size,
	.set_buffer_size = portcls_dma_default_set_size,
	.system_address = sample_channel_system,
	.copy_to = sample_channel_copy,
	.copy_from = sample_channel_copy,
	.release = sample_channel_release,
};

/**
 * sample_channel_set_format() - tell the channel what it converts
 * @chan: the channel; nothing is being copied
 * @format: format of the samples
 */
void sample_channel_set_format(struct portcls_dma_channel *chan,
			       snd_pcm_format_t format)
{
	sample_channel(chan)->format = format;
}

/**
 * sample_channel_new() - make a channel with its memory
 * @adapter: the card
 * @bytes: length of the memory
 *
 * Return: the channel with one reference, or an ERR_PTR.
 */
struct portcls_dma_channel *sample_channel_new(struct portcls_adapter *adapter,
					       u32 bytes)
{
	struct sample_channel *own = kzalloc(sizeof(*own), GFP_KERNEL);

	if (!own)
		return ERR_PTR(-ENOMEM);
	own->memory = kzalloc(bytes, GFP_KERNEL);
	if (!own->memory) {
		kfree(own);
		return ERR_PTR(-ENOMEM);
	}
	portcls_dma_channel_init(&own->chan, &sample_channel_ops, adapter, bytes);
	own->chan.allocated = bytes;
	own->chan.size = bytes;
	return &own->chan;
}
