/* What is remembered of dialogs whose far side has media lines that the engine does not know of. */
#ifndef RINGDESK_SIP_DIALOGS_H
#define RINGDESK_SIP_DIALOGS_H

#include "sip_sdp.h"

/* dialog_key names a dialog by its far side: Call-ID and the far side's tag. */
struct dialog_key {
	struct span call_id, tag;
};

/* dialog_offered keeps the layout of an offer from the far side until it is answered. It says false when it cannot, and must. */
bool dialog_offered(struct dialog_key key, const struct sip_message *offer, bool first, const struct sdp_layout *layout);

/* dialog_layout gives the layout for our description in a message: that of the offer it answers, else the last that was agreed. */
bool dialog_layout(struct dialog_key key, const struct sip_message *ours, struct sdp_layout *layout);

/* dialog_answered takes a final response of ours to an offer: the offer is agreed, or forgotten. */
void dialog_answered(struct dialog_key key, const struct sip_message *response);

/* dialog_ended forgets a dialog. */
void dialog_ended(struct dialog_key key);

/* dialog_any says whether anything is remembered: for most calls nothing is. */
bool dialog_any(void);

#endif
