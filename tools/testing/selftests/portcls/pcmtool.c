// SPDX-License-Identifier: GPL-2.0
/* pcmtool: a PCM client whose audio is known to the frame, and its judge. */

#include <stdio.h>
#include <string.h>

#include "pcmtool.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "gen", cmd_gen, "write test audio to a file" },
	{ "play", cmd_play, "play test audio" },
	{ "record", cmd_record, "record to a raw file" },
	{ "duplex", cmd_duplex, "play and record at once" },
	{ "link", cmd_link, "start, pause and stop linked streams" },
	{ "open", cmd_open, "open, hold, close; say what errno" },
	{ "caps", cmd_caps, "print what the device offers" },
	{ "rate", cmd_rate, "measure a device's rate" },
	{ "verify", cmd_verify, "judge a capture by what was to be heard" },
	{ "verify-capture", cmd_verify_capture, "judge a recording by what was fed" },
	{ "compare", cmd_compare, "judge a capture of arbitrary audio" },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);

	fputs("usage: pcmtool COMMAND ...\n", stderr);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(stderr, "  %-16s%s\n", commands[i].name, commands[i].help);
	return EXIT_USAGE;
}
