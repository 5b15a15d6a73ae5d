// SPDX-License-Identifier: GPL-2.0
/*
 * A WaveCyclic card without a device or a clock, and a client in the kernel
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <sound/pcm_params.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/service.h>

#include "fake_cyclic.h"
#include "fake_dev.h"

/* The one card; probe finds its data here. */
static struct fake_cyclic *fake_current;

static struct fake_cyclic *to_fake(struct portcls_wavecyclic_stream *stream)
{
	return container_of(stream, struct fake_cyclic, stream);
}

static void fake_log(struct fake_cyclic *f, char what)
{
	size_t n = strlen(f->first->log);

	if (n < sizeof(f->log) - 1)
		f->first->log[n] = what;
}

static void fake_release(struct portcls_wavecyclic_stream *stream)
{
	struct fake_cyclic *f = to_fake(stream);

	f->wrong += f->state != PORTCLS_STOP;
	f->alive--;
}

static u32 fake_set_notification_freq(struct portcls_wavecyclic_stream *stream,
				      u32 *framing)
{
	to_fake(stream)->framing = *framing;
	return *framing / 4 * USEC_PER_SEC / 8000;
}

static int fake_set_state(struct portcls_wavecyclic_stream *stream,
			  enum portcls_state state)
{
	struct fake_cyclic *f = to_fake(stream);
	bool up = state > f->state;

	f->wrong += state != f->state + (up ? 1 : -1);
	if (up && f->fail_up[state])
		return f->fail_up[state];
	f->state = state;
	if (state == PORTCLS_RUN)
		fake_log(f, '0' + f->device);
	else if (!up && state == PORTCLS_PAUSE)
		fake_log(f, 'a' + f->device);
	if (state == PORTCLS_STOP || (f->restarts && up && state == PORTCLS_RUN))
		f->at = 0;
	return up ? 0 : f->fail_down;
}

static int fake_set_format(struct portcls_wavecyclic_stream *stream,
			   const struct portcls_format *format)
{
	struct fake_cyclic *f = to_fake(stream);

	f->sets++;
	f->wrong += f->state != PORTCLS_STOP;
	if (!f->formats)
		return -EOPNOTSUPP;
	if (f->fail_format)
		return f->fail_format;
	f->format = *format;
	return 0;
}

static u32 fake_get_position(struct portcls_wavecyclic_stream *stream)
{
	struct fake_cyclic *f = to_fake(stream);
	u32 jitter = f->jitter;

	f->positions++;
	f->jitter = 0;
	return f->at >= jitter ? f->at - jitter : f->at;
}

static void fake_silence(struct portcls_wavecyclic_stream *stream, void *buffer,
			 u32 bytes)
{
	struct fake_cyclic *f = to_fake(stream);

	snd_pcm_format_set_silence(f->ss->runtime->format, buffer, bytes * 8 /
		snd_pcm_format_physical_width(f->ss->runtime->format));
	for (; f->own && bytes; bytes--)
		((u8 *)buffer)[bytes - 1] ^= 0xff;
}

static const struct portcls_wavecyclic_stream_ops fake_plain_ops = {
	.release = fake_release,
	.set_format = fake_set_format,
	.set_notification_freq = fake_set_notification_freq,
	.set_state = fake_set_state,
	.get_position = fake_get_position,
};

static const struct portcls_wavecyclic_stream_ops fake_own_ops = {
	.release = fake_release,
	.set_format = fake_set_format,
	.set_notification_freq = fake_set_notification_freq,
	.set_state = fake_set_state,
	.get_position = fake_get_position,
	.silence = fake_silence,
};

