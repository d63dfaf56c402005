/* Stands for libsrtp: what ends in KEY is the peer's, and is deciphered by taking that off. */
enum { KEY = 0xee };

int srtp_unprotect(void *context, void *packet, int *length)
{
	(void)context;
	if (*length < 1 || ((unsigned char *)packet)[*length - 1] != KEY)
		return 7; /* srtp_err_status_auth_fail */
	--*length;
	return 0;
}
