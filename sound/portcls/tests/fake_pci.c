// SPDX-License-Identifier: GPL-2.0
/*
 * A WavePci card without a device or a clock: the miniport and its device
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <sound/portcls/adapter.h>
#include <sound/portcls/service.h>

#include "fake_dev.h"
#include "fake_pci.h"

/* The one card; probe finds its data here. */
static struct fake_pci *fake_pci_current;

static struct fake_pci_stream *to_fake(struct portcls_wavepci_stream *stream)
{
	return container_of(stream, struct fake_pci_stream, stream);
}

/*
 * N X new and released stream, 0..3 steps to that state, R revocation, d u the
 * miniport is told to sleep and that it is awake, D U the card's power
 */
static void fake_pci_note(struct fake_pci *f, char event)
{
	if (f->logged < FAKE_PCI_LOG)
		f->log[f->logged++] = event;
}

void fake_pci_clear_log(struct fake_pci *f)
{
	memset(f->log, 0, sizeof(f->log));
	f->logged = 0;
}

static void fake_pci_wrong(struct fake_pci *f, const char *what)
{
	f->wrong++;
	pr_err("snd-portcls-test: the port did what it may not: %s\n", what);
}

/* Upcalls are made without the device's lock. */
static void fake_pci_fill(struct fake_pci_stream *s)
{
	struct fake_pci *f = s->pci;
	unsigned int depth = f->config.depth ?: FAKE_PCI_RING;
	struct portcls_mapping map;
	unsigned long flags;
	int err;

	while (!s->idle && s->head - s->tail < depth) {
		memset(&map, 0xa5, sizeof(map));
		err = portcls_wavepci_get_mapping(&s->stream, s->tag, &map);
		if (err) {
			if (memchr_inv(&map, 0xa5, sizeof(map)))
				fake_pci_wrong(f, "a refusal wrote its output");
			f->refusals += err == -EAGAIN;
			return;
		}
		f->gets++;
		spin_lock_irqsave(&f->lock, flags);
		s->ring[s->head % FAKE_PCI_RING] =
			(struct fake_pci_desc){ .map = map, .tag = s->tag };
		s->head++;
		spin_unlock_irqrestore(&f->lock, flags);
		s->tag++;
	}
}

static void fake_pci_give_back(struct fake_pci_stream *s)
{
	struct fake_pci *f = s->pci;
	unsigned int now;
	unsigned long flags;

	spin_lock_irqsave(&f->lock, flags);
	now = s->now;
	spin_unlock_irqrestore(&f->lock, flags);
	for (; s->tail != now; s->tail++)
		if (portcls_wavepci_release_mapping(&s->stream,
						    s->ring[s->tail % FAKE_PCI_RING].tag))
			fake_pci_wrong(f, "it did not take a finished mapping back");
}

static void fake_pci_release(struct portcls_wavepci_stream *stream)
{
	struct fake_pci_stream *s = to_fake(stream);

	if (s->state != PORTCLS_STOP || s->head != s->tail)
		fake_pci_wrong(s->pci, "a stream was released in use");
	fake_pci_note(s->pci, 'X');
	s->pci->streams--;
	s->pci->stream[s->capture] = NULL;
	kfree(s);
}

/* A stop waits for what another CPU has begun to move. */
static void fake_pci_run(struct fake_pci_stream *s, bool running)
{
	unsigned long flags;

	spin_lock_irqsave(&s->pci->lock, flags);
	s->running = running;
	spin_unlock_irqrestore(&s->pci->lock, flags);
}

static int fake_pci_set_state(struct portcls_wavepci_stream *stream,
			      enum portcls_state state)
{
	struct fake_pci_stream *s = to_fake(stream);
	struct fake_pci *f = s->pci;
	bool up = state > s->state;

	fake_pci_note(f, '0' + state);
	if (state != s->state + (up ? 1 : -1))
		fake_pci_wrong(f, "a step was left out");
	if (up && f->fail_up[state]) {
		int err = f->fail_up[state];

		f->fail_up[state] = 0;
		return err;
	}
	/* Hardware stops on the way from RUN to PAUSE and nowhere else. */
	if (state == PORTCLS_RUN) {
		fake_pci_give_back(s);
		fake_pci_fill(s);
		fake_pci_run(s, true);
	} else if (s->state == PORTCLS_RUN) {
		fake_pci_run(s, false);
	}
	s->state = state;
	if (state == PORTCLS_STOP)
		s->position = 0;
	return up ? 0 : f->fail_down;
}

