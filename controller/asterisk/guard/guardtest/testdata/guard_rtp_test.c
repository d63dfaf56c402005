/* Uses sockets as Asterisk's RTP engine does: this program has its name, and is linked with the guard. */
#define _GNU_SOURCE
#include "../../guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int failures;

#define CHECK(condition, ...)                                     \
	do {                                                      \
		if (!(condition)) {                               \
			failures++;                               \
			printf("line %d: ", __LINE__);            \
			printf(__VA_ARGS__);                      \
			printf("\n");                             \
		}                                                 \
	} while (0)

static const uint8_t stun_request[20] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42};
static const uint8_t stun_answer[20] = {1, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42};

/* open_socket gives a socket at a loopback address, and where it is. */
static int open_socket(int family, struct sockaddr_storage *at, socklen_t *length)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int err = family == AF_INET ? bind(fd, (struct sockaddr *)&in, sizeof in) : bind(fd, (struct sockaddr *)&in6, sizeof in6);
	CHECK(fd >= 0 && err == 0, "no socket: %s", strerror(errno));
	*length = sizeof *at;
	getsockname(fd, (struct sockaddr *)at, length);
	return fd;
}

/* arrives sends a datagram to a port and gives what recvfrom does, and errno. */
static ssize_t arrives(int from, int fd, const struct sockaddr_storage *at, socklen_t length, const void *data, size_t size, uint8_t *got)
{
	struct sockaddr_storage source;
	socklen_t source_length = sizeof source;
	CHECK(sendto(from, data, size, 0, (const struct sockaddr *)at, length) == (ssize_t)size, "cannot send: %s", strerror(errno));
	errno = 0;
	return recvfrom(fd, got, 2048, 0, (struct sockaddr *)&source, &source_length);
}

static void first_bytes(int family)
{
	struct sockaddr_storage at, peer_at;
	socklen_t length, peer_length;
	int fd = open_socket(family, &at, &length), peer = open_socket(family, &peer_at, &peer_length);
	uint8_t data[64], got[2048];
	memset(data, 0x55, sizeof data);
	for (int first = 0; first < 256; first++) {
		for (size_t size = 1; size <= sizeof data; size += 21) {
			data[0] = (uint8_t)first;
			ssize_t n = arrives(peer, fd, &at, length, data, size, got);
			if (first >= 20 && first <= 63)
				CHECK(n == -1 && errno == EAGAIN, "byte %d: %zd, %s", first, n, strerror(errno));
			else
				CHECK(n == (ssize_t)size && got[0] == first, "byte %d: %zd", first, n);
		}
	}
	CHECK(recvfrom(fd, got, sizeof got, 0, NULL, NULL) == -1 && errno == EAGAIN, "something is left");
	/* What a stranger makes the engine answer does not open the port. */
	sendto(fd, stun_answer, sizeof stun_answer, 0, (struct sockaddr *)&peer_at, peer_length);
	recvfrom(peer, got, sizeof got, 0, NULL, NULL);
	data[0] = 22;
	CHECK(arrives(peer, fd, &at, length, data, sizeof data, got) == -1, "an answer to STUN opened the port");
	/* ICE does, and a new socket of the same number is closed again. */
	sendto(fd, stun_request, sizeof stun_request, 0, (struct sockaddr *)&peer_at, peer_length);
	CHECK(arrives(peer, fd, &at, length, data, sizeof data, got) == (ssize_t)sizeof data, "DTLS does not come through on an ICE leg");
	close(fd);
	int again = open_socket(family, &at, &length);
	CHECK(again == fd, "descriptor %d, want %d", again, fd);
	CHECK(arrives(peer, again, &at, length, data, sizeof data, got) == -1, "a new socket has the old one's state");
	close(again);
	close(peer);
}

/* The numbers go on after a restart, as the engine sees them. */
static void renumbers(void)
{
	struct sockaddr_storage at, peer_at;
	socklen_t length, peer_length;
	int fd = open_socket(AF_INET, &at, &length), peer = open_socket(AF_INET, &peer_at, &peer_length);
	uint8_t got[2048];
	for (int i = 0; i < 400; i++) {
		uint16_t seq = (uint16_t)(i < 200 ? 20000 + i : 100 + i);
		uint32_t stamp = htonl((uint32_t)i * 160);
		uint8_t data[172] = {0x80, 0, (uint8_t)(seq >> 8), (uint8_t)seq};
		memcpy(data + 4, &stamp, 4);
		CHECK(arrives(peer, fd, &at, length, data, sizeof data, got) == (ssize_t)sizeof data, "packet %d is gone", i);
		CHECK((got[2] << 8 | got[3]) == 20000 + i, "packet %d has number %d", i, got[2] << 8 | got[3]);
	}
	close(fd);
	close(peer);
}

/* Sockets that are not the RTP engine's are left alone: here a stream socket, and a file of a port's old number. */
static void others(void)
{
	struct sockaddr_storage at;
	socklen_t length;
	int pair[2], fd = open_socket(AF_INET, &at, &length);
	close(fd);
	uint8_t data[] = {22, 3, 1}, got[16];
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "no pair");
	CHECK(write(pair[1], data, sizeof data) == sizeof data && recvfrom(pair[0], got, sizeof got, 0, NULL, NULL) == sizeof data, "a TLS record is dropped");
	close(pair[0]);
	close(pair[1]);
	int tcp = socket(AF_INET, SOCK_STREAM, 0), server = socket(AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	length = sizeof in;
	CHECK(bind(server, (struct sockaddr *)&in, sizeof in) == 0 && listen(server, 1) == 0 && getsockname(server, (struct sockaddr *)&in, &length) == 0 &&
		      connect(tcp, (struct sockaddr *)&in, sizeof in) == 0, "no connection: %s", strerror(errno));
	int accepted = accept(server, NULL, NULL);
	CHECK(send(tcp, data, sizeof data, 0) == sizeof data && recvfrom(accepted, got, sizeof got, 0, NULL, NULL) == sizeof data, "a TLS record is dropped");
	close(accepted);
	close(tcp);
	close(server);
}

