/* Stands before the C library's functions for the sockets of Asterisk's RTP engine, and for no others. */
#define _GNU_SOURCE
#include "guard.h"
#include "rtp_stream.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SOCKETS = 1 << 16 };

/* port is one socket of the RTP engine, RTP or RTCP. */
struct port {
	atomic_bool tracked; /* the descriptor is such a socket at present */
	atomic_bool ice;     /* ICE and DTLS run on it: its packets are encrypted and none of our business */
	atomic_bool sealed;  /* the engine deciphers what comes: it is looked at after that */

	/* Touched by whoever receives, one thread at a time: the engine locks its instance. */
	struct rtp_stream stream;
	struct rtp_address to;
	unsigned seen;

	/* Told by whoever sends. */
	pthread_mutex_t mutex;
	struct rtp_address sent; /* where the engine sends to; only with the mutex held */
	atomic_ulong digest;     /* of that */
	atomic_uint sends;       /* how often it has changed */

	/* Told by whoever receives: a packet to the first goes to the second. */
	atomic_bool redirected;
	struct rtp_address asked;
	struct sockaddr_storage moved;
	socklen_t moved_length;
};

/* Made at a descriptor's first use and kept, so that nobody looks at freed memory. */
static _Atomic(struct port *) ports[SOCKETS];

static struct guard_counter dtls = {.what = "datagrams dropped that would have ended a call (DTLS on a leg without)"};
static struct guard_counter restarts = {.what = "restarts of a peer's RTP stream renumbered"};
static struct guard_counter moves = {.what = "RTP streams followed to another port of their host"};

/*
 * What the engine received last in this thread. SRTP with keys from the SDP (RFC 4568) it deciphers in the same buffer next,
 * through libsrtp, and takes the sender's address out of the same place after that.
 */
static _Thread_local struct {
	struct port *port;
	void *packet; /* NULL: no RTP of a call */
	struct sockaddr *from;
	socklen_t from_length;
	in_port_t from_port; /* as it came */
} received;

typedef int unprotect(void *context, void *packet, int *length);
static _Atomic(unprotect *) real_unprotect;

static int (*real_socket)(int, int, int);
static int (*real_close)(int);
static ssize_t (*real_recvfrom)(int, void *, size_t, int, struct sockaddr *, socklen_t *);
static ssize_t (*real_sendto)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);

/* find looks for the real functions. Constructors of other libraries can come before ours, so each wrapper asks. */
static bool find(void)
{
	if (real_sendto)
		return true;
	real_socket = guard_real("socket");
	real_close = guard_real("close");
	real_recvfrom = guard_real("recvfrom");
	real_sendto = guard_real("sendto"); /* the last, since it says that all are there */
	return real_socket && real_close && real_recvfrom && real_sendto;
}

bool guard_rtp_start(void) { return find(); }

static struct port *port_of(int fd)
{
	if (fd < 0 || fd >= SOCKETS)
		return NULL;
	struct port *p = atomic_load_explicit(&ports[fd], memory_order_acquire);
	return p && atomic_load_explicit(&p->tracked, memory_order_acquire) ? p : NULL;
}

/* of_engine says whether code at an address belongs to Asterisk's RTP engine. */
static bool of_engine(const void *code)
{
	Dl_info info;
	return dladdr(code, &info) && info.dli_fname && strstr(info.dli_fname, "res_rtp_asterisk");
}

/* track makes a fresh port of a new descriptor. */
static void track(int fd)
{
	struct port *p = atomic_load(&ports[fd]);
	if (!p) {
		p = calloc(1, sizeof *p);
		if (!p)
			return; /* the engine will not get far, either */
		pthread_mutex_init(&p->mutex, NULL);
		atomic_store(&ports[fd], p);
	}
	pthread_mutex_lock(&p->mutex);
	memset(&p->stream, 0, sizeof p->stream);
	memset(&p->to, 0, sizeof p->to);
	memset(&p->sent, 0, sizeof p->sent);
	p->seen = 0;
	atomic_store(&p->digest, 0);
	atomic_store(&p->sends, 0);
	atomic_store(&p->ice, false);
	atomic_store(&p->sealed, false);
	atomic_store(&p->redirected, false);
	pthread_mutex_unlock(&p->mutex);
	atomic_store_explicit(&p->tracked, true, memory_order_release);
}

