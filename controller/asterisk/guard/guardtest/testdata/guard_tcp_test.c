/* Who has to go when all places for connections are taken: RFC 6177 (customers of IPv6), SEC-1. */
#include "../../guard_tcp.c"

#include <assert.h>
#include <poll.h>
#include <stdio.h>

static int listener;
static union address own = {.v4 = {.sin_family = AF_INET}};

/* from connects from 127.0.0.host, says something or nothing, and is accepted. */
static int from(int host, bool says)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000000u + (unsigned)host)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert(bind(fd, (struct sockaddr *)&here, sizeof here) == 0);
	assert(connect(fd, &own.any, sizeof own.v4) == 0);
	if (says)
		assert(write(fd, "\r\n\r\n", 4) == 4);
	assert(accept(listener, NULL, NULL) >= 0);
	return fd;
}

static bool is_over(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char byte;
	return poll(&p, 1, 0) > 0 && read(fd, &byte, 1) <= 0;
}

static int over(const int *fds, int n)
{
	int all = 0;
	for (int i = 0; i < n; i++)
		all += is_over(fds[i]);
	return all;
}

/* wait_silent waits until the guard has seen nothing of a connection for long: TCP's own clock cannot be turned. */
static void wait_silent(int fd)
{
	union address here = {0};
	socklen_t size = sizeof here;
	assert(getsockname(fd, &here.any, &size) == 0);
	for (int tries = 0; tries < 1000; tries++) {
		bool mute;
		for (int i = 0; i < count; i++)
			if (same_host(&connections[i].peer, &here) && silence(&connections[i], &mute) >= GRACE)
				return;
		poll(NULL, 0, 10);
	}
	assert(!"it is never silent for long");
}

static union address v6(const char *text)
{
	union address a = {.v6 = {.sin6_family = AF_INET6}};
	assert(inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1);
	return a;
}

static void customers(void)
{
	const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"2001:db8:0:1::1", "2001:db8:0:1::2", true},
		{"2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", true},
		{"2001:db8:0:1::1", "2001:db8:0:2::1", false},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.1", true},
		{"::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		union address a = v6(cases[i].a), b = v6(cases[i].b);
		assert(same_host(&a, &b) == cases[i].same);
		assert(!cases[i].same || slot(&a) == slot(&b));
	}
}

int main(void)
{
	socklen_t size = sizeof own;
	int few[3], many[7], next[7];
	customers();

	listener = socket(AF_INET, SOCK_STREAM, 0);
	own.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert(bind(listener, &own.any, sizeof own.v4) == 0 && getsockname(listener, &own.any, &size) == 0);
	char sip[32];
	snprintf(sip, sizeof sip, "127.0.0.1:%d", ntohs(own.v4.sin_port));
	setenv("RINGDESK_GUARD_SIP", sip, 1);
	setenv("RINGDESK_GUARD_TCP", "10", 1);
	assert(guard_tcp_start() && listen(listener, 5) == 0);

	/* Two phones and a customer who has just come are silent longest, but the address with many makes room. */
	few[0] = from(2, true);
	few[1] = from(3, true);
	few[2] = from(4, false);
	for (int i = 0; i < 7; i++)
		many[i] = from(9, true);
	next[0] = from(5, true);
	assert(over(few, 3) == 0 && over(many, 7) == 1);
	for (int i = 1; i < 3; i++)
		next[i] = from(5 + i, true);
	assert(over(few, 3) == 0 && over(many, 7) == 3);
	assert(over(next, 3) == 0);

	/* Who has said nothing for long goes first, whoever it is. */
	wait_silent(few[2]);
	next[3] = from(20, true);
	assert(is_over(few[2]) && over(few, 2) == 0);

	/* SIP's port for TLS is counted, too, where there is one. */
	setenv("RINGDESK_GUARD_SIP", "127.0.0.1:1", 1);
	assert(guard_tcp_start() && !is_ours(listener));
	setenv("RINGDESK_GUARD_SIP_TLS", sip, 1);
	assert(guard_tcp_start() && is_ours(listener));
	puts("ok");
	return 0;
}
