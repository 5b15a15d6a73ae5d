/* SPDX-License-Identifier: GPL-2.0 */
/* What the rooms of pcmtool share. */
#ifndef PORTCLS_TEST_PCMTOOL_H
#define PORTCLS_TEST_PCMTOOL_H

#include <stddef.h>

/* Exit statuses of every command. */
enum {
	EXIT_EXACT = 0,
	EXIT_DIFFERS = 1,	/* the audio is not what it should be */
	EXIT_USAGE = 2,
	EXIT_PCM = 3,		/* a PCM call failed in a way the options do not allow */
	EXIT_GONE = 4,		/* the device went away: ENODEV or disconnected */
	EXIT_PACE = 5,		/* the stream did not run in real time */
	EXIT_HANG = 6,		/* a call did not come back */
};

__attribute__((noreturn, format(printf, 1, 2)))
void die(const char *format, ...);
void *xalloc(size_t count, size_t size);
unsigned long number_of(const char *text, const char *what);

int cmd_gen(int argc, char **argv);
int cmd_verify(int argc, char **argv);
int cmd_verify_capture(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_play(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_duplex(int argc, char **argv);
int cmd_link(int argc, char **argv);
int cmd_open(int argc, char **argv);
int cmd_caps(int argc, char **argv);
int cmd_rate(int argc, char **argv);

#endif
