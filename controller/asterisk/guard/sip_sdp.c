#define _GNU_SOURCE
#include "sip_sdp.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* section is a media line with what belongs to it. */
struct section {
	char *from, *to;
	struct span media, protocol, format;
	unsigned long port;
	int worth; /* how well we can use it; 0: not at all */
};

struct description {
	struct section section[SDP_LINES];
	int count;
	bool unreadable; /* a media line that we cannot take apart, or too many */
};

/* taken is formats that phones and carriers speak with us: static payload types of RFC 3551, and names of rtpmap. */
static const char *const taken[] = {"0", "8", "9"};
static const char *const named[] = {"PCMU/", "PCMA/", "G722/", "opus/"};

static bool is_taken(struct span format)
{
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (span_is(format, taken[i]))
			return true;
	return false;
}

/* names_taken reads "a=rtpmap:96 PCMU/8000". */
static bool names_taken(struct span line)
{
	if (line.size < 9 || strncasecmp(line.at, "a=rtpmap:", 9) != 0)
		return false;
	span_word(&line);
	struct span name = span_word(&line);
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (name.size > strlen(named[i]) && strncasecmp(name.at, named[i], strlen(named[i])) == 0)
			return true;
	return false;
}

/* read_media takes "m=audio 5000/2 RTP/AVP 0 8" apart; best is the protocol that we would rather have. */
static bool read_media(struct section *s, struct span line, const char *best)
{
	struct span rest = {line.at + 2, line.size - 2};
	s->media = span_word(&rest);
	struct span port = span_word(&rest);
	char *slash = memchr(port.at, '/', port.size);
	if (slash)
		port.size = (size_t)(slash - port.at);
	s->protocol = span_word(&rest);
	s->format = span_word(&rest);
	if (s->media.size == 0 || s->protocol.size == 0 || !span_number(port, &s->port) || s->port > UINT16_MAX)
		return false;
	if (span_is(s->media, "audio") && s->port != 0) {
		/* Another kind is taken when there is none, and left to the engine to judge. */
		s->worth = span_is(s->protocol, best) ? 2 : 1;
		for (struct span format = s->format; format.size > 0 && s->worth <= 2; format = span_word(&rest))
			if (is_taken(format))
				s->worth += 2;
	}
	return s->media.size + s->protocol.size + s->format.size + sizeof "m= 0  " <= SDP_LINE;
}

/* read_description finds the media lines of one description. */
static void read_description(struct description *d, struct span text, const char *best)
{
	struct span line;
	struct section *s = NULL;
	*d = (struct description){0};
	while (span_next_line(&text, &line)) {
		if (line.size >= 2 && line.at[0] == 'm' && line.at[1] == '=') {
			if (d->count == SDP_LINES) {
				d->unreadable = true;
				return;
			}
			s = &d->section[d->count++];
			s->from = line.at;
			d->unreadable |= !read_media(s, line, best);
		} else if (s && s->worth > 0 && s->worth <= 2 && names_taken(line)) {
			s->worth += 2;
		}
		if (s)
			s->to = text.at;
	}
}

/* choose is the section that we take: the wanted one if it is audio, else the best, the first of equals; -1: none. */
static int choose(const struct description *d, int wanted)
{
	int best = -1;
	if (wanted >= 0 && wanted < d->count && span_is(d->section[wanted].media, "audio"))
		return wanted;
	for (int i = 0; i < d->count; i++)
		if (d->section[i].worth > 0 && (best < 0 || d->section[i].worth > d->section[best].worth))
			best = i;
	return best;
}

/*
 * blank makes a section one attribute that nobody knows, of the same length: so nothing moves, and neither
 * Content-Length nor the boundaries of parts change.
 */
static void blank(const struct section *s)
{
	size_t size = (size_t)(s->to - s->from);
	memset(s->from, 'x', size);
	memcpy(s->from, "a=", 2);
	s->from[size - 1] = '\n';
	if (size > 4)
		s->from[size - 2] = '\r';
}

/* ungroup makes "a=group:" (RFC 5888) another attribute: the lines that it names are not all there any more. */
static void ungroup(struct span text)
{
	struct span line;
	while (span_next_line(&text, &line))
		if (line.size >= 8 && strncasecmp(line.at, "a=group:", 8) == 0)
			memcpy(line.at, "a=x-grp:", 8);
}

static void describe(struct sdp_layout *layout, const struct description *d, int audio)
{
	*layout = (struct sdp_layout){.lines = d->count, .audio = audio};
	for (int i = 0; i < d->count; i++) {
		const struct section *s = &d->section[i];
		if (i != audio)
			snprintf(layout->refused[i], SDP_LINE, "m=%.*s 0 %.*s %.*s", (int)s->media.size, s->media.at, (int)s->protocol.size,
			         s->protocol.at, s->format.size ? (int)s->format.size : 1, s->format.size ? s->format.at : "0");
	}
}