GUARD_PUBLIC int socket(int domain, int type, int protocol)
{
	const void *caller = __builtin_return_address(0);
	find();
	int fd = real_socket(domain, type, protocol);
	int saved = errno;
	if (fd >= 0 && fd < SOCKETS && (domain == AF_INET || domain == AF_INET6) && (type & 0xf) == SOCK_DGRAM && of_engine(caller))
		track(fd);
	errno = saved;
	return fd;
}

GUARD_PUBLIC int close(int fd)
{
	find();
	struct port *p = port_of(fd);
	if (p)
		atomic_store(&p->tracked, false); /* before the number can be given to somebody else */
	return real_close(fd);
}

/* is_ice says whether a datagram that the engine sends shows that ICE or DTLS runs on its socket. Answers to STUN do not:
 * the engine gives them to any stranger. */
static bool is_ice(const uint8_t *b, size_t length)
{
	static const uint8_t cookie[] = {0x21, 0x12, 0xa4, 0x42}; /* RFC 8489, section 5 */
	if (length >= 20 && b[0] == 0 && b[1] == 1)
		return memcmp(b + 4, cookie, sizeof cookie) == 0;
	return length > 0 && b[0] >= 20 && b[0] <= 63; /* RFC 7983 */
}

/* sends_to notes where the engine sends to, which seldom changes. */
static void sends_to(struct port *p, const struct rtp_address *to)
{
	unsigned long digest = rtp_address_digest(to);
	if (digest == atomic_load_explicit(&p->digest, memory_order_relaxed))
		return;
	pthread_mutex_lock(&p->mutex);
	p->sent = *to;
	atomic_store(&p->digest, digest);
	atomic_fetch_add(&p->sends, 1);
	pthread_mutex_unlock(&p->mutex);
}

GUARD_PUBLIC ssize_t sendto(int fd, const void *buffer, size_t length, int flags, const struct sockaddr *to, socklen_t to_length)
{
	find();
	struct port *p = port_of(fd);
	struct rtp_address address;
	if (!p || atomic_load_explicit(&p->ice, memory_order_relaxed) || !rtp_address_of(&address, to, to_length))
		return real_sendto(fd, buffer, length, flags, to, to_length);
	if (is_ice(buffer, length)) {
		atomic_store(&p->ice, true);
		return real_sendto(fd, buffer, length, flags, to, to_length);
	}
	if (!rtp_is_media(buffer, length))
		return real_sendto(fd, buffer, length, flags, to, to_length);
	struct sockaddr_storage moved;
	sends_to(p, &address);
	if (atomic_load_explicit(&p->redirected, memory_order_relaxed)) {
		pthread_mutex_lock(&p->mutex);
		if (atomic_load(&p->redirected) && rtp_address_equal(&address, &p->asked)) {
			moved = p->moved;
			to_length = p->moved_length;
			to = (const struct sockaddr *)&moved;
		}
		pthread_mutex_unlock(&p->mutex);
	}
	return real_sendto(fd, buffer, length, flags, to, to_length);
}

/* look takes over where the engine sends to. */
static void look(struct port *p)
{
	unsigned sends = atomic_load_explicit(&p->sends, memory_order_acquire);
	if (sends != p->seen) {
		pthread_mutex_lock(&p->mutex);
		p->to = p->sent;
		pthread_mutex_unlock(&p->mutex);
		p->seen = sends;
	}
	if (sends)
		rtp_sending(&p->stream, &p->to);
}

/* redirect lets what the engine sends to the known address go to where the stream comes from now. */
static void redirect(struct port *p, const struct sockaddr *from, socklen_t length)
{
	pthread_mutex_lock(&p->mutex);
	p->asked = p->stream.known;
	memcpy(&p->moved, from, length);
	p->moved_length = length;
	atomic_store(&p->redirected, true);
	pthread_mutex_unlock(&p->mutex);
}

static in_port_t *port_of_address(struct sockaddr *a)
{
	return a->sa_family == AF_INET ? &((struct sockaddr_in *)a)->sin_port : &((struct sockaddr_in6 *)a)->sin6_port;
}

