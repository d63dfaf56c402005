#include "sip_utf8.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* USER is how many bytes of a number the engine surely keeps (it cuts at 79): what is beyond must be ASCII, or a cut leaves half a character. */
enum { USER = 70 };

/* unit is one byte of text as the parser decodes it: written as itself, or as %XX. */
struct unit {
	char *at;
	size_t size;
	uint8_t value;
};

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct unit unit_at(char *at, const char *end, bool decode)
{
	if (decode && *at == '%' && end - at >= 3 && hex(at[1]) >= 0 && hex(at[2]) >= 0)
		return (struct unit){at, 3, (uint8_t)(hex(at[1]) << 4 | hex(at[2]))};
	return (struct unit){at, 1, (uint8_t)*at};
}

/* follow says how many bytes come after a first byte, and between which the next one must lie (RFC 3629, section 4); -1: none begins so. */
static int follow(uint8_t first, uint8_t *low, uint8_t *high)
{
	*low = 0x80;
	*high = 0xBF;
	if (first < 0x80)
		return 0;
	if (first >= 0xC2 && first <= 0xDF)
		return 1;
	if (first >= 0xE0 && first <= 0xEF) {
		if (first == 0xE0)
			*low = 0xA0;
		if (first == 0xED)
			*high = 0x9F;
		return 2;
	}
	if (first >= 0xF0 && first <= 0xF4) {
		if (first == 0xF0)
			*low = 0x90;
		if (first == 0xF4)
			*high = 0x8F;
		return 3;
	}
	return -1;
}

/* character reads one character of up to four units; it gives their number, negative when they are none. */
static int character(char *at, const char *end, bool decode, struct unit units[4])
{
	uint8_t low, high;
	units[0] = unit_at(at, end, decode);
	int more = follow(units[0].value, &low, &high);
	if (more < 0)
		return -1;
	for (int i = 1; i <= more; i++) {
		const char *next = units[i - 1].at + units[i - 1].size;
		if (next >= end)
			return -i;
		units[i] = unit_at(units[i - 1].at + units[i - 1].size, end, decode);
		if (units[i].value < low || units[i].value > high)
			return -i;
		low = 0x80;
		high = 0xBF;
	}
	return more + 1;
}

static void replace(const struct unit *units, int count, char with)
{
	for (int i = 0; i < count; i++) {
		if (units[i].size == 3)
			memcpy(units[i].at, "%3F", 3);
		else
			*units[i].at = with;
	}
}

/* uri_clean looks at a URI, in which only ASCII may stand unescaped (RFC 3261, section 25.1). */
static bool uri_clean(char *at, char *end)
{
	bool mended = false;
	for (size_t decoded = 0; at < end;) {
		struct unit units[4];
		int n = character(at, end, true, units);
		int count = n < 0 ? -n : n;
		bool raw = false;
		for (int i = 0; i < count; i++)
			raw |= units[i].size == 1 && units[i].value >= 0x80;
		if (n < 0 || raw || (units[0].value >= 0x80 && decoded + (size_t)count > USER)) {
			replace(units, count, '_');
			mended = true;
		}
		decoded += (size_t)count;
		at = units[count - 1].at + units[count - 1].size;
	}
	return mended;
}

/* words_clean looks at text that is no URI, in which UTF-8 may stand. */
static bool words_clean(char *at, char *end)
{
	bool mended = false;
	while (at < end) {
		struct unit units[4];
		int n = character(at, end, false, units);
		if (n < 0) {
			replace(units, -n, '?');
			mended = true;
		}
		at += n < 0 ? -n : n;
	}
	return mended;
}

/* element_end finds the comma after an address, or the end; words is where its display name ends. */
static char *element_end(char *at, char *end, char **words)
{
	bool quoted = false, bracketed = false;
	*words = at;
	for (; at < end; at++) {
		if (quoted && *at == '\\' && at + 1 < end)
			at++;
		else if (*at == '"' && !bracketed)
			quoted = !quoted;
		else if (!quoted && *at == '<') {
			bracketed = true;
			*words = at;
		} else if (!quoted && *at == '>')
			bracketed = false;
		else if (!quoted && !bracketed && *at == ',')
			break;
	}
	return at;
}

/* addresses_clean looks at a list of addresses with display names. */
static bool addresses_clean(struct span value)
{
	bool mended = false;
	char *at = value.at, *end = value.at + value.size;
	while (at < end) {
		char *words, *next = element_end(at, end, &words);
		mended |= words_clean(at, words);
		mended |= uri_clean(words, next);
		at = next < end ? next + 1 : end;
	}
	return mended;
}

/* kept is headers that nobody shows and that must come back as they were. */
static bool is_kept(struct span name)
{
	return sip_named(name, "Via", 'v') || sip_named(name, "CSeq", 0) || sip_named(name, "Route", 0) ||
	       sip_named(name, "Record-Route", 0) || sip_named(name, "Authorization", 0) || sip_named(name, "Proxy-Authorization", 0) ||
	       sip_named(name, "Content-Type", 'c') || sip_named(name, "Content-Length", 'l');
}

static bool is_address(struct span name)
{
	return sip_named(name, "From", 'f') || sip_named(name, "To", 't') || sip_named(name, "Contact", 'm') ||
	       sip_named(name, "P-Asserted-Identity", 0) || sip_named(name, "P-Preferred-Identity", 0) ||
	       sip_named(name, "Remote-Party-ID", 0) || sip_named(name, "Diversion", 0) || sip_named(name, "History-Info", 0) ||
	       sip_named(name, "P-Called-Party-ID", 0) || sip_named(name, "Referred-By", 'b') || sip_named(name, "Refer-To", 'r') ||
	       sip_named(name, "Reply-To", 0);
}

static bool suspicious(struct span text)
{
	for (size_t i = 0; i < text.size; i++)
		if ((uint8_t)text.at[i] >= 0x80 || text.at[i] == '%')
			return true;
	return false;
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.size; i++)
		if ((uint8_t)text.at[i] >= 0x80)
			return false;
	return true;
}

enum utf8_verdict utf8_clean(struct sip_message *message)
{
	struct span rest = message->headers, name, value;
	bool mended = false, refused = false;
	if (message->status != 0)
		mended = words_clean(message->first.at, message->first.at + message->first.size);
	else if (suspicious(message->uri))
		refused = uri_clean(message->uri.at, message->uri.at + message->uri.size);
	if (suspicious(rest)) {
		refused |= message->status == 0 && !is_ascii(message->call_id);
		while (sip_next_header(&rest, &name, &value)) {
			if (!suspicious(value) || is_kept(name) || sip_named(name, "Call-ID", 'i'))
				continue;
			mended |= is_address(name) ? addresses_clean(value) : words_clean(value.at, value.at + value.size);
		}
	}
	if (refused)
		return UTF8_REFUSED;
	return mended ? UTF8_MENDED : UTF8_CLEAN;
}
