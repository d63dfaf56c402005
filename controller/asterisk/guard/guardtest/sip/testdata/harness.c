/*
 * Runs the guard's view of SIP messages for tests. Frames on standard input: a letter (r: received, b: received from a
 * browser, s: sent), the size, the text. Frames on standard output: the verdict, the size, the text. Numbers have 32
 * bits, in the machine's order.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../guard.h"
#include "../../../sip_policy.h"

/* The engine's packets are as large as pjproject was built for. */
enum { ROOM = 65535 };

void guard_count(struct guard_counter *counter) { counter->count++; }

static void must(size_t done)
{
	if (done != 1)
		exit(feof(stdin) ? 0 : 1);
}

int main(void)
{
	for (;;) {
		char kind;
		uint32_t size;
		must(fread(&kind, 1, 1, stdin));
		must(fread(&size, sizeof size, 1, stdin));
		/* Exactly as large as the message, or as the engine's buffer: the sanitizer sees each byte beyond. */
		size_t room = kind == 's' ? ROOM : size;
		char *text = malloc(room ? room : 1);
		if (size > 0)
			must(fread(text, size, 1, stdin));
		int32_t verdict = 0;
		if (kind == 's')
			size = (uint32_t)sip_sent(text, size, room);
		else
			verdict = sip_received(text, size, kind == 'b');
		must(fwrite(&verdict, sizeof verdict, 1, stdout));
		must(fwrite(&size, sizeof size, 1, stdout));
		if (size > 0)
			must(fwrite(text, size, 1, stdout));
		fflush(stdout);
		free(text);
	}
}
