/* What the parts of the guard have in common. See README.md. */
#ifndef RINGDESK_GUARD_H
#define RINGDESK_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>

/* GUARD_PUBLIC marks a function that takes the place of the program's own. */
#define GUARD_PUBLIC __attribute__((visibility("default")))

/* guard_counter counts one kind of thing that was kept from the engine. */
struct guard_counter {
	const char *what; /* "datagrams with …", in the plural */
	atomic_ulong count;
	atomic_ulong told;  /* how many of them were logged */
	atomic_long  quiet; /* until this second of the monotonic clock nothing is logged */
};

/* guard_count counts, and logs at most one line a minute. It keeps errno and takes no lock. */
void guard_count(struct guard_counter *counter);

/* guard_say writes one line to standard error, which is the engine's console log. */
void guard_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* guard_real finds the function that a wrapper of ours stands before; NULL, and a line in the log, where there is none. */
void *guard_real(const char *name);

/* The parts, in the order in which they are named to the controller. */
enum guard_part { GUARD_RTP, GUARD_SIP, GUARD_TCP, GUARD_PARTS };

/* guard_works names a part to the controller; it takes no memory and no lock. */
void guard_works(enum guard_part part);

/* Each part finds what it needs, and says whether all is there. SIP works only once pjproject has called through it. */
bool guard_rtp_start(void);
bool guard_sip_start(void);
bool guard_tcp_start(void);

#endif
