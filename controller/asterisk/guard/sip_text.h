/* A SIP message as text (RFC 3261, section 7): its first line, headers and body, found as pjproject's parser finds them. */
#ifndef RINGDESK_SIP_TEXT_H
#define RINGDESK_SIP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* span is a stretch of a message. */
struct span {
	char *at;
	size_t size;
};

/* sip_message is a message taken apart; everything points into its text. */
struct sip_message {
	struct span first;   /* first line, without its end */
	struct span headers; /* all header lines, without the empty line */
	struct span body;
	struct span method; /* of a request: the method as written; of a response: that of CSeq */
	struct span uri;    /* of a request */
	int status;         /* of a response; 0 for requests */
	struct span code;   /* the status as written */
	struct span call_id, from, to, content_type;
	unsigned long cseq;
	bool ambiguous; /* what it says depends on who reads it */
};

/*
 * sip_read takes a message apart. It says false for what is none, or may be one for pjproject only: keep-alives, garbage,
 * a first line that is folded or that no two parsers read alike. A request whose method is sure is at most ambiguous.
 */
bool sip_read(struct sip_message *message, char *text, size_t size);

/* sip_next_header steps through header lines, folded ones included; rest begins as message->headers. */
bool sip_next_header(struct span *rest, struct span *name, struct span *value);

/* sip_header finds the first header of a name or its compact form (0: it has none). */
bool sip_header(const struct sip_message *message, const char *name, char compact, struct span *value);

/* sip_named compares a header's name. */
bool sip_named(struct span name, const char *full, char compact);

/* sip_tag is the tag parameter of a From or To value; empty when there is none. */
struct span sip_tag(struct span value);

/* span_is compares text without regard to case; span_next_line takes a line, and its end, off rest. */
bool span_is(struct span text, const char *word);
bool span_next_line(struct span *rest, struct span *line);
struct span span_trim(struct span text);
/* span_word takes the next word, ended by a space or tab, off rest. */
struct span span_word(struct span *rest);
/* span_number reads decimal digits; false for anything else, and for numbers of more than nine digits. */
bool span_number(struct span text, unsigned long *number);

#endif
