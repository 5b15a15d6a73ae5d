// SPDX-License-Identifier: GPL-2.0
/* ioctlfuzz: requests to control and timer nodes */

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <sound/asound.h>

#include "ioctlfuzz.h"

/* Elements are never locked for good, and what is written to them is restored after. */
void odd_control(struct node *node)
{
	struct snd_ctl_elem_value value;
	struct snd_ctl_elem_info info;
	struct snd_ctl_tlv *tlv;
	u8 memory[4096];
	int number_of = number();

	garbage(memory, sizeof(memory));
	memset(&value, 0, sizeof(value));
	value.id.numid = below(5) ? below(70) : (unsigned int)number();
	switch (below(10)) {
	case 0:
	case 1:
		request(node, "elem_read", SNDRV_CTL_IOCTL_ELEM_READ, &value);
		break;
	case 2:
	case 3:
		garbage(&value.value, sizeof(value.value));
		request(node, "elem_write", SNDRV_CTL_IOCTL_ELEM_WRITE, &value);
		break;
	case 4:
		garbage(&info, sizeof(info));
		info.id.numid = below(70);
		request(node, "elem_info", SNDRV_CTL_IOCTL_ELEM_INFO, &info);
		break;
	case 5:
		tlv = (void *)memory;
		tlv->numid = below(70);
		tlv->length = below(2) ? below(4000) : (unsigned int)number();
		if (tlv->length > sizeof(memory) - sizeof(*tlv))
			tlv->length = sizeof(memory) - sizeof(*tlv);
		request(node, "tlv", below(2) ? SNDRV_CTL_IOCTL_TLV_READ :
			SNDRV_CTL_IOCTL_TLV_WRITE, memory);
		break;
	case 6:
		request(node, "pcm_info", SNDRV_CTL_IOCTL_PCM_INFO, memory);
		break;
	case 7:
		request(node, "pcm_next_device", SNDRV_CTL_IOCTL_PCM_NEXT_DEVICE, &number_of);
		break;
	case 8:
		number_of = below(2);
		request(node, "subscribe", SNDRV_CTL_IOCTL_SUBSCRIBE_EVENTS, &number_of);
		current = "events";
		count(read(node->fd, memory, below(sizeof(memory))));
		break;
	default:
		request(node, "no memory", _IOWR('U', below(0x40), u8[64]), (void *)number());
		break;
	}
}

/* A timer that exists as a rule: a PCM substream's or the system's. */
void odd_timer(struct node *node)
{
	struct snd_timer_select select;
	struct snd_timer_params params;
	u8 memory[4096];
	int value = below(3);

	garbage(memory, sizeof(memory));
	switch (below(14)) {
	case 0:
	case 1:
		memset(&select, 0, sizeof(select));
		select.id.dev_class = below(4) ? SNDRV_TIMER_CLASS_PCM : SNDRV_TIMER_CLASS_GLOBAL;
		select.id.card = select.id.dev_class == SNDRV_TIMER_CLASS_PCM ?
				 (int)below(3) : -1;
		select.id.device = below(3);
		select.id.subdevice = below(2);
		if (!below(6))
			garbage(&select, sizeof(select));
		request(node, "timer select", SNDRV_TIMER_IOCTL_SELECT, &select);
		break;
	case 2:
	case 3:
		memset(&params, 0, sizeof(params));
		params.flags = below(2) ? SNDRV_TIMER_PSFLG_AUTO : below(16);
		params.ticks = 1 + below(20);
		params.queue_size = 32 + below(900);
		if (!below(4))
			garbage(&params, sizeof(params));
		request(node, "timer params", SNDRV_TIMER_IOCTL_PARAMS, &params);
		break;
	case 4:
	case 5:
		request(node, "timer start", SNDRV_TIMER_IOCTL_START, NULL);
		break;
	case 6:
		request(node, "timer stop", SNDRV_TIMER_IOCTL_STOP, NULL);
		break;
	case 7:
		request(node, "timer continue", SNDRV_TIMER_IOCTL_CONTINUE, NULL);
		break;
	case 8:
		request(node, "timer pause", SNDRV_TIMER_IOCTL_PAUSE, NULL);
		break;
	case 9:
		request(node, "timer status", SNDRV_TIMER_IOCTL_STATUS, memory);
		break;
	case 10:
		request(node, "timer info", SNDRV_TIMER_IOCTL_INFO, memory);
		break;
	case 11:
		request(node, "timer tread", SNDRV_TIMER_IOCTL_TREAD64, &value);
		break;
	case 12:
		current = "timer read";
		count(read(node->fd, memory, below(sizeof(memory))));
		break;
	default:
		request(node, "timer no memory", _IOWR('T', below(0x20), u8[64]), (void *)number());
		break;
	}
}
