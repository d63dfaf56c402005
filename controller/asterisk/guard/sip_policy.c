#define _GNU_SOURCE
#include "sip_policy.h"

#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "sip_dialogs.h"
#include "sip_sdp.h"
#include "sip_text.h"
#include "sip_utf8.h"

static struct guard_counter redirects = {.what = "redirects (3xx) of a carrier were not followed"};
static struct guard_counter foreign = {.what = "SIP messages with bytes that are not UTF-8: replaced, or refused with 400"};
static struct guard_counter transfers = {.what = "requests to transfer a call (REFER) were refused with 603"};
static struct guard_counter methods = {.what = "SIP requests of a method that nobody answers were refused with 405 or 501"};
static struct guard_counter contacts = {.what = "registrations with more than one contact were refused with 400"};
static struct guard_counter cuts = {.what = "session descriptions with other media than one audio line: the audio was taken"};
static struct guard_counter unmended = {.what = "session descriptions of the engine could not be given the far side's media lines"};
static struct guard_counter unread = {.what = "SIP messages that two parsers may read differently were refused with 400, or dropped"};
static struct guard_counter unusable = {.what = "session descriptions without audio that can be used were refused: offers with 488"};

/* ALLOW is the methods that are answered; LATER, in seconds, when to try again: the rate of new calls is one of a second. */
#define ALLOW "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, PRACK, INFO\r\n"
#define LATER "Retry-After: 1\r\n"

static bool is_one_of(struct span method, const char *const *names)
{
	for (; *names; names++)
		if (span_is(method, *names))
			return true;
	return false;
}

/* carries_offers says whose descriptions the engine reads. */
static bool carries_offers(struct span method)
{
	static const char *const names[] = {"INVITE", "UPDATE", "PRACK", "ACK", NULL};
	return is_one_of(method, names);
}

/* count_contacts counts the addresses that a REGISTER binds. */
static int count_contacts(const struct sip_message *message)
{
	struct span rest = message->headers, name, value;
	int count = 0;
	while (sip_next_header(&rest, &name, &value)) {
		if (!sip_named(name, "Contact", 'm'))
			continue;
		bool quoted = false, bracketed = false;
		count++;
		for (size_t i = 0; i < value.size; i++) {
			char c = value.at[i];
			if (quoted && c == '\\')
				i++;
			else if (c == '"' && !bracketed)
				quoted = !quoted;
			else if (!quoted && (c == '<' || c == '>'))
				bracketed = c == '<';
			else if (c == ',' && !quoted && !bracketed)
				count++;
		}
	}
	return count;
}