static u64 fake_pci_get_position(struct portcls_wavepci_stream *stream)
{
	struct fake_pci_stream *s = to_fake(stream);
	u64 position = READ_ONCE(s->position);
	u32 short_of = s->jitter && s->pci->positions % 3 ?
		       min_t(u64, s->jitter, position) : 0;

	s->pci->positions++;
	return position - short_of;
}

static void fake_pci_mapping_available(struct portcls_wavepci_stream *stream)
{
	struct fake_pci_stream *s = to_fake(stream);

	s->pci->available++;
	fake_pci_give_back(s);
	fake_pci_fill(s);
}

static void fake_pci_service(struct portcls_wavepci_stream *stream)
{
	struct fake_pci_stream *s = to_fake(stream);
	struct fake_pci *f = s->pci;
	u64 now = ktime_get_ns();

	if (s->state != PORTCLS_RUN)
		f->services_outside++;
	if (f->services++)
		f->service_gap = min(f->service_gap, now - f->service_time);
	f->service_time = now;
	fake_pci_give_back(s);
	fake_pci_fill(s);
	if (s->terminate)
		portcls_wavepci_terminate_packet(stream);
	s->terminate = false;
}

static int fake_pci_revoke(struct portcls_wavepci_stream *stream,
			   unsigned long first, unsigned long last,
			   unsigned int *count)
{
	struct fake_pci_stream *s = to_fake(stream);
	struct fake_pci *f = s->pci;
	unsigned long flags;

	fake_pci_note(f, 'R');
	if (s->running || s->state != PORTCLS_PAUSE)
		fake_pci_wrong(f, "revocation in another state than PAUSE");
	spin_lock_irqsave(&f->lock, flags);
	if (s->head == s->tail ||
	    s->ring[s->tail % FAKE_PCI_RING].tag != first ||
	    s->ring[(s->head - 1) % FAKE_PCI_RING].tag != last)
		fake_pci_wrong(f, "revocation of other mappings than the open ones");
	*count = f->fail_revoke ? 0 : s->head - s->tail;
	f->revoked += s->head - s->tail;
	s->head = s->tail;
	s->now = s->tail;
	s->offset = 0;
	spin_unlock_irqrestore(&f->lock, flags);
	return f->fail_revoke ? -EIO : 0;
}

static const struct portcls_wavepci_stream_ops fake_pci_stream_ops = {
	.release = fake_pci_release,
	.set_state = fake_pci_set_state,
	.get_position = fake_pci_get_position,
	.mapping_available = fake_pci_mapping_available,
	.service = fake_pci_service,
	.revoke_mappings = fake_pci_revoke,
};

static struct portcls_wavepci_stream *
fake_pci_new_stream(void *miniport, const struct portcls_stream_config *config)
{
	struct fake_pci *f = miniport;
	struct fake_pci_stream *s;
	int err = f->fail_new;

	f->fail_new = 0;
	if (err)
		return ERR_PTR(err);
	if (f->stream[config->capture])
		fake_pci_wrong(f, "a second stream on one pin");
	s = kzalloc(sizeof(*s), GFP_KERNEL);
	if (!s)
		return ERR_PTR(-ENOMEM);
	s->stream.ops = &fake_pci_stream_ops;
	if (!f->config.no_group) {
		portcls_service_group_get(f->group);
		s->stream.group = f->group;
	}
	s->pci = f;
	s->capture = config->capture;
	s->tag = 0x1000;
	if (f->config.early)
		portcls_wavepci_set_prefetch_offset(&s->stream, f->config.early);
	f->stream[config->capture] = s;
	f->streams++;
	fake_pci_note(f, 'N');
	return &s->stream;
}

static int fake_pci_pin_open(void *miniport, bool capture)
{
	struct fake_pci *f = miniport;
	int err = f->fail_open;

	f->fail_open = 0;
	f->opens += !err;
	return err;
}

static void fake_pci_pin_close(void *miniport, bool capture)
{
	struct fake_pci *f = miniport;

	f->opens--;
}

