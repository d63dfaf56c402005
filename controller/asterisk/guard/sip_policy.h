/* What becomes of SIP messages on their way between a transport and the engine. */
#ifndef RINGDESK_SIP_POLICY_H
#define RINGDESK_SIP_POLICY_H

#include <stdbool.h>
#include <stddef.h>

/* SIP_DROP is the verdict on what must not be answered, responses among it. */
enum { SIP_PASS = 0, SIP_DROP = 1 };

/*
 * sip_received mends a message from outside, in place and without changing its length. It gives SIP_PASS, SIP_DROP, or
 * the status that the request is refused with. browser: it came through a WebSocket, where the controller's own agents are.
 */
int sip_received(char *text, size_t size, bool browser);

/* sip_sent completes a message of the engine's. It gives the new size, which is below room. */
size_t sip_sent(char *text, size_t size, size_t room);

#endif
