#define _GNU_SOURCE
#include "guard.h"

#include <dlfcn.h>
#include <string.h>

#include "sip_policy.h"

/*
 * pjproject's functions, by their names alone: what they take is pointers that are passed on. Each complete message goes
 * through the first three, whatever its transport, in one thread: received, parsed, handed to the engine's modules.
 */
typedef long receive_packet(void *manager, void *rdata);
typedef void *parse_rdata(char *text, size_t size, void *rdata);
typedef int process_rx_data(void *endpoint, void *rdata, void *param, int *handled);
typedef long msg_print(const void *message, char *text, size_t size);
typedef int tpmgr_create(void *pool, void *endpoint, void *received, void *sent, void **manager);
typedef int respond_stateless(void *endpoint, void *rdata, int status, const void *reason, const void *headers, const void *body);

static tpmgr_create *real_create;
static receive_packet *real_receive;
static parse_rdata *real_parse;
static process_rx_data *real_process;
static msg_print *real_print;
static respond_stateless *real_respond;
static bool works; /* all of them are there */

/* from_browser says that what is received in this thread comes through a WebSocket; judged is the message with a verdict. */
static _Thread_local bool from_browser;
static _Thread_local struct {
	void *rdata;
	int status;
} judged;

bool guard_sip_start(void)
{
	real_create = (tpmgr_create *)guard_real("pjsip_tpmgr_create");
	real_receive = (receive_packet *)guard_real("pjsip_tpmgr_receive_packet");
	real_parse = (parse_rdata *)guard_real("pjsip_parse_rdata");
	real_process = (process_rx_data *)guard_real("pjsip_endpt_process_rx_data");
	real_print = (msg_print *)guard_real("pjsip_msg_print");
	real_respond = (respond_stateless *)guard_real("pjsip_endpt_respond_stateless");
	works = real_create && real_receive && real_parse && real_process && real_print && real_respond;
	return works;
}

/*
 * pjproject's library calls this one itself when the engine starts. So it calls the others through us as well, which a
 * library that was linked with -Bsymbolic would not: only now the part works.
 */
GUARD_PUBLIC int pjsip_tpmgr_create(void *pool, void *endpoint, void *received, void *sent, void **manager)
{
	if (!real_create)
		guard_sip_start();
	if (works)
		guard_works(GUARD_SIP);
	return real_create ? real_create(pool, endpoint, received, sent, manager) : -1;
}

/* is_websocket says whether code belongs to the engine's WebSocket transport. A thread mostly serves one transport. */
static bool is_websocket(void *code)
{
	static _Thread_local void *asked;
	static _Thread_local bool answer;
	Dl_info library;
	if (code != asked) {
		answer = dladdr(code, &library) && library.dli_fname && strstr(library.dli_fname, "transport_websocket");
		asked = code;
	}
	return answer;
}

GUARD_PUBLIC long pjsip_tpmgr_receive_packet(void *manager, void *rdata)
{
	from_browser = is_websocket(__builtin_return_address(0));
	long taken = real_receive(manager, rdata);
	from_browser = false;
	return taken;
}

GUARD_PUBLIC void *pjsip_parse_rdata(char *text, size_t size, void *rdata)
{
	judged.status = works ? sip_received(text, size, from_browser) : SIP_PASS;
	judged.rdata = rdata;
	return real_parse(text, size, rdata);
}

GUARD_PUBLIC int pjsip_endpt_process_rx_data(void *endpoint, void *rdata, void *param, int *handled)
{
	int status = judged.rdata == rdata ? judged.status : SIP_PASS;
	judged.rdata = NULL;
	if (status == SIP_PASS)
		return real_process(endpoint, rdata, param, handled);
	if (status != SIP_DROP)
		real_respond(endpoint, rdata, status, NULL, NULL, NULL);
	if (handled)
		*handled = 1;
	return 0;
}

GUARD_PUBLIC long pjsip_msg_print(const void *message, char *text, size_t size)
{
	long printed = real_print(message, text, size);
	return works && printed > 0 && (size_t)printed < size ? (long)sip_sent(text, (size_t)printed, size) : printed;
}