static void fake_pci_power_notify(void *miniport, bool awake)
{
	fake_pci_note(miniport, awake ? 'u' : 'd');
}

static const struct portcls_wavepci_ops fake_pci_ops = {
	.new_stream = fake_pci_new_stream,
	.open = fake_pci_pin_open,
	.close = fake_pci_pin_close,
	.power_change_notify = fake_pci_power_notify,
};

static const struct portcls_data_range fake_pci_range = {
	.formats = SNDRV_PCM_FMTBIT_U8 | SNDRV_PCM_FMTBIT_S16_LE,
	.rates = SNDRV_PCM_RATE_8000,
	.rate_min = 8000,
	.rate_max = 8000,
	.channels = BIT(2),
};

static void fake_pci_put_adapter(void *adapter)
{
	portcls_adapter_put(adapter);
}

static int fake_pci_registers(struct snd_device *device)
{
	portcls_card_surprise_removal(device->device_data);
	return 0;
}

static int fake_pci_leave(struct portcls_card *card, const struct fake_pci_config *config)
{
	static const struct snd_device_ops ops = { .dev_register = fake_pci_registers };

	if (config->gone_in_probe)
		portcls_card_surprise_removal(card);
	if (config->gone_in_register)
		return snd_device_new(card->card, SNDRV_DEV_LOWLEVEL, card, &ops);
	return 0;
}

static int fake_pci_card_probe(struct portcls_card *card, const void *data)
{
	struct fake_pci *f = fake_pci_current;
	const struct portcls_adapter_desc reach = {
		.master = true,
		.scatter_gather = true,
		.addr_bits = 64,
		.max_length = SZ_1M,
		.max_segment = f->config.max_segment ?: SZ_1M,
	};
	const struct portcls_pin_desc pin = {
		.ranges = f->config.no_pins ? NULL : &fake_pci_range,
		.num_ranges = 1,
		.info = SNDRV_PCM_INFO_PAUSE | SNDRV_PCM_INFO_RESUME,
		.buffer_bytes_max = SZ_512K,
		.period_bytes_min = 64,
		.period_bytes_max = SZ_256K,
		.periods_max = 1024,
		.max_mappings = f->config.mappings ?: FAKE_PCI_RING,
		.min_start_mappings = f->config.min_start,
		.prefetch_frames = f->config.prefetch,
		.drain_frames = f->config.drain,
	};
	const struct portcls_wavepci_desc desc = {
		.id = "Fake",
		.name = "Fake",
		.ops = &fake_pci_ops,
		.pins = { pin, pin },
		.adapter = portcls_adapter_get(card->dev, &reach),
	};
	int err;

	if (IS_ERR(desc.adapter))
		return PTR_ERR(desc.adapter);
	err = devm_add_action_or_reset(card->dev, fake_pci_put_adapter, desc.adapter);
	if (err)
		return err;
	f->card = card;
	f->adapter = desc.adapter;
	err = portcls_wavepci_new(card, &desc, f, &f->port);
	return err ?: fake_pci_leave(card, &f->config);
}

static int fake_pci_power(struct portcls_card *card, enum portcls_power state)
{
	fake_pci_note(fake_pci_current, state == PORTCLS_D3 ? 'D' : 'U');
	return 0;
}

static const struct portcls_card_ops fake_pci_card_ops = {
	.probe = fake_pci_card_probe,
	.power_change_state = fake_pci_power,
};

static int fake_pci_probe(struct platform_device *pdev)
{
	const struct portcls_card_desc desc = {
		.driver = "PortclsFake",
		.shortname = "Card of the tests",
		.index = -1,
		.ops = &fake_pci_card_ops,
		.module = THIS_MODULE,
	};

	fake_pci_current->probed = portcls_card_probe(&pdev->dev, &desc, NULL);
	return fake_pci_current->probed;
}

static void fake_pci_remove(struct platform_device *pdev)
{
	portcls_card_remove(&pdev->dev);
}

static struct platform_driver fake_pci_driver = {
	.probe = fake_pci_probe,
	.remove = fake_pci_remove,
	.driver = {
		.name = "portcls-fake-pci",
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
		.pm = pm_ptr(&portcls_card_pm_ops),
	},
};

/**
 * fake_pci_new() - make the card
 * @config: what kind
 *
 * Return: the card, or an ERR_PTR; fake_pci_free() takes either.
 */
