// SPDX-License-Identifier: GPL-2.0
/*
 * What the PCM core offers to user space only, and does not depend on the card
 */
#include <linux/slab.h>

#include "fake_pcm.h"

static void fake_pcm_join(struct snd_pcm_substream *ss, struct snd_pcm_group *group)
{
	snd_pcm_stream_lock_irq(ss);
	list_move(&ss->link_list, &group->substreams);
	ss->group = group;
	snd_pcm_stream_unlock_irq(ss);
}

/* The ioctl LINK: @other is in no group. */
int fake_pcm_link(struct snd_pcm_substream *one, struct snd_pcm_substream *other)
{
	struct snd_pcm_group *group;

	if (snd_pcm_stream_linked(one)) {
		refcount_inc(&one->group->refs);
		fake_pcm_join(other, one->group);
		return 0;
	}
	group = kzalloc(sizeof(*group), GFP_KERNEL);
	if (!group)
		return -ENOMEM;
	spin_lock_init(&group->lock);
	mutex_init(&group->mutex);
	INIT_LIST_HEAD(&group->substreams);
	refcount_set(&group->refs, 2);
	fake_pcm_join(one, group);
	fake_pcm_join(other, group);
	return 0;
}

/* The ioctl UNLINK: the core does it for who closes a file, and not for the kernel. */
void fake_pcm_unlink(struct snd_pcm_substream *ss)
{
	struct snd_pcm_group *group = ss->group;

	fake_pcm_join(ss, &ss->self_group);
	if (refcount_dec_and_test(&group->refs))
		kfree(group);
}

/* The ioctl RESET. */
int fake_pcm_reset(struct snd_pcm_substream *ss)
{
	int err = ss->ops->ioctl(ss, SNDRV_PCM_IOCTL1_RESET, NULL);

	snd_pcm_stream_lock_irq(ss);
	ss->runtime->hw_ptr_base = 0;
	ss->runtime->control->appl_ptr = ss->runtime->status->hw_ptr;
	snd_pcm_stream_unlock_irq(ss);
	return err;
}