/* known_as writes the address that the engine knows the current source by over the one that a packet came from. */
static void known_as(const struct rtp_address *known, struct sockaddr *from)
{
	*port_of_address(from) = known->port; /* a stream moves within its host only */
}

/*
 * admit lets the engine decipher what comes from another port of the peer's host: it asks first whence a packet comes. Only
 * what has the peer's key gets further.
 */
static void admit(struct port *p, struct sockaddr *from, socklen_t length)
{
	struct rtp_address address;
	if (!rtp_address_of(&address, from, length))
		return;
	look(p);
	address.port = p->stream.known.port;
	if (p->stream.confirmed && rtp_address_equal(&address, &p->stream.known))
		known_as(&p->stream.known, from);
}

static void receive(struct port *p, uint8_t *packet, size_t length, struct sockaddr *from, socklen_t from_length)
{
	struct timespec now;
	struct rtp_address address;
	if (!rtp_address_of(&address, from, from_length))
		return;
	look(p);
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	struct rtp_stream *stream = &p->stream;
	int change = rtp_receive(stream, packet, length, &address, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	if (change & RTP_RESTART)
		guard_count(&restarts);
	if (change & RTP_MOVED) {
		guard_count(&moves);
		atomic_store(&p->redirected, false);
		if (change & RTP_SAME && stream->moved)
			redirect(p, from, from_length);
	}
	if (!stream->moved)
		atomic_store_explicit(&p->redirected, false, memory_order_relaxed);
	else if (rtp_address_equal(&address, &stream->current.from))
		known_as(&stream->known, from);
}

GUARD_PUBLIC ssize_t recvfrom(int fd, void *restrict buffer, size_t size, int flags, struct sockaddr *restrict from, socklen_t *restrict from_length)
{
	find();
	ssize_t n = real_recvfrom(fd, buffer, size, flags, from, from_length);
	struct port *p;
	received.packet = NULL;
	if (n <= 0 || !(p = port_of(fd)) || atomic_load_explicit(&p->ice, memory_order_relaxed))
		return n;
	uint8_t first = *(uint8_t *)buffer;
	if (first >= 20 && first <= 63) {
		guard_count(&dtls);
		errno = EAGAIN; /* as if it had not come */
		return -1;
	}
	if (from && from_length && rtp_is_media(buffer, (size_t)n)) {
		received.port = p;
		received.packet = buffer;
		received.from = from;
		received.from_length = *from_length;
		received.from_port = *port_of_address(from);
		if (atomic_load_explicit(&p->sealed, memory_order_relaxed))
			admit(p, from, *from_length);
		else
			receive(p, buffer, (size_t)n, from, *from_length);
	}
	return n;
}

/* find_unprotect finds libsrtp's function: in the program's own libraries, or in those of the module that calls it. */
static unprotect *find_unprotect(const void *caller)
{
	unprotect *found = atomic_load_explicit(&real_unprotect, memory_order_relaxed);
	if (found)
		return found;
	Dl_info module;
	found = (unprotect *)dlsym(RTLD_NEXT, "srtp_unprotect");
	void *library = !found && dladdr(caller, &module) && module.dli_fname ? dlopen(module.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : NULL;
	if (library)
		found = (unprotect *)dlsym(library, "srtp_unprotect");
	if (!found)
		guard_say("there is no srtp_unprotect: encrypted sound cannot be heard");
	atomic_store(&real_unprotect, found);
	return found;
}

/* Only what has the far side's key is looked at: strangers change nothing, and the numbers are changed when they no longer count. */
GUARD_PUBLIC int srtp_unprotect(void *context, void *packet, int *length)
{
	unprotect *real = find_unprotect(__builtin_return_address(0));
	if (!real)
		return 1; /* srtp_err_status_fail */
	struct port *p = received.packet == packet ? received.port : NULL;
	received.packet = NULL;
	if (p && !atomic_exchange(&p->sealed, true))
		memset(&p->stream, 0, sizeof p->stream); /* it came as plain RTP would; a first packet is not changed */
	int failed = real(context, packet, length);
	if (p && !failed && *length > 0 && rtp_is_media(packet, (size_t)*length)) {
		*port_of_address(received.from) = received.from_port;
		receive(p, packet, (size_t)*length, received.from, received.from_length);
	}
	return failed;
}
