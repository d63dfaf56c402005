/* Plays streams into rtp_receive and looks at the numbers that come out. Prints what is wrong and ends non-zero then. */
#include "../../rtp_stream.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;
static const char *scene;

#define CHECK(condition, ...)                                     \
	do {                                                      \
		if (!(condition)) {                               \
			failures++;                               \
			printf("%s: ", scene);                    \
			printf(__VA_ARGS__);                      \
			printf("\n");                             \
		}                                                 \
	} while (0)

/* sender is a peer, and what became of its last packet. */
struct sender {
	struct rtp_address at;
	uint16_t seq;
	uint32_t stamp, ssrc;
	uint16_t out;
	uint32_t out_stamp;
	int marker, change;
};

static struct rtp_stream stream;
static int64_t clock_ms;

static struct rtp_address address(const char *ip, int port)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct rtp_address a;
	inet_pton(AF_INET, ip, &in.sin_addr);
	rtp_address_of(&a, (struct sockaddr *)&in, sizeof in);
	return a;
}

static void begin(const char *name)
{
	scene = name;
	memset(&stream, 0, sizeof stream);
	clock_ms = 1000000;
}

static void packet(struct sender *s, uint16_t seq, uint32_t stamp, size_t payload)
{
	uint8_t b[12 + 160] = {0x80, 8, seq >> 8, seq, stamp >> 24, stamp >> 16, stamp >> 8, stamp, s->ssrc >> 24, s->ssrc >> 16, s->ssrc >> 8, s->ssrc};
	s->change = rtp_receive(&stream, b, 12 + payload, &s->at, clock_ms);
	s->out = b[2] << 8 | b[3];
	s->out_stamp = (uint32_t)b[4] << 24 | b[5] << 16 | b[6] << 8 | b[7];
	s->marker = b[1] >> 7;
}

/* say sends n packets of 20 ms. */
static void say(struct sender *s, int n)
{
	while (n-- > 0) {
		packet(s, s->seq, s->stamp, 160);
		s->seq++;
		s->stamp += 160;
		clock_ms += 20;
	}
}

static struct sender peer(void)
{
	struct sender s = {.at = address("192.0.2.1", 4000), .seq = 30000, .stamp = 0xfffff000, .ssrc = 7};
	return s;
}

/* Restarts of one source: the engine sees numbers and timestamps go on. */
static void restarts(void)
{
	static const struct {
		const char *name;
		int seq;
		long long stamp;
		int ssrc, lost; /* packets that may look late */
	} rows[] = {
		{"back by 1", -2, 0, 0, 0}, {"back by 5", -6, 0, 0, 0}, {"back by 50", -50, 0, 0, 0}, {"back by 1,000", -1000, 0, 0, 0},
		{"back by 20,000", -20000, 0, 0, 0}, {"half round", 32768, 0, 0, 0}, {"forward by 1,000", 1000, 0, 0, 0},
		{"another SSRC", 0, 0, 1, 0}, {"another SSRC, back", -5000, -100000, 1, 0}, {"timestamp back", 0, -800000, 0, 0},
		{"timestamp ahead", 0, 80000000, 0, 0}, {"both back", -7000, -800000, 0, 0}, {"a little of both back", -8, -1600, 0, 2},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin(rows[i].name);
		struct sender s = peer();
		for (int round = 0; round < 40; round++) {
			say(&s, 60);
			uint16_t last = s.out;
			uint32_t stamp = s.out_stamp;
			s.seq += rows[i].seq;
			s.stamp += (uint32_t)rows[i].stamp;
			s.ssrc += rows[i].ssrc;
			say(&s, rows[i].lost);
			say(&s, 1);
			CHECK((uint16_t)(s.out - last) == 1 || rows[i].seq == 0, "number %u follows %u", s.out, last);
			CHECK((int16_t)(s.out - last) > 0, "number %u follows %u", s.out, last);
			CHECK((int32_t)(s.out_stamp - stamp) > 0 && s.out_stamp - stamp <= 160u * (3 + rows[i].lost), "timestamp %u follows %u", s.out_stamp, stamp);
			CHECK(s.marker && s.change == RTP_RESTART, "the restart is not noticed");
		}
	}
}