static enum sdp_verdict cut_one(struct span text, int wanted, const char *best, struct sdp_layout *layout)
{
	struct description d;
	read_description(&d, text, best);
	if (d.count == 0)
		return span_trim(text).size == 0 ? SDP_NONE : SDP_UNUSABLE;
	int audio = choose(&d, wanted);
	if (d.unreadable || audio < 0)
		return SDP_UNUSABLE;
	describe(layout, &d, audio);
	if (d.count == 1)
		return SDP_PLAIN;
	for (int i = 0; i < d.count; i++)
		if (i != audio)
			blank(&d.section[i]);
	ungroup(text);
	return SDP_CUT;
}

/* mentions looks for a word in any case. */
static bool mentions(struct span text, const char *word)
{
	size_t size = strlen(word);
	for (size_t i = 0; i + size <= text.size; i++)
		if (strncasecmp(text.at + i, word, size) == 0)
			return true;
	return false;
}

/* find looks for the delimiter "--boundary" as pjproject does: anywhere, not at the beginning of lines alone. */
static char *find(struct span text, struct span boundary)
{
	char *end = text.at + text.size;
	for (char *at = text.at; (at = memmem(at, (size_t)(end - at), boundary.at, boundary.size)); at++)
		if (at - text.at >= 2 && memcmp(at - 2, "--", 2) == 0)
			return at - 2;
	return NULL;
}

/* next_part takes what stands between two delimiters, or behind the last, off rest. */
static bool next_part(struct span *rest, struct span boundary, struct span *part)
{
	char *at = find(*rest, boundary), *end = rest->at + rest->size;
	if (!at)
		return false;
	at += boundary.size + 2;
	*part = (struct span){at, (size_t)(end - at)};
	char *next = find(*part, boundary);
	if (next)
		part->size = (size_t)(next - at);
	*rest = (struct span){at + part->size, (size_t)(end - at) - part->size};
	return true;
}

/* boundary_at gives the value of a parameter that begins at text, if that is the boundary. */
static struct span boundary_at(struct span text)
{
	text = span_trim(text);
	if (text.size < 9 || strncasecmp(text.at, "boundary", 8) != 0)
		return (struct span){0};
	text = span_trim((struct span){text.at + 8, text.size - 8});
	if (text.size == 0 || *text.at != '=')
		return (struct span){0};
	text = span_trim((struct span){text.at + 1, text.size - 1});
	bool quoted = text.size > 0 && *text.at == '"';
	if (quoted)
		text = (struct span){text.at + 1, text.size - 1};
	const char *ends = quoted ? "\"" : "; \t\r\n";
	size_t n = 0;
	while (n < text.size && text.at[n] != 0 && !strchr(ends, text.at[n]))
		n++;
	return (struct span){text.at, n};
}

/* boundary_of is what separates the parts of a body; empty when that is not sure: escapes are decoded by pjproject. */
static struct span boundary_of(struct span type)
{
	bool quoted = false;
	if (mentions(type, "%") || mentions(type, "\\"))
		return (struct span){0};
	for (size_t i = 0; i < type.size; i++) {
		if (type.at[i] == '"')
			quoted = !quoted;
		else if (type.at[i] == ';' && !quoted) {
			struct span boundary = boundary_at((struct span){type.at + i + 1, type.size - i - 1});
			if (boundary.size > 0)
				return boundary;
		}
	}
	return (struct span){0};
}

/* is_multipart looks at the type alone, "multipart/mixed;…" up to the slash, as pjproject does. */
static bool is_multipart(struct span type)
{
	static const char word[] = "multipart";
	size_t size = sizeof word - 1;
	return type.size > size && strncasecmp(type.at, word, size) == 0 && strchr("/ \t\r\n", type.at[size]);
}

bool sdp_of_browser(const struct sip_message *message)
{
	struct description d;
	if (is_multipart(message->content_type))
		return false;
	if (!mentions(message->content_type, "sdp") || message->body.size == 0)
		return true;
	read_description(&d, message->body, "");
	bool good = !d.unreadable && d.count > 0 && span_is(d.section[0].media, "audio");
	for (int i = 0; i < d.count; i++)
		good &= span_is(d.section[i].media, "audio") || span_is(d.section[i].media, "video");
	return good;
}