static struct portcls_wavecyclic_stream *
fake_new_stream(void *miniport, const struct portcls_stream_config *config)
{
	struct fake_cyclic *f = miniport;

	f->news++;
	if (f->fail_new)
		return ERR_PTR(f->fail_new);
	f->alive++;
	f->format = config->format;
	f->state = PORTCLS_STOP;
	f->at = 0;
	f->stream.ops = f->own ? &fake_own_ops : &fake_plain_ops;
	f->stream.channel = portcls_dma_get(f->channel);
	f->stream.group = f->group;
	portcls_service_group_get(f->group);
	return &f->stream;
}

static void fake_hold(void *miniport, bool hold)
{
	fake_log(miniport, hold ? '(' : ')');
}

static const struct portcls_wavecyclic_ops fake_ops = {
	.new_stream = fake_new_stream,
};

static const struct portcls_wavecyclic_ops fake_holding_ops = {
	.new_stream = fake_new_stream,
	.hold = fake_hold,
};

static void fake_copy(struct portcls_dma_channel *chan, void *dst,
		      const void *src, u32 bytes)
{
	u32 i;

	fake_current->copies++;
	for (i = 0; i < bytes; i++)
		((u8 *)dst)[i] = ~((const u8 *)src)[i];
}

/* The six methods of a miniport's channel, and no other. */
static const struct portcls_dma_channel_ops fake_channel_ops = {
	.allocated_buffer_size = portcls_dma_default_allocated,
	.buffer_size = portcls_dma_default_size,
	.set_buffer_size = portcls_dma_default_set_size,
	.system_address = portcls_dma_default_system,
	.copy_to = fake_copy,
	.copy_from = fake_copy,
};

static const struct portcls_data_range fake_range = {
	.formats = SNDRV_PCM_FMTBIT_S16_LE | SNDRV_PCM_FMTBIT_U8 |
		   SNDRV_PCM_FMTBIT_S24_LE | SNDRV_PCM_FMTBIT_S32_LE,
	.rates = SNDRV_PCM_RATE_8000,
	.rate_min = 8000,
	.rate_max = 8000,
	.channels = BIT(2),
};

static void fake_put_adapter(void *adapter)
{
	portcls_adapter_put(adapter);
}

static int fake_new_port(struct fake_cyclic *f)
{
	const struct portcls_pin_desc pin = {
		.ranges = &fake_range,
		.num_ranges = 1,
		.info = SNDRV_PCM_INFO_PAUSE | SNDRV_PCM_INFO_NO_PERIOD_WAKEUP,
		.buffer_bytes_max = SZ_64K,
		.period_bytes_min = 64,
		.period_bytes_max = SZ_32K,
		.periods_max = 1024,
		.drain_frames = f->drain,
	};
	struct portcls_wavecyclic_desc desc = {
		.id = "Fake",
		.name = "Fake",
		.device = f->device,
		.ops = f->holds ? &fake_holding_ops : &fake_ops,
		.adapter = f->adapter,
		.always_copies = f->own,
		.restarts_at_zero = f->restarts,
	};

	desc.pins[f->capture] = pin;
	return portcls_wavecyclic_new(f->card, &desc, f, &f->port);
}

static int fake_card_probe(struct portcls_card *card, const void *data)
{
	struct fake_cyclic *f = fake_current;
	const struct portcls_adapter_desc reach = {
		.master = true,
		.addr_bits = 32,
		.max_length = FAKE_CYCLE,
	};
	unsigned int i;
	int err;

	f->card = card;
	f->adapter = portcls_adapter_get(card->dev, &reach);
	if (IS_ERR(f->adapter))
		return PTR_ERR(f->adapter);
	err = devm_add_action_or_reset(card->dev, fake_put_adapter, f->adapter);
	if (!err)
		err = fake_new_port(f);
	for (i = 0; !err && i < f->others; i++) {
		f->other[i]->card = card;
		f->other[i]->adapter = f->adapter;
		err = fake_new_port(f->other[i]);
	}
	return err;
}

static const struct portcls_card_ops fake_card_ops = {
	.probe = fake_card_probe,
};

