/* Makes one sequence of numbers of what a peer sends to an RTP port, however often its stream restarts. It knows no
 * socket and no clock. */
#ifndef RINGDESK_RTP_STREAM_H
#define RINGDESK_RTP_STREAM_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* rtp_address is where a packet came from or goes to: family, port and address in one comparable piece. */
struct rtp_address {
	uint8_t ip[16]; /* IPv4 in the first four */
	uint16_t port;  /* as on the wire */
	uint16_t family;
};

/* rtp_source is one sender: its last packet as it came, and what is added to make the engine's numbers. */
struct rtp_source {
	struct rtp_address from;
	bool used;
	uint32_t ssrc;
	uint32_t stamp;   /* timestamp of the last sound */
	uint32_t stamp_offset;
	uint32_t step;    /* between two packets' timestamps */
	uint16_t seq;     /* the highest so far */
	uint16_t seq_offset;
	uint16_t late;    /* the last late number, while late packets follow each other */
	uint8_t lates;    /* how many of them */
	uint8_t ordered;  /* packets in order since it began, up to 255 */
	int64_t at;       /* ms, of the last packet */
	int64_t said;     /* ms, of the last sound */
};

/* rtp_stream is what comes to one port. */
struct rtp_stream {
	struct rtp_source current; /* whom the engine takes its sound from */
	struct rtp_source other;   /* whoever else was last heard */
	struct rtp_address known;  /* the current source as the engine knows it */
	bool confirmed;            /* the engine sends there, so it is whom signalling named */
	bool moved;                /* the current source sends from another port than that */
};

/* What rtp_receive found. */
enum rtp_change {
	RTP_RESTART = 1, /* numbers were changed because the stream began anew */
	RTP_MOVED = 2,   /* the peer sends from another port of its host */
	RTP_SAME = 4,    /* … and it is certainly the same stream: answer there */
	RTP_BACK = 8,    /* it sends from the known port again */
};

/* rtp_receive takes one packet in, changes its sequence number and timestamp in place, and gives rtp_change bits. The
 * packet must be RTP (rtp_is_media). When stream->moved is set afterwards and the packet is of the current source, the
 * engine has to see stream->known as its sender. */
int rtp_receive(struct rtp_stream *stream, uint8_t *packet, size_t length, const struct rtp_address *from, int64_t now_ms);

/* rtp_sending tells, before each packet, where the engine sends to: with symmetric RTP that is the source it takes sound
 * from, as signalling named it or as the engine has learned it. */
void rtp_sending(struct rtp_stream *stream, const struct rtp_address *to);

/* rtp_is_media tells RTP from RTCP, STUN and noise (RFC 5761, section 4; RFC 7983). */
bool rtp_is_media(const uint8_t *packet, size_t length);

bool rtp_address_of(struct rtp_address *address, const struct sockaddr *from, socklen_t length);
unsigned long rtp_address_digest(const struct rtp_address *address); /* never 0 */
bool rtp_address_equal(const struct rtp_address *a, const struct rtp_address *b);

#endif
