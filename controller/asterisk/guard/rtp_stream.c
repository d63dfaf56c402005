#include "rtp_stream.h"

#include <string.h>

enum {
	HEADER = 12,   /* RFC 3550, section 5.1 */
	EVENT = 4,     /* a telephone-event's payload (RFC 4733); its timestamp is that of the key's beginning */
	DROPOUT = 50,  /* further on than that is a restart: one second of packets, which nobody conceals */
	MISORDER = 20, /* further back than that is a restart */
	LATES = 3,     /* as many late packets in order are a restart, too */
	SILENT = 100,  /* ms without a packet, after which another port of the host may go on */
	ORDERED = 3,   /* packets in order, after which it does */
	STEP = 160,    /* 20 ms at 8 kHz */
	JUMP_MS = 2000,  /* a timestamp further ahead of the clock than that is a new one */
	FASTEST = 48,  /* timestamp units in a ms, at most */
	SLOWEST = 8,
};

static uint16_t get16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static uint32_t get32(const uint8_t *p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

bool rtp_is_media(const uint8_t *packet, size_t length)
{
	if (length < HEADER || packet[0] >> 6 != 2)
		return false;
	return packet[1] < 192 || packet[1] > 223; /* RTCP's packet types (RFC 5761, section 4) */
}

bool rtp_address_of(struct rtp_address *address, const struct sockaddr *from, socklen_t length)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* IPv4 at an IPv6 socket (RFC 4291, section 2.5.5.2) */
	memset(address, 0, sizeof *address);
	address->family = AF_INET;
	if (from && length >= sizeof(struct sockaddr_in) && from->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)from;
		memcpy(address->ip, &in->sin_addr, 4);
		address->port = in->sin_port;
	} else if (from && length >= sizeof(struct sockaddr_in6) && from->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)from;
		address->port = in->sin6_port;
		if (memcmp(&in->sin6_addr, mapped, sizeof mapped) == 0) {
			memcpy(address->ip, in->sin6_addr.s6_addr + sizeof mapped, 4);
		} else {
			memcpy(address->ip, &in->sin6_addr, 16);
			address->family = AF_INET6;
		}
	} else {
		return false;
	}
	return true;
}

static bool same_host(const struct rtp_address *a, const struct rtp_address *b)
{
	return a->family == b->family && memcmp(a->ip, b->ip, sizeof a->ip) == 0;
}

bool rtp_address_equal(const struct rtp_address *a, const struct rtp_address *b)
{
	return a->port == b->port && same_host(a, b);
}

unsigned long rtp_address_digest(const struct rtp_address *address)
{
	unsigned long h = 0xcbf29ce484222325ul; /* FNV-1a, 64 bits */
	const uint8_t *b = (const uint8_t *)address;
	for (size_t i = 0; i < sizeof *address; i++)
		h = (h ^ b[i]) * 0x100000001b3ul;
	return h ? h : 1;
}

/* out is the engine's number of a source's last packet. */
static uint16_t out(const struct rtp_source *s) { return (uint16_t)(s->seq + s->seq_offset); }

/* after says whether a timestamp can follow the last one: later, but not much later than the clock. */
static bool after(const struct rtp_source *s, uint32_t stamp, int64_t now_ms)
{
	int64_t ahead = (int32_t)(stamp - s->stamp);
	int64_t most = (now_ms - s->said + JUMP_MS) * FASTEST;
	return ahead > 0 && ahead <= most;
}

/* begin lets a source's numbers go on from those of another one, or of itself. */
static void begin(struct rtp_source *s, uint16_t seq, uint32_t stamp, bool keep_stamps, uint16_t last_out, uint32_t last_stamp, int64_t gap_ms)
{
	s->seq_offset = (uint16_t)(last_out + 1 - seq);
	if (keep_stamps)
		return;
	uint32_t passed = (uint32_t)((gap_ms < 0 ? 0 : gap_ms) * SLOWEST);
	s->stamp_offset = last_stamp + (passed > s->step ? passed : s->step) - stamp;
}

/* restarted says whether a packet of the same SSRC belongs to a new stream. */
static bool restarted(struct rtp_source *s, uint16_t seq, uint32_t stamp, bool event, int64_t now_ms)
{
	int16_t ahead = (int16_t)(seq - s->seq);
	if (ahead > DROPOUT || ahead < -MISORDER)
		return true;
	if (ahead > 0) {
		s->lates = 0;
		return !event && !after(s, stamp, now_ms) && stamp != s->stamp;
	}
	if (ahead == 0)
		return false; /* the same packet once more */
	if (!event && after(s, stamp, now_ms))
		return true; /* said later, but numbered lower */
	s->lates = s->lates > 0 && seq == (uint16_t)(s->late + 1) ? s->lates + 1 : 1;
	s->late = seq;
	return s->lates >= LATES;
}

