// SPDX-License-Identifier: GPL-2.0
/*
 * ctl-info NODE: what the mixer's controls say of their values
 *
 * The core gives a driver the caller's own structure to fill in: what the driver leaves
 * out is what the caller had there, which alsa-lib happens to clear. Here it is all ones.
 * Each number must have a range from 0 on, without a step, and each switch be 0 or 1.
 * (The kernel's own methods leave the step out: that of a switch, where it means nothing,
 * and that of a channel map, which is no mixer's control.)
 * Prints what does not; the status is 0 if there are numbers, and nothing was printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <sound/asound.h>

#include "ktypes.h"

static bool good(const struct snd_ctl_elem_info *info)
{
	if (info->id.iface != SNDRV_CTL_ELEM_IFACE_MIXER)
		return true;
	switch (info->type) {
	case SNDRV_CTL_ELEM_TYPE_INTEGER:
		return info->value.integer.min == 0 && info->value.integer.max > 0 &&
		       info->value.integer.step == 0;
	case SNDRV_CTL_ELEM_TYPE_BOOLEAN:
		return info->value.integer.min == 0 && info->value.integer.max == 1;
	default:
		return true;
	}
}

int main(int argc, char **argv)
{
	struct snd_ctl_elem_list list = {};
	struct snd_ctl_elem_id *ids = NULL;
	unsigned int i, numbers = 0, failures = 0;
	int node;

	if (argc != 2) {
		fputs("usage: ctl-info /dev/snd/controlC0\n", stderr);
		return 2;
	}
	node = open(argv[1], O_RDONLY);
	if (node < 0 || ioctl(node, SNDRV_CTL_IOCTL_ELEM_LIST, &list) < 0) {
		perror(argv[1]);
		return 2;
	}
	ids = calloc(list.count, sizeof(*ids));
	list.space = list.count;
	list.pids = ids;
	if (!ids || ioctl(node, SNDRV_CTL_IOCTL_ELEM_LIST, &list) < 0) {
		perror("list");
		return 2;
	}
	for (i = 0; i < list.used; i++) {
		struct snd_ctl_elem_info info;

		memset(&info, 0xff, sizeof(info));
		info.id = ids[i];
		if (ioctl(node, SNDRV_CTL_IOCTL_ELEM_INFO, &info) < 0) {
			printf("%s: %s\n", ids[i].name, strerror(errno));
			failures++;
			continue;
		}
		numbers += info.type == SNDRV_CTL_ELEM_TYPE_INTEGER;
		if (good(&info))
			continue;
		printf("%s: from %ld to %ld by %ld\n", info.id.name, info.value.integer.min,
		       info.value.integer.max, info.value.integer.step);
		failures++;
	}
	printf("%u controls, %u numbers, %u bad\n", list.used, numbers, failures);
	free(ids);
	close(node);
	return failures || !numbers;
}
