// SPDX-License-Identifier: GPL-2.0
/*
 * A WavePci card without a device or a clock: its client
 *
 * What the PCM core offers to the kernel is used as it is. What it offers to
 * user space only (pause, resume, moving the application's pointer) is done here
 * in the same steps: the operation under the stream lock, then the state.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <sound/pcm_params.h>

#include "fake_pci.h"

int fake_pci_open(struct fake_pci *f, bool capture)
{
	struct portcls_card *card = f->card;
	struct snd_pcm *pcm = NULL;
	struct snd_device *dev;
	int err;

	list_for_each_entry(dev, &card->card->devices, list)
		if (dev->type == SNDRV_DEV_PCM)
			pcm = dev->device_data;
	if (!pcm)
		return -ENODEV;
	mutex_lock(&pcm->open_mutex);
	err = snd_pcm_open_substream(pcm, capture, f->file, &f->ss[capture]);
	mutex_unlock(&pcm->open_mutex);
	if (err < 0)
		f->ss[capture] = NULL;
	/* An unused card may have been asleep until now. */
	fake_pci_clear_log(f);
	return err;
}

void fake_pci_close(struct fake_pci *f, bool capture)
{
	struct snd_pcm_substream *ss = f->ss[capture];

	if (!ss)
		return;
	mutex_lock(&ss->pcm->open_mutex);
	snd_pcm_release_substream(ss);
	mutex_unlock(&ss->pcm->open_mutex);
	f->ss[capture] = NULL;
}

static void fake_pci_set(struct snd_pcm_hw_params *params, int var, unsigned int value)
{
	struct snd_interval *i = hw_param_interval(params, var);

	i->min = value;
	i->max = value;
	i->integer = 1;
}

/* Two channels at 8 kHz; the client starts by itself and is never started. */
int fake_pci_hw_params(struct fake_pci *f, bool capture, snd_pcm_format_t format,
		       u32 period, u32 buffer)
{
	struct snd_pcm_substream *ss = f->ss[capture];
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
	fake_pci_set(params, SNDRV_PCM_HW_PARAM_CHANNELS, 2);
	fake_pci_set(params, SNDRV_PCM_HW_PARAM_RATE, 8000);
	fake_pci_set(params, SNDRV_PCM_HW_PARAM_PERIOD_BYTES, period);
	fake_pci_set(params, SNDRV_PCM_HW_PARAM_BUFFER_BYTES, buffer);
	err = snd_pcm_kernel_ioctl(ss, SNDRV_PCM_IOCTL_HW_PARAMS, params);
	kfree(params);
	if (err >= 0)
		ss->runtime->start_threshold = ss->runtime->boundary;
	return err;
}

int fake_pci_do(struct fake_pci *f, bool capture, unsigned int cmd)
{
	int err = snd_pcm_kernel_ioctl(f->ss[capture], cmd, NULL);

	if (cmd == SNDRV_PCM_IOCTL_PREPARE && err >= 0 && !capture)
		f->written = 0;
	return err;
}

/* Pause, resume and the like, as the core does it; STOP as it undoes a start. */
int fake_pci_trigger(struct fake_pci *f, bool capture, int cmd)
{
	struct snd_pcm_substream *ss = f->ss[capture];
	int err;

	snd_pcm_stream_lock_irq(ss);
	err = ss->ops->trigger(ss, cmd);
	if (!err && cmd == SNDRV_PCM_TRIGGER_PAUSE_PUSH)
		__snd_pcm_set_state(ss->runtime, SNDRV_PCM_STATE_PAUSED);
	else if (!err && cmd == SNDRV_PCM_TRIGGER_STOP)
		__snd_pcm_set_state(ss->runtime, SNDRV_PCM_STATE_PREPARED);
	else if (!err)
		__snd_pcm_set_state(ss->runtime, SNDRV_PCM_STATE_RUNNING);
	snd_pcm_stream_unlock_irq(ss);
	return err;
}

/* Return: bytes written, as many as there is room for, or a negative errno. */
long fake_pci_write(struct fake_pci *f, u32 bytes)
{
	struct snd_pcm_substream *ss = f->ss[0];
	u8 *data = kmalloc(bytes, GFP_KERNEL);
	long n;
	u32 i;

	if (!data)
		return -ENOMEM;
	for (i = 0; i < bytes; i++)
		data[i] = fake_pci_byte(f->written + i);
	n = snd_pcm_kernel_write(ss, data, bytes_to_frames(ss->runtime, bytes));
	kfree(data);
	if (n > 0) {
		n = frames_to_bytes(ss->runtime, n);
		f->written += n;
	}
	return n;
}

/* Forward, rewind and SYNC_PTR come down to this. */
int fake_pci_set_appl(struct fake_pci *f, bool capture, snd_pcm_uframes_t to)
{
	struct snd_pcm_substream *ss = f->ss[capture];
	struct snd_pcm_runtime *runtime = ss->runtime;
	snd_pcm_uframes_t old;
	int err;

	snd_pcm_stream_lock_irq(ss);
	old = runtime->control->appl_ptr;
	runtime->control->appl_ptr = to;
	err = ss->ops->ack(ss);
	if (err < 0)
		runtime->control->appl_ptr = old;
	snd_pcm_stream_unlock_irq(ss);
	return err;
}

/* What .pointer says, in frames. */
u32 fake_pci_pointer(struct fake_pci *f, bool capture)
{
	struct snd_pcm_substream *ss = f->ss[capture];
	u32 pointer;

	snd_pcm_stream_lock_irq(ss);
	pointer = ss->ops->pointer(ss);
	snd_pcm_stream_unlock_irq(ss);
	return pointer;
}

/* A playback stream with the usual ring, prepared. */
int fake_pci_playback(struct fake_pci *f)
{
	int err = fake_pci_open(f, false);

	if (!err)
		err = fake_pci_hw_params(f, false, SNDRV_PCM_FORMAT_S16_LE,
					 FAKE_PCI_PERIOD, FAKE_PCI_BUFFER);
	if (err >= 0)
		err = fake_pci_do(f, false, SNDRV_PCM_IOCTL_PREPARE);
	return err;
}
