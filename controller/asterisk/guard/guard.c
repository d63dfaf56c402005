#define _GNU_SOURCE
#include "guard.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef GUARD_BUILD
#define GUARD_BUILD "unknown"
#endif

/* Seconds between two lines of one kind. */
enum { QUIET = 60 };

void guard_say(const char *format, ...)
{
	char line[256] = "ringdesk-guard: ";
	size_t used = strlen(line);
	va_list args;
	va_start(args, format);
	int n = vsnprintf(line + used, sizeof line - used - 1, format, args);
	va_end(args);
	if (n < 0)
		return;
	used = strlen(line);
	line[used++] = '\n';
	/* One write per line, so that lines of several threads do not mix. */
	ssize_t written = write(STDERR_FILENO, line, used);
	(void)written; /* there is nobody else to tell */
}

void guard_count(struct guard_counter *counter)
{
	int saved = errno;
	unsigned long count = atomic_fetch_add_explicit(&counter->count, 1, memory_order_relaxed) + 1;
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	long quiet = atomic_load_explicit(&counter->quiet, memory_order_relaxed);
	if (now.tv_sec >= quiet && atomic_compare_exchange_strong(&counter->quiet, &quiet, (long)now.tv_sec + QUIET)) {
		unsigned long told = atomic_exchange(&counter->told, count);
		guard_say("%lu %s", count - told, counter->what);
	}
	errno = saved;
}

void *guard_real(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);
	if (!found)
		guard_say("there is no %s: the part that needs it is off", name);
	return found;
}

/*
 * The engine's dialplan reads this variable once its SIP has started, and the controller asks for it over ARI: "rtp sip tcp
 * <build>" names the parts that work, with blanks for the others. It lies here, so that it can change in its place.
 */
enum { NAME = 4 }; /* bytes of a part's name with the blank behind it */
static const char names[GUARD_PARTS][NAME + 1] = {"rtp ", "sip ", "tcp "};
static const char blanks[] = "            ";
static char loaded[128] = "RINGDESK_GUARD_LOADED=";

void guard_works(enum guard_part part)
{
	memcpy(strchr(loaded, '=') + 1 + part * NAME, names[part], NAME);
}

__attribute__((constructor)) static void start(void)
{
	size_t used = strlen(loaded);
	snprintf(loaded + used, sizeof loaded - used, "%.*s%s", GUARD_PARTS * NAME, blanks, GUARD_BUILD);
	if (guard_rtp_start())
		guard_works(GUARD_RTP);
	if (guard_tcp_start())
		guard_works(GUARD_TCP);
	guard_sip_start();
	putenv(loaded);
}