/* One thread sends from a port while another receives from it, and sockets come and go. */
static void *chatter(void *arg)
{
	(void)arg;
	for (int round = 0; round < 20; round++) {
		struct sockaddr_storage at, peer_at;
		socklen_t length, peer_length;
		int fd = open_socket(AF_INET, &at, &length), peer = open_socket(AF_INET, &peer_at, &peer_length);
		uint8_t data[172] = {0x80}, got[2048];
		for (int i = 0; i < 100; i++) {
			data[3] = (uint8_t)i;
			data[0] = i % 7 ? 0x80 : 30;
			arrives(peer, fd, &at, length, data, sizeof data, got);
			data[0] = 0x80;
			sendto(fd, data, sizeof data, 0, (struct sockaddr *)(i % 3 ? &peer_at : &at), peer_length);
		}
		close(fd);
		close(peer);
	}
	return NULL;
}

int srtp_unprotect(void *context, void *packet, int *length);

/* deciphered lets a packet arrive, checks that nothing was changed before it is deciphered, and gives its number after that. */
static int deciphered(int from, int fd, const struct sockaddr_storage *at, socklen_t length, uint16_t seq, uint8_t ssrc, uint8_t key)
{
	uint8_t got[2048], data[173] = {0x80, 8, (uint8_t)(seq >> 8), (uint8_t)seq, 0, 0, (uint8_t)(seq * 160 >> 8), (uint8_t)(seq * 160), 0, 0, 0, ssrc};
	data[sizeof data - 1] = key;
	struct sockaddr_storage source; /* there until the packet is deciphered, as in the engine */
	socklen_t source_length = sizeof source;
	CHECK(sendto(from, data, sizeof data, 0, (const struct sockaddr *)at, length) == sizeof data, "cannot send: %s", strerror(errno));
	int n = (int)recvfrom(fd, got, sizeof got, 0, (struct sockaddr *)&source, &source_length);
	CHECK(n == sizeof data && memcmp(got, data, sizeof data) == 0, "packet %d was changed before it was deciphered", seq);
	if (srtp_unprotect(NULL, got, &n) != 0)
		return -1;
	return got[2] << 8 | got[3];
}

/* SRTP is renumbered after it was deciphered, and what has another key changes nothing. */
static void sealed(void)
{
	struct sockaddr_storage at, peer_at;
	socklen_t length, peer_length;
	int fd = open_socket(AF_INET, &at, &length), peer = open_socket(AF_INET, &peer_at, &peer_length);
	uint8_t data[172] = {0x80};
	for (int seq = 1000; seq < 1005; seq++) {
		int number = deciphered(peer, fd, &at, length, (uint16_t)seq, 1, 0xee);
		CHECK(number == seq, "packet %d is %d", seq, number);
		sendto(fd, data, sizeof data, 0, (struct sockaddr *)&peer_at, peer_length);
	}
	CHECK(deciphered(peer, fd, &at, length, 7, 2, 0) == -1, "another's packet was taken");
	for (int i = 0; i < 3; i++) {
		int number = deciphered(peer, fd, &at, length, (uint16_t)(20 + i), 3, 0xee);
		CHECK(number == 1005 + i, "packet %d after the restart is %d", i, number);
	}
	close(fd);
	close(peer);
}

struct shared {
	int fd;
	struct sockaddr_storage at, to[2];
	socklen_t length;
	atomic_bool done;
};

static void *sends(void *arg)
{
	struct shared *s = arg;
	uint8_t data[172] = {0x80};
	for (int i = 0; !atomic_load(&s->done); i++)
		sendto(s->fd, data, sizeof data, 0, (struct sockaddr *)&s->to[i / 50 % 2], s->length);
	return NULL;
}

static void threads(void)
{
	pthread_t t[8];
	for (int i = 0; i < 8; i++)
		pthread_create(&t[i], NULL, chatter, NULL);
	for (int i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
	struct shared s = {0};
	int peer[2];
	s.fd = open_socket(AF_INET, &s.at, &s.length);
	for (int i = 0; i < 2; i++)
		peer[i] = open_socket(AF_INET, &s.to[i], &s.length);
	pthread_create(&t[0], NULL, sends, &s);
	uint8_t got[2048], data[172] = {0x80};
	for (int i = 0; i < 3000; i++) {
		data[2] = (uint8_t)(i >> 8);
		data[3] = (uint8_t)i;
		arrives(peer[i / 100 % 2], s.fd, &s.at, s.length, data, sizeof data, got);
	}
	atomic_store(&s.done, true);
	pthread_join(t[0], NULL);
	close(s.fd);
	close(peer[0]);
	close(peer[1]);
}

int main(void)
{
	const char *parts = getenv("RINGDESK_GUARD_LOADED");
	CHECK(parts && strstr(parts, "rtp "), "the guard calls itself '%s'", parts ? parts : "");
	first_bytes(AF_INET);
	first_bytes(AF_INET6);
	renumbers();
	others();
	sealed();
	threads();
	return failures != 0;
}