struct fake_pci *fake_pci_new(const struct fake_pci_config *config)
{
	struct fake_pci *f = kzalloc(sizeof(*f), GFP_KERNEL);
	int err = -ENOMEM;

	if (!f)
		return ERR_PTR(-ENOMEM);
	f->config = *config;
	f->service_gap = U64_MAX;
	f->probed = -ENXIO;
	spin_lock_init(&f->lock);
	f->heard = vmalloc(FAKE_PCI_HEARD);
	f->file = kzalloc(sizeof(*f->file), GFP_KERNEL);
	f->group = portcls_service_group_new();
	if (!f->heard || !f->file || !f->group)
		goto err_free;
	f->file->f_flags = O_RDWR | O_NONBLOCK;
	fake_pci_current = f;
	err = platform_driver_register(&fake_pci_driver);
	if (err)
		goto err_free;
	f->pdev = fake_dev_new(fake_pci_driver.driver.name);
	if (!IS_ERR(f->pdev) && !f->probed)
		return f;
	err = IS_ERR(f->pdev) ? PTR_ERR(f->pdev) : f->probed;
	if (!IS_ERR(f->pdev))
		fake_dev_free(f->pdev);
	platform_driver_unregister(&fake_pci_driver);
err_free:
	portcls_service_group_put(f->group);
	kfree(f->file);
	vfree(f->heard);
	kfree(f);
	return ERR_PTR(err);
}

void fake_pci_free(struct fake_pci *f)
{
	if (IS_ERR_OR_NULL(f))
		return;
	fake_pci_close(f, false);
	fake_pci_close(f, true);
	fake_dev_free(f->pdev);
	platform_driver_unregister(&fake_pci_driver);
	portcls_service_group_put(f->group);
	kfree(f->file);
	vfree(f->heard);
	kfree(f);
}

/**
 * fake_pci_move() - let the device move data
 * @f: the card
 * @capture: direction
 * @bytes: how much
 *
 * Recorded bytes are fake_pci_byte() of their position.
 *
 * Return: bytes moved: fewer where the engine is off or has no more mappings.
 */
u32 fake_pci_move(struct fake_pci *f, bool capture, u32 bytes)
{
	struct fake_pci_stream *s = f->stream[capture];
	struct device *dev = &f->pdev->dev;
	u32 done = 0, n, i;
	unsigned long flags;

	spin_lock_irqsave(&f->lock, flags);
	while (s && s->running && done < bytes && s->now != s->head) {
		const struct portcls_mapping *map =
			&s->ring[s->now % FAKE_PCI_RING].map;
		u8 *mem = fake_dev_virt(dev, map->addr + s->offset);

		n = min(bytes - done, map->bytes - s->offset);
		for (i = 0; i < n; i++) {
			u8 byte = fake_pci_byte(s->position + i);

			if (capture)
				mem[i] = byte;
			else
				f->heard_wrong += mem[i] != byte;
		}
		if (!capture && f->heard_bytes + n <= FAKE_PCI_HEARD) {
			memcpy(f->heard + f->heard_bytes, mem, n);
			f->heard_bytes += n;
		}
		done += n;
		WRITE_ONCE(s->position, s->position + n);
		s->offset += n;
		if (s->offset == map->bytes) {
			s->offset = 0;
			s->now++;
		}
	}
	spin_unlock_irqrestore(&f->lock, flags);
	return done;
}

/* The device's interrupt. */
void fake_pci_notify(struct fake_pci *f)
{
	portcls_wavepci_notify(f->config.no_group ? NULL : f->group);
}

unsigned int fake_pci_open_mappings(struct fake_pci *f, bool capture)
{
	struct fake_pci_stream *s = f->stream[capture];

	return s ? s->head - s->tail : 0;
}

bool fake_pci_heard(const struct fake_pci *f, u32 begin, u32 bytes, u64 from)
{
	u32 i;

	if (begin + bytes > f->heard_bytes)
		return false;
	for (i = 0; i < bytes; i++) {
		if (f->heard[begin + i] != fake_pci_byte(from + i)) {
			pr_info("snd-portcls-test: byte %u of %u is wrong\n", i, bytes);
			return false;
		}
	}
	return true;
}