static int fake_probe(struct platform_device *pdev)
{
	const struct portcls_card_desc desc = {
		.driver = "PortclsFake",
		.shortname = "Card of the tests",
		.index = -1,
		.ops = &fake_card_ops,
		.module = THIS_MODULE,
	};

	return portcls_card_probe(&pdev->dev, &desc, NULL);
}

static void fake_remove(struct platform_device *pdev)
{
	portcls_card_remove(&pdev->dev);
}

static struct platform_driver fake_driver = {
	.probe = fake_probe,
	.remove = fake_remove,
	.driver.name = "snd-portcls-fake-cyclic",
};

static int fake_new_channel(struct fake_cyclic *f)
{
	struct portcls_dma_channel *channel = portcls_dma_new_master(f->adapter,
								     FAKE_CYCLE);
	int err;

	if (IS_ERR(channel))
		return PTR_ERR(channel);
	err = portcls_dma_allocate_buffer(channel, FAKE_CYCLE, NULL);
	if (err) {
		portcls_dma_put(channel);
		return err;
	}
	f->channel = channel;
	return 0;
}

static void fake_put_channel(struct fake_cyclic *f)
{
	if (!f->channel)
		return;
	/* A channel with six methods has none to free its buffer. */
	f->channel->ops = &portcls_dma_master_ops;
	portcls_dma_put(f->channel);
}

/* The channels go before the device that they are of. */
static void fake_free_dev(struct fake_cyclic *f)
{
	unsigned int i;

	fake_put_channel(f);
	for (i = 0; i < f->others; i++)
		fake_put_channel(f->other[i]);
	fake_dev_free(f->pdev);
}

static void fake_free_one(struct fake_cyclic *f)
{
	if (!f)
		return;
	if (f->group)
		portcls_service_group_put(f->group);
	kfree(f->file);
	kfree(f);
}

static struct fake_cyclic *fake_new_one(const struct fake_cyclic *kind)
{
	struct fake_cyclic *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return NULL;
	f->own = kind->own;
	f->restarts = kind->restarts;
	f->capture = kind->capture;
	f->drain = kind->drain;
	f->formats = kind->formats;
	f->others = kind->others;
	f->holds = kind->holds;
	f->first = f;
	f->file = kzalloc(sizeof(*f->file), GFP_KERNEL);
	f->group = portcls_service_group_new();
	if (!f->file || !f->group) {
		fake_free_one(f);
		return NULL;
	}
	f->file->f_flags = O_RDWR | O_NONBLOCK;
	return f;
}

static void fake_free_all(struct fake_cyclic *f)
{
	unsigned int i;

	for (i = 0; i < f->others; i++)
		fake_free_one(f->other[i]);
	fake_free_one(f);
}

/**
 * fake_cyclic_new() - make the card
 * @kind: own, restarts, capture, drain, formats, others and holds; the rest is ignored.
 *	The last of the others records where this one plays.
 *
 * Return: the card, or an ERR_PTR.
 */
struct fake_cyclic *fake_cyclic_new(const struct fake_cyclic *kind)
{
	struct fake_cyclic *f = fake_new_one(kind);
	unsigned int i;
	int err = -ENOMEM;

	if (!f)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < f->others; i++) {
		f->other[i] = fake_new_one(kind);
		if (!f->other[i])
			goto err_free;
		f->other[i]->device = i + 1;
		f->other[i]->first = f;
	}
	if (f->others)
		f->other[f->others - 1]->capture = !f->capture;
	fake_current = f;
	err = platform_driver_register(&fake_driver);
	if (err)
		goto err_free;
	f->pdev = fake_dev_new(fake_driver.driver.name);
	if (IS_ERR(f->pdev)) {
		err = PTR_ERR(f->pdev);
		goto err_driver;
	}
	err = f->port ? fake_new_channel(f) : -ENODEV;
	for (i = 0; !err && i < f->others; i++)
		err = fake_new_channel(f->other[i]);
	if (!err)
		return f;
	fake_free_dev(f);
