// SPDX-License-Identifier: GPL-2.0
/* pcmtool: a PCM client whose audio is known to the frame, and its judge. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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
	{ "open", cmd_open, "open, hold, close; say what errno" },
	{ "caps", cmd_caps, "print what the device offers" },
	{ "verify", cmd_verify, "judge a capture by what was to be heard" },
	{ "verify-capture", cmd_verify_capture, "judge a recording by what was fed" },
	{ "compare", cmd_compare, "judge a capture of arbitrary audio" },
};

void die(const char *format, ...)
{
	va_list args;

	fputs("pcmtool: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_USAGE);
}

/* Zeroed memory, or the end of the program. */
void *xalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		die("out of memory");
	return memory;
}

unsigned long number_of(const char *text, const char *what)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (errno || end == text || *end || *text == '-')
		die("%s: not a number: %s", what, text);
	return value;
}

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
