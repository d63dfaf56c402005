/* Stands before listen() and accept(): SIP's connections are few, since about 1,020 of them are all that pjproject can serve. */
#define _GNU_SOURCE
#include "guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	ALL = 512,      /* connections at once; RINGDESK_GUARD_TCP changes it, up to MOST */
	EACH = 64,      /* of one address; RINGDESK_GUARD_TCP_ADDRESS changes it */
	MOST = 640,
	FEW = 4,        /* an address with fewer is preferred when it is crowded */
	GRACE = 1000,   /* milliseconds in which a new connection should have said something */
	PREFIX = 8,     /* bytes of an IPv6 address that are one customer's: the rest is for him to choose (RFC 6177) */
	STALE = 10000,  /* milliseconds of silence after which an address's own connection makes room for its next */
	ENDED = 128,    /* connections ended in a second, and as many again for those who have few: pjproject frees them late */
	BATCH = 64,     /* connections that are refused at once */
	SLOTS = 1024,   /* in which addresses are counted */
	BACKLOG = 511,  /* pjproject asks for 5: a burst of connections makes everybody else's wait for seconds */
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage room;
};

/* connection is one that was accepted. The engine closes it unseen: whether it is still there is asked when that matters. */
struct connection {
	int fd;
	ino_t inode;   /* tells it from a later one of the same descriptor */
	long accepted; /* when, in milliseconds */
	union address peer;
};

static struct guard_counter crowded = {.what = "SIP connections over TCP were ended to make room for others"};
static struct guard_counter refused = {.what = "SIP connections over TCP were refused: too many of an address, or in all"};

static int (*real_accept)(int, struct sockaddr *, socklen_t *);
static int (*real_listen)(int, int);
static in_port_t sip_port, tls_port; /* in network order; 0: not known, or none */
static int limit_all = ALL, limit_each = EACH;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct connection connections[MOST];
static int count;
static long second; /* in which `ended` connections were ended */
static int ended;

static int from_environment(const char *name, int otherwise)
{
	const char *text = getenv(name);
	int n = text ? atoi(text) : 0;
	return n > 0 && n <= MOST ? n : otherwise;
}

/* port_in is the port of a variable that holds host:port; 0 where there is none. */
static in_port_t port_in(const char *name)
{
	const char *address = getenv(name), *colon = address ? strrchr(address, ':') : NULL;
	return colon ? htons((uint16_t)atoi(colon + 1)) : 0;
}

bool guard_tcp_start(void)
{
	real_accept = (int (*)(int, struct sockaddr *, socklen_t *))guard_real("accept");
	real_listen = (int (*)(int, int))guard_real("listen");
	sip_port = port_in("RINGDESK_GUARD_SIP");
	tls_port = port_in("RINGDESK_GUARD_SIP_TLS");
	limit_all = from_environment("RINGDESK_GUARD_TCP", ALL);
	limit_each = from_environment("RINGDESK_GUARD_TCP_ADDRESS", EACH);
	return real_accept && real_listen && sip_port != 0;
}

static in_port_t port_of(const union address *a)
{
	return a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->any.sa_family == AF_INET ? a->v4.sin_port : 0;
}

/* is_mapped: an IPv4 address as a socket for both families has it. */
static bool is_mapped(const union address *a) { return IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr); }

static bool same_host(const union address *a, const union address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
	return memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, is_mapped(a) ? sizeof a->v6.sin6_addr : PREFIX) == 0;
}

static ino_t inode_of(int fd)
{
	struct stat about;
	return fstat(fd, &about) == 0 && S_ISSOCK(about.st_mode) ? about.st_ino : 0;
}

static long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int count_of(const union address *peer)
{
	int n = 0;
	for (int i = 0; i < count; i++)
		n += same_host(&connections[i].peer, peer);
	return n;
}

/* sweep forgets the connections that are over. */
static void sweep(void)
{
	int kept = 0;
	for (int i = 0; i < count; i++)
		if (inode_of(connections[i].fd) == connections[i].inode)
			connections[kept++] = connections[i];
	count = kept;
}

/* silence is for how many milliseconds a connection has said nothing; mute, whether it never said anything. */
static long silence(const struct connection *c, bool *mute)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof info;
	long age = now() - c->accepted;
	if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return 0;
	*mute = info.tcpi_bytes_received == 0;
	return info.tcpi_last_data_recv < age ? (long)info.tcpi_last_data_recv : age;
}

/* slot is where an address's connections are counted; two addresses may share one. */
static unsigned slot(const union address *a)
{
	const uint8_t *bytes = a->any.sa_family == AF_INET ? (const uint8_t *)&a->v4.sin_addr : a->v6.sin6_addr.s6_addr;
	size_t size = a->any.sa_family == AF_INET ? sizeof a->v4.sin_addr : is_mapped(a) ? sizeof a->v6.sin6_addr : PREFIX;
	unsigned hash = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash % SLOTS;
}

