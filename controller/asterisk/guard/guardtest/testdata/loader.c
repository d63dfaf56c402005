/* Starts SIP as Asterisk does, and says what the guard says of itself before and after. */
#include <stdio.h>
#include <stdlib.h>

int pjsip_endpt_create(void);

int main(void)
{
	char before[64];
	snprintf(before, sizeof before, "%s", getenv("RINGDESK_GUARD_LOADED"));
	int status = pjsip_endpt_create();
	printf("%s|%s|%d", before, getenv("RINGDESK_GUARD_LOADED"), status);
	return 0;
}