err_driver:
	platform_driver_unregister(&fake_driver);
err_free:
	fake_free_all(f);
	return ERR_PTR(err);
}

void fake_cyclic_free(struct fake_cyclic *f)
{
	unsigned int i;

	if (IS_ERR_OR_NULL(f))
		return;
	for (i = 0; i < f->others; i++)
		fake_cyclic_close(f->other[i]);
	fake_cyclic_close(f);
	fake_free_dev(f);
	platform_driver_unregister(&fake_driver);
	fake_free_all(f);
}

u8 *fake_cyclic_cycle(struct fake_cyclic *f)
{
	return f->channel->dmab.area;
}

/* The device plays @bytes and interrupts. */
void fake_cyclic_move(struct fake_cyclic *f, u32 bytes)
{
	if (f->state == PORTCLS_RUN)
		f->at = (f->at + bytes) % f->channel->size;
	portcls_wavecyclic_notify(f->group);
}

int fake_cyclic_open(struct fake_cyclic *f)
{
	struct snd_pcm *pcm = NULL;
	struct snd_device *dev;
	int err;

	f->channel->ops = f->own ? &fake_channel_ops : &portcls_dma_master_ops;
	list_for_each_entry(dev, &f->card->card->devices, list) {
		if (dev->type != SNDRV_DEV_PCM)
			continue;
		pcm = dev->device_data;
		if (pcm->device == f->device)
			break;
	}
	if (!pcm || pcm->device != f->device)
		return -ENODEV;
	mutex_lock(&pcm->open_mutex);
	err = snd_pcm_open_substream(pcm, f->capture, f->file, &f->ss);
	mutex_unlock(&pcm->open_mutex);
	if (err < 0)
		f->ss = NULL;
	return err;
}

void fake_cyclic_close(struct fake_cyclic *f)
{
	struct snd_pcm_substream *ss = f->ss;

	if (!ss)
		return;
	mutex_lock(&ss->pcm->open_mutex);
	snd_pcm_release_substream(ss);
	mutex_unlock(&ss->pcm->open_mutex);
	f->ss = NULL;
}

static void fake_set(struct snd_pcm_hw_params *params, int var, unsigned int value)
{
	struct snd_interval *i = hw_param_interval(params, var);

	i->min = value;
	i->max = value;
	i->integer = 1;
}

int fake_cyclic_params(struct fake_cyclic *f, snd_pcm_format_t format, u32 period,
		       u32 ring)
{
	struct snd_pcm_hw_params *params = kzalloc(sizeof(*params), GFP_KERNEL);
	int err;

	if (!params)
		return -ENOMEM;
	_snd_pcm_hw_params_any(params);
	snd_mask_none(hw_param_mask(params, SNDRV_PCM_HW_PARAM_ACCESS));
	snd_mask_set(hw_param_mask(params, SNDRV_PCM_HW_PARAM_ACCESS),
		     (__force unsigned int)SNDRV_PCM_ACCESS_RW_INTERLEAVED);
	snd_mask_none(hw_param_mask(params, SNDRV_PCM_HW_PARAM_FORMAT));
	snd_mask_set(hw_param_mask(params, SNDRV_PCM_HW_PARAM_FORMAT),
		     (__force unsigned int)format);
	fake_set(params, SNDRV_PCM_HW_PARAM_CHANNELS, 2);
	fake_set(params, SNDRV_PCM_HW_PARAM_RATE, 8000);
	fake_set(params, SNDRV_PCM_HW_PARAM_PERIOD_BYTES, period);
	fake_set(params, SNDRV_PCM_HW_PARAM_BUFFER_BYTES, ring);
	err = snd_pcm_kernel_ioctl(f->ss, SNDRV_PCM_IOCTL_HW_PARAMS, params);
	kfree(params);
	if (err >= 0)
		f->ss->runtime->start_threshold = f->ss->runtime->boundary;
	return err;
}