/* number takes a packet of one source in. */
static int number(struct rtp_source *s, uint8_t *packet, bool event, int64_t now_ms)
{
	uint16_t seq = get16(packet + 2);
	uint32_t stamp = get32(packet + 4), ssrc = get32(packet + 8);
	int change = 0;
	bool late = (int16_t)(seq - s->seq) <= 0;
	if (ssrc != s->ssrc || restarted(s, seq, stamp, event, now_ms)) {
		bool keep = ssrc == s->ssrc && (after(s, stamp, now_ms) || stamp == s->stamp);
		begin(s, seq, stamp, keep, out(s), s->stamp + s->stamp_offset, now_ms - s->at);
		if (!event)
			packet[1] |= 0x80; /* marker: the engine reads the peer's clock anew */
		s->ssrc = ssrc;
		s->lates = 0;
		s->ordered = 0;
		late = false;
		change = RTP_RESTART;
	} else if (!late && !event && seq == (uint16_t)(s->seq + 1)) {
		uint32_t step = stamp - s->stamp;
		if (step > 0 && step <= 120 * FASTEST)
			s->step = step;
	}
	if (!late) {
		if (s->ordered < UINT8_MAX)
			s->ordered++;
		s->seq = seq;
		if (!event) {
			s->stamp = stamp;
			s->said = now_ms;
		}
	}
	s->at = now_ms;
	put16(packet + 2, (uint16_t)(seq + s->seq_offset));
	put32(packet + 4, stamp + s->stamp_offset);
	return change;
}

/* first makes the source of a first packet, whose numbers go on from those of the source before it. */
static struct rtp_source first(const struct rtp_address *from, const uint8_t *packet, const struct rtp_source *before, int64_t now_ms)
{
	struct rtp_source s = {.from = *from, .used = true, .step = STEP, .at = now_ms, .said = now_ms};
	uint16_t seq = get16(packet + 2);
	uint32_t stamp = get32(packet + 4);
	s.ssrc = get32(packet + 8);
	if (before->used)
		begin(&s, seq, stamp, false, out(before), before->stamp + before->stamp_offset, now_ms - before->at);
	s.seq = (uint16_t)(seq - 1); /* so that the packet itself is the next one */
	s.stamp = stamp - STEP;
	return s;
}

/* continues says whether a packet from another port is the very next of the current stream, as after a NAT's new
 * mapping: nobody else knows its SSRC, numbers and timestamps. */
static bool continues(const struct rtp_source *s, const uint8_t *packet, int64_t now_ms)
{
	int16_t ahead = (int16_t)(get16(packet + 2) - s->seq);
	return get32(packet + 8) == s->ssrc && ahead > 0 && ahead <= DROPOUT && after(s, get32(packet + 4), now_ms);
}

/* catch_up lets a source's numbers go on from those that the engine has had of another one. */
static void catch_up(struct rtp_source *s, const struct rtp_source *had)
{
	int16_t behind = (int16_t)(out(had) - out(s));
	if (behind > 0)
		s->seq_offset += (uint16_t)behind;
	int32_t earlier = (int32_t)(had->stamp + had->stamp_offset - s->stamp - s->stamp_offset);
	if (earlier > 0)
		s->stamp_offset += (uint32_t)earlier;
}

/* swap lets the other source take the current one's place. */
static void swap(struct rtp_stream *stream)
{
	struct rtp_source before = stream->current;
	stream->current = stream->other;
	stream->other = before;
	catch_up(&stream->current, &stream->other);
}

/* takes_over says whether the other source's next packet makes it the current one, and why. */
static int takes_over(const struct rtp_stream *stream, int64_t now_ms)
{
	const struct rtp_source *current = &stream->current, *other = &stream->other;
	if (stream->moved && rtp_address_equal(&other->from, &stream->known))
		return RTP_BACK; /* the address that signalling named comes first */
	if (stream->confirmed && same_host(&other->from, &current->from) && other->ordered + 1 >= ORDERED && now_ms - current->at >= SILENT)
		return RTP_MOVED;
	return 0;
}

static int receive_other(struct rtp_stream *stream, uint8_t *packet, const struct rtp_address *from, bool event, int64_t now_ms)
{
	struct rtp_source *current = &stream->current, *other = &stream->other;
	if (stream->confirmed && same_host(from, &current->from) && continues(current, packet, now_ms)) {
		current->from = *from;
		stream->moved = !rtp_address_equal(from, &stream->known);
		return number(current, packet, event, now_ms) | RTP_MOVED | RTP_SAME;
	}
	if (!other->used || !rtp_address_equal(from, &other->from))
		*other = first(from, packet, current, now_ms);
	int change = takes_over(stream, now_ms);
	if (!change)
		return number(other, packet, event, now_ms);
	swap(stream);
	stream->moved = !rtp_address_equal(&current->from, &stream->known);
	return number(current, packet, event, now_ms) | change;
}

int rtp_receive(struct rtp_stream *stream, uint8_t *packet, size_t length, const struct rtp_address *from, int64_t now_ms)
{
	bool event = length <= HEADER + EVENT;
	if (!stream->current.used) {
		stream->current = first(from, packet, &stream->other, now_ms);
		stream->known = *from;
	}
	if (rtp_address_equal(from, &stream->current.from))
		return number(&stream->current, packet, event, now_ms);
	return receive_other(stream, packet, from, event, now_ms);
}

void rtp_sending(struct rtp_stream *stream, const struct rtp_address *to)
{
	if (!stream->current.used)
		return;
	stream->confirmed = rtp_address_equal(to, &stream->known);
	if (stream->confirmed)
		return;
	if (!rtp_address_equal(to, &stream->current.from)) {
		if (!stream->other.used || !rtp_address_equal(to, &stream->other.from))
			return; /* nothing has come from there yet */
		swap(stream);
	}
	stream->known = *to;
	stream->confirmed = true;
	stream->moved = false;
}