/* What no restart is passes as it came. */
static void untouched(void)
{
	struct sender s;
	begin("in order over the wrap");
	s = peer();
	for (int i = 0; i < 70000; i++) {
		uint16_t seq = s.seq;
		uint32_t stamp = s.stamp;
		say(&s, 1);
		CHECK(s.out == seq && s.out_stamp == stamp && !s.change && !s.marker, "packet %d became %u", i, s.out);
	}
	begin("swapped packets");
	s = peer();
	say(&s, 50);
	for (int distance = 1; distance <= 10; distance++) {
		uint16_t seq = s.seq;
		uint32_t stamp = s.stamp;
		s.seq++;
		s.stamp += 160;
		say(&s, distance);
		packet(&s, seq, stamp, 160);
		CHECK(s.out == seq && s.out_stamp == stamp && !s.change, "a packet %d late became %u, was %u", distance, s.out, seq);
		say(&s, 30);
		CHECK(s.out == (uint16_t)(s.seq - 1), "number %u, want %u", s.out, s.seq - 1);
	}
	begin("sent twice");
	s = peer();
	for (int i = 0; i < 100; i++) {
		say(&s, 1);
		uint16_t out = s.out;
		packet(&s, s.seq - 1, s.stamp - 160, 160);
		CHECK(s.out == out && !s.change, "the second %u became %u", out, s.out);
	}
	begin("lost packets");
	s = peer();
	for (int lost = 0; lost < 45; lost++) {
		say(&s, 5);
		s.seq += lost;
		s.stamp += 160 * lost;
		clock_ms += 20 * lost;
		say(&s, 1);
		CHECK(s.out == (uint16_t)(s.seq - 1) && !s.change, "%d lost: number %u, want %u", lost, s.out, s.seq - 1);
	}
	begin("a pause with the timestamp counting on");
	s = peer();
	say(&s, 10);
	s.stamp += 160 * 500;
	clock_ms += 10000;
	say(&s, 1);
	CHECK(!s.change && s.out == (uint16_t)(s.seq - 1) && s.out_stamp == s.stamp - 160, "the pause is taken for a restart");
}

/* What is sent beside sound (keys, comfort noise) for long does not make the next sound a restart. */
static void beside(void)
{
	begin("a key held for long");
	struct sender s = peer();
	say(&s, 20);
	uint32_t stamp = s.stamp;
	for (int i = 0; i < 3000; i++) { /* a minute */
		packet(&s, s.seq++, stamp, 4);
		s.stamp += 160;
		clock_ms += 20;
	}
	say(&s, 1);
	CHECK(!s.change && s.out_stamp == s.stamp - 160, "the sound after a long key is taken for a restart");
}

/* A key is one key: its packets bear one timestamp and numbers in order, and end three times (RFC 4733). */
static void keys(void)
{
	begin("keys");
	struct sender s = peer();
	say(&s, 20);
	for (int key = 0; key < 30; key++) {
		uint32_t stamp = s.stamp, out = 0;
		for (int i = 0; i < 10; i++) {
			packet(&s, s.seq++, stamp, 4);
			CHECK(i == 0 || s.out_stamp == out, "the timestamp changes in mid-key");
			CHECK(!s.change, "a key's packet is taken for a restart");
			out = s.out_stamp;
			clock_ms += i < 7 ? 20 : 0;
			s.stamp += i < 7 ? 160 : 0;
		}
		packet(&s, s.seq - 1, stamp, 4);
		CHECK(!s.change && s.out_stamp == out, "a key's end that is repeated becomes another");
		say(&s, 5);
		if (key % 3 == 0) { /* the stream restarts between two keys */
			s.seq -= 3000;
			s.stamp -= 90000;
			say(&s, 3);
		}
		CHECK((int32_t)(s.out_stamp - out) > 0, "after the key timestamp %u is not above %u", s.out_stamp, out);
	}
}

/* The peer goes on from another port of its host. */
static void moves(void)
{
	for (int same = 0; same < 2; same++) {
		begin(same ? "another port, the same stream" : "another port, another stream");
		struct sender s = peer();
		struct rtp_address home = s.at;
		for (int round = 0; round < 20; round++) {
			for (int i = 0; i < 60; i++) {
				rtp_sending(&stream, &home);
				say(&s, 1);
			}
			uint16_t last = s.out;
			s.at.port = htons(5000 + round);
			if (!same) {
				s.ssrc++;
				s.seq -= 3000;
			}
			int waited = 0;
			do {
				rtp_sending(&stream, &home);
				say(&s, 1);
				waited++;
			} while (!(s.change & RTP_MOVED) && waited < 100);
			CHECK(waited <= (same ? 1 : 7), "followed after %d packets", waited);
			CHECK(stream.moved && rtp_address_equal(&stream.known, &home), "the engine is to see another address");
			CHECK(!!(s.change & RTP_SAME) == same, "changes %x", s.change);
			CHECK((int16_t)(s.out - last) > 0 && (int16_t)(s.out - last) < 10, "number %u follows %u", s.out, last);
		}
		s.at = home;
		uint16_t last = s.out;
		say(&s, 1);
		CHECK(!stream.moved && (int16_t)(s.out - last) == 1, "back home: moved %d, number %u after %u", stream.moved, s.out, last);
	}
}

