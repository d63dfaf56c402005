/* Stands for pjproject's library: its functions by their names, and that it calls one of them itself. */
#include <stddef.h>

int pjsip_tpmgr_create(void *pool, void *endpoint, void *received, void *sent, void **manager)
{
	(void)pool, (void)endpoint, (void)received, (void)sent, (void)manager;
	return 7;
}
int pjsip_endpt_create(void) { return pjsip_tpmgr_create(NULL, NULL, NULL, NULL, NULL); }
#ifndef WITHOUT
long pjsip_tpmgr_receive_packet(void *m, void *r) { return m == r; }
#endif
void *pjsip_parse_rdata(char *text, size_t size, void *r) { return size ? text : r; }
int pjsip_endpt_process_rx_data(void *e, void *r, void *p, int *h) { return e == r && p == h; }
long pjsip_msg_print(const void *m, char *text, size_t size) { return m == text && size; }
int pjsip_endpt_respond_stateless(void *e, void *r, int s, const void *t, const void *h, const void *b) { return e == r && s && t == h && !b; }