/* cut_parts goes through a multipart body: only its first description counts, but none may reach the engine as it was. */
static enum sdp_verdict cut_parts(const struct sip_message *message, int wanted, const char *best, struct sdp_layout *layout)
{
	enum sdp_verdict verdict = SDP_NONE;
	struct span boundary = boundary_of(message->content_type), body = message->body, part;
	if (!mentions(body, "sdp"))
		return SDP_NONE;
	for (int parts = 0; boundary.size > 0 && next_part(&body, boundary, &part); parts++) {
		struct sdp_layout other;
		if (parts == SDP_PARTS)
			return SDP_UNUSABLE;
		if (!mentions(part, "sdp"))
			continue;
		enum sdp_verdict one = cut_one(part, wanted, best, verdict == SDP_NONE ? layout : &other);
		if (one == SDP_UNUSABLE)
			return SDP_UNUSABLE;
		if (verdict == SDP_NONE)
			verdict = one;
	}
	return verdict == SDP_NONE ? SDP_UNUSABLE : verdict;
}

/*
 * best_protocol is the better of two audio lines: SRTP from who came over TLS, since whoever offers both there has a trunk
 * that encrypts, and plain RTP from others. A trunk that wants the other kind refuses the call.
 */
static const char *best_protocol(const struct sip_message *message)
{
	static const char tls[] = "SIP/2.0/TLS";
	struct span via;
	bool secure = sip_header(message, "Via", 'v', &via) && via.size > sizeof tls - 1 && strncasecmp(via.at, tls, sizeof tls - 1) == 0;
	return secure ? "RTP/SAVP" : "RTP/AVP";
}

enum sdp_verdict sdp_cut(const struct sip_message *message, int wanted, struct sdp_layout *layout)
{
	if (is_multipart(message->content_type))
		return cut_parts(message, wanted, best_protocol(message), layout);
	return mentions(message->content_type, "sdp") ? cut_one(message->body, wanted, best_protocol(message), layout) : SDP_NONE;
}

void sdp_spoil(struct span body)
{
	struct span line;
	while (span_next_line(&body, &line))
		if (line.size >= 2 && line.at[0] == 'm' && line.at[1] == '=')
			line.at[0] = '!'; /* no type of a line (RFC 8866, section 9) */
}

bool sdp_same(const struct sdp_layout *a, const struct sdp_layout *b)
{
	if (a->lines != b->lines || a->audio != b->audio)
		return false;
	for (int i = 0; i < a->lines; i++)
		if (strcmp(a->refused[i], b->refused[i]) != 0)
			return false;
	return true;
}

/* sink is text under way; it fills up silently, and full says so. */
struct sink {
	char *at;
	size_t used, room;
	bool full;
};

static void put(struct sink *out, const char *text, size_t size)
{
	if (out->full || size > out->room - out->used) {
		out->full = true;
		return;
	}
	memcpy(out->at + out->used, text, size);
	out->used += size;
}

static void put_refused(struct sink *out, const struct sdp_layout *layout, int from, int to)
{
	for (int i = from; i < to; i++) {
		put(out, layout->refused[i], strlen(layout->refused[i]));
		put(out, "\r\n", 2);
	}
}

/* put_origin writes "o=- 123 124 IN IP4 192.0.2.1" with a later version. */
static void put_origin(struct sink *out, struct span line, unsigned long changes)
{
	struct span rest = line, version;
	span_word(&rest);
	span_word(&rest);
	version = span_word(&rest);
	unsigned long long n = 0;
	bool digits = version.size > 0 && version.size < 19;
	for (size_t i = 0; digits && i < version.size; i++) {
		digits = version.at[i] >= '0' && version.at[i] <= '9';
		n = n * 10 + (unsigned long long)(version.at[i] - '0');
	}
	if (!digits) {
		put(out, line.at, line.size);
		return;
	}
	char later[24];
	int size = snprintf(later, sizeof later, "%llu", n + changes);
	put(out, line.at, (size_t)(version.at - line.at));
	put(out, later, (size_t)size);
	put(out, rest.at, rest.size);
}

size_t sdp_put_back(const struct sdp_layout *layout, struct span body, size_t room)
{
	/* On the heap: a thread's own storage comes off its stack, and the engine's are small. */
	struct sink out = {malloc(room), 0, room, false};
	if (!out.at)
		return 0;
	struct span rest = body, line;
	int media = 0;
	while (span_next_line(&rest, &line)) {
		bool is_media = line.size >= 2 && line.at[0] == 'm' && line.at[1] == '=';
		if (is_media && ++media == 1)
			put_refused(&out, layout, 0, layout->audio);
		if (line.size >= 2 && line.at[0] == 'o' && line.at[1] == '=')
			put_origin(&out, line, layout->changes);
		else
			put(&out, line.at, line.size);
		put(&out, "\r\n", 2);
	}
	put_refused(&out, layout, layout->audio + 1, layout->lines);
	bool done = media == 1 && !out.full;
	if (done)
		memcpy(body.at, out.at, out.used);
	free(out.at);
	return done ? out.used : 0;
}