/* Strangers change nothing of what the peer's packets become, whatever they send. */
static void strangers(void)
{
	begin("strangers");
	struct sender s = peer();
	struct rtp_address home = s.at;
	struct sender far = {.at = address("198.51.100.1", 4000)}, near = {.at = address("192.0.2.1", 4444)};
	srand(1);
	for (int i = 0; i < 20000; i++) {
		rtp_sending(&stream, &home);
		uint16_t seq = s.seq;
		uint32_t stamp = s.stamp;
		say(&s, 1);
		CHECK(s.out == seq && s.out_stamp == stamp && !s.change, "packet %d became %u, was %u", i, s.out, seq);
		far.ssrc = near.ssrc = rand() % 3 ? 7 : (uint32_t)rand();
		packet(&far, i % 2 ? s.seq : rand(), i % 2 ? s.stamp : (uint32_t)rand(), rand() % 161);
		packet(&near, rand(), rand(), rand() % 161);
		CHECK(!stream.moved && rtp_address_equal(&stream.known, &home), "a stranger took the peer's place");
	}
	begin("a stranger while the peer is silent");
	s = peer();
	for (int i = 0; i < 50; i++) {
		rtp_sending(&stream, &home);
		say(&s, 1);
	}
	uint16_t seq = s.seq;
	for (int i = 0; i < 5000; i++)
		say(&far, 1);
	CHECK(!stream.moved && rtp_address_equal(&stream.current.from, &home), "a stranger took the peer's place");
	say(&s, 1);
	CHECK(s.out == seq, "number %u, want %u", s.out, seq);
	begin("a stranger before the peer");
	s = peer();
	near.at.port = htons(4444);
	say(&near, 3);
	for (int i = 0; i < 100; i++) {
		rtp_sending(&stream, &home);
		say(&s, 1);
		CHECK(i == 0 || (!stream.moved && rtp_address_equal(&stream.known, &home)), "packet %d: the stranger stays", i);
	}
}

/* Signalling names another address (re-INVITE). */
static void signalled(void)
{
	begin("re-INVITE");
	struct sender s = peer();
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 60; i++) {
			rtp_sending(&stream, &s.at);
			say(&s, 1);
		}
		uint16_t last = s.out;
		s.at = address(round % 2 ? "192.0.2.1" : "203.0.113.9", 6000 + round);
		s.ssrc++;
		s.seq -= 9000;
		for (int i = 0; i < 3; i++) {
			rtp_sending(&stream, &s.at);
			say(&s, 1);
			CHECK((uint16_t)(s.out - last) == 1, "number %u follows %u", s.out, last);
			last = s.out;
		}
		CHECK(!stream.moved && rtp_address_equal(&stream.known, &s.at), "the new address is not taken");
	}
}

/* Noise of any kind and length is read within its bounds. */
static void noise(void)
{
	begin("noise");
	srand(2);
	for (int i = 0; i < 2000000; i++) {
		size_t length = rand() % 40;
		uint8_t *b = malloc(length ? length : 1); /* on the heap, for the sanitizer to see its end */
		for (size_t j = 0; j < length; j++)
			b[j] = rand();
		if (length && rand() % 2)
			b[0] = 0x80;
		if (rtp_is_media(b, length)) {
			struct rtp_address from = address(rand() % 2 ? "192.0.2.1" : "198.51.100.1", 4000 + rand() % 3);
			if (rand() % 5 == 0)
				rtp_sending(&stream, &from);
			clock_ms += rand() % 200;
			rtp_receive(&stream, b, length, &from, clock_ms);
		}
		free(b);
	}
	uint8_t rtcp[12] = {0x80, 200};
	CHECK(!rtp_is_media(rtcp, sizeof rtcp), "RTCP is taken for RTP");
}

/* Addresses are compared whichever way they are written. */
static void addresses(void)
{
	begin("addresses");
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(4000)};
	struct sockaddr_in6 mapped = {.sin6_family = AF_INET6, .sin6_port = htons(4000)}, six = mapped;
	struct rtp_address a, b, c;
	inet_pton(AF_INET, "192.0.2.1", &in.sin_addr);
	inet_pton(AF_INET6, "::ffff:192.0.2.1", &mapped.sin6_addr);
	inet_pton(AF_INET6, "2001:db8::c000:201", &six.sin6_addr);
	CHECK(rtp_address_of(&a, (struct sockaddr *)&in, sizeof in) && rtp_address_of(&b, (struct sockaddr *)&mapped, sizeof mapped) &&
		      rtp_address_of(&c, (struct sockaddr *)&six, sizeof six), "an address is not taken");
	CHECK(rtp_address_equal(&a, &b) && rtp_address_digest(&a) == rtp_address_digest(&b), "IPv4 in IPv6 is another address");
	CHECK(!rtp_address_equal(&a, &c) && rtp_address_digest(&a) != rtp_address_digest(&c), "IPv6 is the same address as IPv4");
	CHECK(!rtp_address_of(&a, NULL, 0) && !rtp_address_of(&a, (struct sockaddr *)&six, sizeof in), "an address that is none was taken");
}

int main(void)
{
	addresses();
	restarts();
	untouched();
	keys();
	beside();
	moves();
	strangers();
	signalled();
	noise();
	if (failures)
		printf("%d checks failed\n", failures);
	return failures != 0;
}
