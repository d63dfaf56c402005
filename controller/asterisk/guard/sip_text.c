#include "sip_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_newline(char c) { return c == '\r' || c == '\n'; }

bool span_is(struct span text, const char *word)
{
	return text.size == strlen(word) && strncasecmp(text.at, word, text.size) == 0;
}

struct span span_trim(struct span text)
{
	while (text.size > 0 && (is_blank(*text.at) || is_newline(*text.at))) {
		text.at++;
		text.size--;
	}
	while (text.size > 0 && (is_blank(text.at[text.size - 1]) || is_newline(text.at[text.size - 1])))
		text.size--;
	return text;
}

static struct span cut(char *from, const char *to) { return (struct span){from, (size_t)(to - from)}; }

/* after_newline is where the next line begins. CR, LF and CRLF all end a line, as in pjproject. */
static char *after_newline(char *at, const char *end)
{
	if (at < end && *at == '\r')
		at++;
	if (at < end && *at == '\n')
		at++;
	return at;
}

bool span_next_line(struct span *rest, struct span *line)
{
	if (rest->size == 0)
		return false;
	char *at = rest->at, *end = rest->at + rest->size;
	while (at < end && !is_newline(*at))
		at++;
	*line = cut(rest->at, at);
	*rest = cut(after_newline(at, end), end);
	return true;
}

struct span span_word(struct span *rest)
{
	*rest = span_trim(*rest);
	char *at = rest->at, *end = rest->at + rest->size;
	while (at < end && !is_blank(*at))
		at++;
	struct span word = cut(rest->at, at);
	*rest = cut(at, end);
	return word;
}

bool span_number(struct span text, unsigned long *number)
{
	unsigned long n = 0;
	if (text.size == 0 || text.size > 9)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		n = n * 10 + (unsigned long)(text.at[i] - '0');
	}
	*number = n;
	return true;
}

bool sip_named(struct span name, const char *full, char compact)
{
	return span_is(name, full) || (compact != 0 && name.size == 1 && (*name.at | 0x20) == compact);
}

bool sip_next_header(struct span *rest, struct span *name, struct span *value)
{
	while (rest->size > 0) {
		char *at = rest->at, *end = rest->at + rest->size, *colon = NULL;
		/* A line that begins with a blank goes on with the header before it (RFC 3261, section 7.3.1). */
		for (; at < end; at++) {
			if (*at == ':' && !colon)
				colon = at;
			if (is_newline(*at)) {
				char *next = after_newline(at, end);
				if (next >= end || !is_blank(*next))
					break;
			}
		}
		char *from = rest->at;
		*rest = cut(after_newline(at, end), end);
		if (colon) {
			*name = span_trim(cut(from, colon));
			*value = span_trim(cut(colon + 1, at));
			return true;
		}
	}
	return false;
}

bool sip_header(const struct sip_message *message, const char *full, char compact, struct span *value)
{
	struct span rest = message->headers, name;
	while (sip_next_header(&rest, &name, value))
		if (sip_named(name, full, compact))
			return true;
	*value = (struct span){0};
	return false;
}

/* tag_at gives the value of a parameter that begins at text, if that is the tag. */
static struct span tag_at(struct span text)
{
	text = span_trim(text);
	if (text.size < 4 || strncasecmp(text.at, "tag", 3) != 0)
		return (struct span){0};
	text = span_trim((struct span){text.at + 3, text.size - 3});
	if (text.size == 0 || *text.at != '=')
		return (struct span){0};
	text = span_trim((struct span){text.at + 1, text.size - 1});
	size_t n = 0;
	while (n < text.size && text.at[n] != ';' && !is_blank(text.at[n]) && !is_newline(text.at[n]))
		n++;
	return (struct span){text.at, n};
}

struct span sip_tag(struct span value)
{
	bool quoted = false, bracketed = false;
	for (size_t i = 0; i < value.size; i++) {
		char c = value.at[i];
		if (quoted && c == '\\')
			i++;
		else if (c == '"' && !bracketed)
			quoted = !quoted;
		else if (!quoted && (c == '<' || c == '>'))
			bracketed = c == '<';
		else if (c == ';' && !quoted && !bracketed) {
			struct span tag = tag_at((struct span){value.at + i + 1, value.size - i - 1});
			if (tag.size > 0)
				return tag;
		}
	}
	return (struct span){0};
}

/* is_token looks at the characters of RFC 3261, section 25.1. */
static bool is_token(struct span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!isalnum((unsigned char)text.at[i]) && (text.at[i] == 0 || !strchr("-.!%*_`'~+", text.at[i])))
			return false;
	return text.size > 0;
}

/* claims_version says that pjproject takes a first word for a response's: it asks no more. */
static bool claims_version(struct span word)
{
	return word.size >= 3 && strncasecmp(word.at, "SIP", 3) == 0 && (word.size == 3 || word.at[3] == '/');
}

static bool read_first_line(struct sip_message *message)
{
	struct span rest = message->first, first = span_word(&rest);
	if (claims_version(first)) {
		unsigned long status;
		message->code = span_word(&rest);
		if (!span_is(first, "SIP/2.0") || !span_number(message->code, &status) || status < 100 || status > 699)
			return false;
		message->status = (int)status;
		return true;
	}
	message->method = first;
	message->uri = span_word(&rest);
	message->ambiguous = !span_is(span_word(&rest), "SIP/2.0") || span_trim(rest).size > 0;
	return is_token(first) && message->uri.size > 0;
}

