/* Media lines of session descriptions (RFC 3264, RFC 8866): which one we take, and what stands for the others. */
#ifndef RINGDESK_SIP_SDP_H
#define RINGDESK_SIP_SDP_H

#include "sip_text.h"

enum {
	SDP_LINES = 16, /* media lines of a description, as many as pjproject reads; more are refused */
	SDP_LINE = 96,  /* bytes of a media line with its first format; longer ones are refused */
	SDP_PARTS = 8,  /* parts of a multipart body; more are refused */
};

/* sdp_layout is how the media lines of a dialog stand at its far side. The engine knows the one at `audio` only. */
struct sdp_layout {
	int lines;
	int audio;
	unsigned long changes; /* how often it changed: added to the version of our descriptions (RFC 3264, section 8) */
	char refused[SDP_LINES][SDP_LINE]; /* "m=video 0 RTP/AVP 96" of the lines that we refuse; "" at `audio` */
};

enum sdp_verdict {
	SDP_NONE,    /* there is no description */
	SDP_PLAIN,   /* one audio line, as the engine takes it: nothing was changed */
	SDP_CUT,     /* lines were taken out; layout says which */
	SDP_UNUSABLE /* no line that we could take, or nothing that can be read */
};

/*
 * sdp_cut leaves in a message's descriptions the one audio line that we take: the one at `wanted` if that is audio (of
 * an answer), else the best (-1: of an offer). The message keeps its length. The layout is set for PLAIN and CUT.
 */
enum sdp_verdict sdp_cut(const struct sip_message *message, int wanted, struct sdp_layout *layout);

/* sdp_spoil makes the descriptions in a body such that pjmedia refuses them, in place. */
void sdp_spoil(struct span body);

/* sdp_of_browser says whether a message's description is one that browsers make: audio first, and video. */
bool sdp_of_browser(const struct sip_message *message);

/* sdp_same compares the lines of two layouts. */
bool sdp_same(const struct sdp_layout *a, const struct sdp_layout *b);

/*
 * sdp_put_back adds a layout's refused lines to a description of one media line, in place. room is how many bytes the
 * body may grow to. It gives the new size; 0 when the description has not exactly one line, or there is no room.
 */
size_t sdp_put_back(const struct sdp_layout *layout, struct span body, size_t room);

#endif