/* judge_method refuses what the engine would leave without an answer (RFC 3261, sections 8.2.1 and 21.5.2). */
static int judge_method(const struct sip_message *message)
{
	static const char *const answered[] = {"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "UPDATE", "PRACK", "INFO", NULL};
	static const char *const outside[] = {"REGISTER", "SUBSCRIBE", "NOTIFY", NULL};
	static const char *const known[] = {"MESSAGE", "PUBLISH", "REFER", NULL};
	bool inside = sip_tag(message->to).size > 0;
	if (is_one_of(message->method, answered) || (!inside && is_one_of(message->method, outside)))
		return SIP_PASS;
	if (inside && span_is(message->method, "REFER")) {
		guard_count(&transfers);
		return 603;
	}
	guard_count(&methods);
	return is_one_of(message->method, known) || is_one_of(message->method, outside) ? 405 : 501;
}

/* take_offer leaves an offer's audio, and remembers what else there was. */
static int take_offer(const struct sip_message *message)
{
	struct sdp_layout layout;
	enum sdp_verdict verdict = sdp_cut(message, -1, &layout);
	if (verdict == SDP_NONE)
		return SIP_PASS;
	struct dialog_key key = {message->call_id, sip_tag(message->from)};
	if (verdict == SDP_UNUSABLE || !dialog_offered(key, message, sip_tag(message->to).size == 0, &layout)) {
		guard_count(&unusable);
		return 488;
	}
	if (verdict == SDP_CUT)
		guard_count(&cuts);
	return SIP_PASS;
}

/* take_answer leaves in an answer the line that the engine offered; one that cannot be used, the engine is to refuse. */
static void take_answer(const struct sip_message *message, struct span far)
{
	struct sdp_layout layout, answered;
	struct dialog_key key = {message->call_id, sip_tag(far)};
	/* As for an offer of ours: the layout that it was sent with. */
	struct sip_message offer = {.method = message->method};
	int wanted = dialog_any() && dialog_layout(key, &offer, &layout) ? layout.audio : 0;
	enum sdp_verdict verdict = sdp_cut(message, wanted, &answered);
	if (verdict == SDP_CUT)
		guard_count(&cuts);
	if (verdict == SDP_UNUSABLE) {
		guard_count(&unusable);
		sdp_spoil(message->body);
	}
}

static int received_response(struct sip_message *message)
{
	/* No redirect is followed: the engine would call whom nothing has checked. 410 it takes for "number changed" (RFC 3398). */
	if (message->status / 100 == 3 && span_is(message->method, "INVITE")) {
		guard_count(&redirects);
		if (message->code.size != 3)
			return SIP_DROP;
		memcpy(message->code.at, "410", 3);
	}
	return SIP_PASS;
}

static int received_request(struct sip_message *message, bool browser)
{
	int status = judge_method(message);
	if (status == SIP_PASS && span_is(message->method, "REGISTER") && count_contacts(message) > 1) {
		guard_count(&contacts);
		status = 400;
	}
	if (status != SIP_PASS || !carries_offers(message->method))
		return status;
	if (browser) {
		/* Left as it is, since video is wanted one day; but an agent could crash the engine as well. */
		if (sdp_of_browser(message))
			return SIP_PASS;
		guard_count(&unusable);
		return 488;
	}
	if (span_is(message->method, "ACK")) {
		take_answer(message, message->from);
		return SIP_PASS;
	}
	return take_offer(message);
}

/* is_keep_alive: line ends (RFC 5626, section 3.5.1), blanks, or zeros as some devices send. */
static bool is_keep_alive(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (text[i] != 0 && text[i] != '\r' && text[i] != '\n' && text[i] != ' ' && text[i] != '\t')
			return false;
	return true;
}

int sip_received(char *text, size_t size, bool browser)
{
	struct sip_message message;
	if (!sip_read(&message, text, size)) {
		if (is_keep_alive(text, size))
			return SIP_PASS;
		guard_count(&unread);
		return SIP_DROP;
	}
	if (message.ambiguous) {
		guard_count(&unread);
		return message.status != 0 || span_is(message.method, "ACK") ? SIP_DROP : 400;
	}
	enum utf8_verdict bytes = utf8_clean(&message);
	if (bytes != UTF8_CLEAN)
		guard_count(&foreign);
	int status = bytes == UTF8_REFUSED ? 400 : SIP_PASS;
	if (message.status != 0) {
		if (!browser && carries_offers(message.method))
			take_answer(&message, message.to);
		return received_response(&message);
	}
	if (status == SIP_PASS)
		status = received_request(&message, browser);
	/* Nothing answers an ACK (RFC 3261, section 17). */
	return status != SIP_PASS && span_is(message.method, "ACK") ? SIP_DROP : status;
}

/* insert puts a header line after the first line. */
static size_t insert(const struct sip_message *message, char *text, size_t size, size_t room, const char *line)
{
	size_t more = strlen(line), at = (size_t)(message->headers.at - text);
	if (size + more >= room)
		return size;
	memmove(text + at + more, text + at, size - at);
	memcpy(text + at, line, more);
	text[size + more] = 0;
	return size + more;
}

/* length_field is where a body's size stands, with the blanks before it: pjproject prints the number five wide. */
static struct span length_field(const struct sip_message *message)
{
	struct span field;
	if (!sip_header(message, "Content-Length", 'l', &field))
		return (struct span){0};
	while (field.at > message->headers.at && field.at[-1] == ' ') {
		field.at--;
		field.size++;
	}
	return field;
}

/* widest is the largest size that a field has room for, up to most. */
static size_t widest(struct span field, size_t most)
{
	size_t n = 0;
	for (size_t i = 0; i < field.size && n < most; i++)
		n = n * 10 + 9;
	return n < most ? n : most;
}

static void set_length(struct span field, size_t length)
{
	char digits[24];
	size_t size = (size_t)snprintf(digits, sizeof digits, "%zu", length);
	memset(field.at, ' ', field.size);
	memcpy(field.at + field.size - size, digits, size);
}

/* restore gives our description the lines that the far side has, and keeps book of what was agreed. */
static size_t restore(struct sip_message *message, char *text, size_t size, size_t room)
{
	struct span far = message->status != 0 ? message->from : message->to;
	struct dialog_key key = {message->call_id, sip_tag(far)};
	struct sdp_layout layout;
	if (span_is(message->method, "BYE"))
		dialog_ended(key);
	if (!carries_offers(message->method))
		return size;
	if (message->body.size > 0 && dialog_layout(key, message, &layout) && (layout.lines > 1 || layout.changes > 0)) {
		size_t before = (size_t)(message->body.at - text);
		struct span field = length_field(message);
		size_t length = sdp_put_back(&layout, message->body, widest(field, room - before - 1));
		if (length > 0) {
			set_length(field, length);
			size = before + length;
			text[size] = 0;
		} else {
			guard_count(&unmended);
		}
	}
	if (message->status >= 200)
		dialog_answered(key, message);
	return size;
}

size_t sip_sent(char *text, size_t size, size_t room)
{
	struct sip_message message;
	struct span value;
	if (!sip_read(&message, text, size))
		return size;
	if (dialog_any())
		size = restore(&message, text, size, room);
	if ((message.status == 405 || message.status == 501) && !sip_header(&message, "Allow", 0, &value))
		size = insert(&message, text, size, room, ALLOW);
	if (message.status == 503 && !sip_header(&message, "Retry-After", 0, &value))
		size = insert(&message, text, size, room, LATER);
	return size;
}