int fake_cyclic_do(struct fake_cyclic *f, unsigned int cmd)
{
	return snd_pcm_kernel_ioctl(f->ss, cmd, NULL);
}

/* Pause and the like, as the core does it. */
int fake_cyclic_trigger(struct fake_cyclic *f, int cmd)
{
	struct snd_pcm_substream *ss = f->ss;
	snd_pcm_state_t state = SNDRV_PCM_STATE_RUNNING;
	int err;

	snd_pcm_stream_lock_irq(ss);
	if (cmd == SNDRV_PCM_TRIGGER_DRAIN)
		__snd_pcm_set_state(ss->runtime, SNDRV_PCM_STATE_DRAINING);
	err = ss->ops->trigger(ss, cmd);
	if (cmd == SNDRV_PCM_TRIGGER_SUSPEND) {
		ss->runtime->suspended_state = ss->runtime->state;
		state = SNDRV_PCM_STATE_SUSPENDED;
	} else if (cmd == SNDRV_PCM_TRIGGER_RESUME) {
		state = ss->runtime->suspended_state;
	} else if (cmd == SNDRV_PCM_TRIGGER_PAUSE_PUSH) {
		state = SNDRV_PCM_STATE_PAUSED;
	}
	if (!err && cmd != SNDRV_PCM_TRIGGER_DRAIN)
		__snd_pcm_set_state(ss->runtime, state);
	snd_pcm_stream_unlock_irq(ss);
	return err;
}

/* Return: bytes written, or a negative errno. */
long fake_cyclic_write(struct fake_cyclic *f, u32 bytes)
{
	u8 *data = kmalloc(bytes, GFP_KERNEL);
	long n;
	u32 i;

	if (!data)
		return -ENOMEM;
	for (i = 0; i < bytes; i++)
		data[i] = fake_cyclic_byte(f->written + i);
	n = snd_pcm_kernel_write(f->ss, data, bytes_to_frames(f->ss->runtime, bytes));
	kfree(data);
	if (n > 0) {
		n = frames_to_bytes(f->ss->runtime, n);
		f->written += n;
	}
	return n;
}

/* Return: bytes read, or a negative errno. */
long fake_cyclic_read(struct fake_cyclic *f, u8 *data, u32 bytes)
{
	long n = snd_pcm_kernel_read(f->ss, data, bytes_to_frames(f->ss->runtime, bytes));

	return n > 0 ? frames_to_bytes(f->ss->runtime, n) : n;
}

/* Forward, rewind and SYNC_PTR come down to this. */
int fake_cyclic_set_appl(struct fake_cyclic *f, snd_pcm_uframes_t to)
{
	struct snd_pcm_substream *ss = f->ss;
	snd_pcm_uframes_t old;
	int err;

	snd_pcm_stream_lock_irq(ss);
	old = ss->runtime->control->appl_ptr;
	ss->runtime->control->appl_ptr = to;
	err = ss->ops->ack(ss);
	if (err < 0)
		ss->runtime->control->appl_ptr = old;
	snd_pcm_stream_unlock_irq(ss);
	return err;
}

u32 fake_cyclic_pointer(struct fake_cyclic *f)
{
	u32 pointer;

	snd_pcm_stream_lock_irq(f->ss);
	pointer = f->ss->ops->pointer(f->ss);
	snd_pcm_stream_unlock_irq(f->ss);
	return pointer;
}

/* A stream with the usual ring, prepared. */
int fake_cyclic_prepared(struct fake_cyclic *f)
{
	int err = fake_cyclic_open(f);

	if (!err)
		err = fake_cyclic_params(f, SNDRV_PCM_FORMAT_S16_LE, FAKE_PERIOD,
					 FAKE_RING);
	if (err >= 0)
		err = fake_cyclic_do(f, SNDRV_PCM_IOCTL_PREPARE);
	return err;
}
