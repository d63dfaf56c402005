#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/*
 * pjproject writes the machine's name into From and Contact of requests over WebSocket. SIP knows fewer names than a system takes:
 * the last label of a host begins with a letter, and no label has anything but letters, digits and hyphens (RFC 3261 section 25.1).
 * A browser drops a call from "5a9af95b849f", such as Docker names a container, without a word.
 */
static const char instead[] = "ringdesk.invalid"; /* RFC 2606 section 2 */

static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool alphanum(char c) { return letter(c) || (c >= '0' && c <= '9'); }

static bool is_host(const char *name)
{
	const char *label = name;
	for (;; label++) {
		size_t length = strcspn(label, ".");
		if (length == 0 || !alphanum(label[0]) || !alphanum(label[length - 1]))
			return false;
		for (size_t i = 0; i < length; i++)
			if (!alphanum(label[i]) && label[i] != '-')
				return false;
		if (label[length] == '\0')
			return letter(label[0]);
		label += length;
	}
}

GUARD_PUBLIC int gethostname(char *name, size_t size)
{
	static int (*real)(char *, size_t);
	if (!real && !(real = (int (*)(char *, size_t))guard_real("gethostname"))) {
		errno = ENOSYS;
		return -1;
	}
	int failed = real(name, size);
	if (failed || is_host(name))
		return failed;
	if (size < sizeof instead) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, instead, sizeof instead);
	return 0;
}
