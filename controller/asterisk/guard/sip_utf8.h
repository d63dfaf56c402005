/* Bytes that are not UTF-8 (RFC 3629), written as they are or as %XX, in what the engine shows over ARI. */
#ifndef RINGDESK_SIP_UTF8_H
#define RINGDESK_SIP_UTF8_H

#include "sip_text.h"

enum utf8_verdict {
	UTF8_CLEAN,
	UTF8_MENDED, /* characters were replaced, the message keeps its length */
	UTF8_REFUSED /* they stand where nothing can be replaced: Request-URI, Call-ID */
};

/* utf8_clean looks at a message's first line and headers. */
enum utf8_verdict utf8_clean(struct sip_message *message);

#endif