/* read_cseq takes "0009 INVITE" apart, with any blanks or none between. */
static bool read_cseq(struct sip_message *message, struct span value)
{
	size_t digits = 0;
	while (digits < value.size && isdigit((unsigned char)value.at[digits]))
		digits++;
	/* A number has up to ten digits (RFC 3261, section 8.1.1.5), and zeros before it; the last nine tell one from the next. */
	size_t known = digits > 9 ? 9 : digits;
	struct span method = span_trim((struct span){value.at + digits, value.size - digits});
	if (!span_number((struct span){value.at + digits - known, known}, &message->cseq) || !is_token(method))
		return false;
	if (message->status != 0)
		message->method = method;
	return method.size == message->method.size && strncasecmp(method.at, message->method.at, method.size) == 0;
}

/* is_structured says whether pjproject takes a header's value apart; other values end with their line. */
static bool is_structured(struct span name)
{
	static const char *const names[] = {
		"Accept", "Allow", "Allow-Events", "Authorization", "Call-ID", "Contact", "Content-Length", "Content-Type", "CSeq", "Event", "Expires", "From",
		"Max-Forwards", "Min-Expires", "Min-SE", "Proxy-Authenticate", "Proxy-Authorization", "RAck", "Record-Route", "Refer-To", "Replaces",
		"Require", "Retry-After", "Route", "RSeq", "Session-Expires", "Subscription-State", "Supported", "To", "Unsupported", "Via",
		"WWW-Authenticate",
	};
	if (name.size == 1)
		return strchr("cfiklmortuvx", *name.at | 0x20) && *name.at != 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

/* begins_header looks for "Name:". */
static bool begins_header(struct span text)
{
	struct span rest = span_trim(text);
	size_t n = 0;
	while (n < rest.size && is_token((struct span){rest.at + n, 1}))
		n++;
	rest = span_trim((struct span){rest.at + n, rest.size - n});
	return n > 0 && rest.size > 0 && *rest.at == ':';
}

/* is_left_open says whether pjproject would look for an end beyond the value: of an IPv6 address, of a comment. */
static bool is_left_open(struct span value, char begin, char end)
{
	bool quoted = false, open = false;
	for (size_t i = 0; i < value.size; i++) {
		char c = value.at[i];
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && (c == begin || c == end))
			open = c == begin;
	}
	return open;
}

/* goes_on looks for "&Name:" in a value: pjproject ends a header at an ampersand, and goes on with the next one. */
static bool goes_on(struct span value)
{
	bool quoted = false;
	for (size_t i = 0; i < value.size; i++) {
		char c = value.at[i];
		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == '&' && begins_header((struct span){value.at + i + 1, value.size - i - 1}))
			return true;
	}
	return false;
}

static bool has(struct span text, char c) { return text.size > 0 && memchr(text.at, c, text.size); }

/* runs_on says whether pjproject may see the end of a header elsewhere than at its line's. */
static bool runs_on(struct span name, struct span value)
{
	if (span_is(name, "Replaces") && !has(value, ';'))
		return true;
	if (!has(value, '&') && !has(value, '[') && !has(value, '('))
		return false;
	if (!is_structured(name))
		return false;
	return goes_on(value) || is_left_open(value, '[', ']') || (sip_named(name, "Via", 'v') && is_left_open(value, '(', ')'));
}

/* is_media_type wants "type/subtype": pjproject takes any character for the slash, a line's end too. */
static bool is_media_type(struct span value)
{
	char *slash = value.size > 0 ? memchr(value.at, '/', value.size) : NULL;
	return slash && is_token(span_trim(cut(value.at, slash)));
}

/* read_headers finds the headers of which there may be one only: of two, pjproject takes the last. */
static void read_headers(struct sip_message *message)
{
	struct span cseq = {0}, length = {0};
	const struct {
		const char *name;
		char compact;
		struct span *value;
	} single[] = {
		{"Call-ID", 'i', &message->call_id}, {"From", 'f', &message->from}, {"To", 't', &message->to},
		{"CSeq", 0, &cseq}, {"Content-Type", 'c', &message->content_type}, {"Content-Length", 'l', &length},
	};
	struct span rest = message->headers, name, value;
	while (sip_next_header(&rest, &name, &value)) {
		for (size_t i = 0; i < sizeof single / sizeof *single; i++)
			if (sip_named(name, single[i].name, single[i].compact)) {
				message->ambiguous |= single[i].value->at != NULL;
				*single[i].value = value;
			}
		message->ambiguous |= runs_on(name, value);
	}
	message->ambiguous |= message->content_type.at && !is_media_type(message->content_type);
	if (cseq.at)
		message->ambiguous |= !read_cseq(message, cseq);
}

/* has_bare_return: within quotes CR alone ends no line for pjproject, elsewhere it does. */
static bool has_bare_return(struct span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.at[i] == '\r' && (i + 1 == text.size || text.at[i + 1] != '\n'))
			return true;
	return false;
}

bool sip_read(struct sip_message *message, char *text, size_t size)
{
	*message = (struct sip_message){0};
	struct span rest = {text, size}, line;
	while (rest.size > 0 && is_newline(*rest.at)) {
		rest.at++;
		rest.size--;
	}
	if (!span_next_line(&rest, &message->first) || !read_first_line(message) || (rest.size > 0 && is_blank(*rest.at)))
		return false;
	message->headers.at = rest.at;
	while (rest.size > 0 && !is_newline(*rest.at))
		span_next_line(&rest, &line);
	message->headers.size = (size_t)(rest.at - message->headers.at);
	if (rest.size > 0)
		span_next_line(&rest, &line);
	message->body = rest;
	message->ambiguous |= is_left_open(message->uri, '[', ']') || has_bare_return(cut(message->first.at, rest.at));
	read_headers(message);
	return true;
}