/*
 * dispensable says how well a connection can be done without: one that never said anything best, then those of addresses
 * that hold many, the most first, then the one that was silent longest. held is how many its address has.
 */
static uint64_t dispensable(const struct connection *c, int held, long *silent)
{
	bool mute = false;
	*silent = silence(c, &mute);
	bool crowds = held >= FEW;
	uint64_t worth = mute && *silent >= GRACE;
	worth = worth << 1 | crowds;
	worth = worth << 1 | mute;
	worth = worth << 10 | (uint64_t)(crowds ? held : 0); /* MOST fits */
	return worth << 48 | (uint64_t)(*silent < 0 ? 0 : *silent);
}

/* make_room ends the connection that is missed least, and was silent at least so long, of one address or of all (NULL). */
static bool make_room(const union address *peer, long least)
{
	uint16_t held[SLOTS] = {0};
	int least_missed = -1;
	uint64_t best = 0;
	for (int i = 0; i < count; i++)
		held[slot(&connections[i].peer)]++;
	for (int i = 0; i < count; i++) {
		long silent;
		if (peer && !same_host(&connections[i].peer, peer))
			continue;
		uint64_t worth = dispensable(&connections[i], held[slot(&connections[i].peer)], &silent);
		if (silent >= least && (least_missed < 0 || worth > best)) {
			least_missed = i;
			best = worth;
		}
	}
	if (least_missed < 0)
		return false;
	struct connection *victim = &connections[least_missed];
	/*
	 * The engine sees its end, and closes it. Between the two calls the engine could close it by itself and open another
	 * socket in its place, which would be ended instead: some microseconds, and only when all places are taken.
	 */
	if (inode_of(victim->fd) == victim->inode)
		shutdown(victim->fd, SHUT_RDWR);
	*victim = connections[--count];
	ended++;
	guard_count(&crowded);
	return true;
}

/* admit says whether there is a place for a new connection, and makes one. */
static bool admit(const union address *peer)
{
	if (count < limit_all && count_of(peer) < limit_each)
		return true;
	sweep();
	if (now() / 1000 != second) {
		second = now() / 1000;
		ended = 0;
	}
	int has = count_of(peer);
	if (has >= limit_each)
		return ended < ENDED && make_room(peer, STALE);
	return count < limit_all || (ended < (has < FEW ? 2 * ENDED : ENDED) && make_room(NULL, 0));
}

static bool enter(int fd)
{
	struct connection new = {.fd = fd, .inode = inode_of(fd), .accepted = now()};
	socklen_t size = sizeof new.peer;
	if (getpeername(fd, &new.peer.any, &size) != 0)
		return true; /* it is over already */
	pthread_mutex_lock(&lock);
	bool admitted = admit(&new.peer);
	if (admitted)
		connections[count++] = new;
	pthread_mutex_unlock(&lock);
	return admitted;
}

/* is_ours says whether a socket's own port is SIP's, with TLS or without. */
static bool is_ours(int fd)
{
	union address own = {0};
	socklen_t size = sizeof own;
	if (sip_port == 0 || getsockname(fd, &own.any, &size) != 0)
		return false;
	return port_of(&own) == sip_port || (tls_port != 0 && port_of(&own) == tls_port);
}

GUARD_PUBLIC int listen(int fd, int backlog)
{
	if (!real_listen)
		guard_tcp_start(); /* another library's constructor came before ours */
	if (!real_listen) {
		errno = ENOSYS;
		return -1;
	}
	return real_listen(fd, is_ours(fd) && backlog < BACKLOG ? BACKLOG : backlog);
}

GUARD_PUBLIC int accept(int listener, struct sockaddr *restrict address, socklen_t *restrict length)
{
	if (!real_accept)
		guard_tcp_start();
	if (!real_accept) {
		errno = ENOSYS;
		return -1;
	}
	/*
	 * pjproject stops listening for good after 50 errors without a success, EAGAIN among them. So of connections that are
	 * refused one is handed on, already ended, and not too often.
	 */
	static const struct timespec pause = {0, 5000000};
	int last = -1;
	for (int n = 0; n < BATCH; n++) {
		int fd = real_accept(listener, address, length);
		if (fd < 0 && last < 0)
			return fd;
		if (fd < 0)
			break;
		if (last >= 0)
			close(last);
		if (!is_ours(fd) || enter(fd))
			return fd;
		guard_count(&refused);
		last = fd;
	}
	nanosleep(&pause, NULL);
	shutdown(last, SHUT_RDWR);
	return last;
}
