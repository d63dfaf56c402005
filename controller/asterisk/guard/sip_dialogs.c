#include "sip_dialogs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum {
	BUCKETS = 1024,
	OFFERED = 1024, /* dialogs whose first offer is not agreed yet: strangers' among them, so they never displace others */
	AGREED = 4096,  /* more than one machine has calls */
	KEY = 512,      /* bytes of Call-ID and tag; longer ones are not remembered */
};

struct dialog {
	struct dialog *next; /* in its bucket */
	TAILQ_ENTRY(dialog) age;
	struct sdp_layout *agreed;
	struct sdp_layout *offered;
	unsigned long cseq; /* of the offer */
	char method[8];
	size_t key_size;
	char key[];
};

TAILQ_HEAD(ages, dialog);

/* list holds dialogs of one kind, the oldest first. */
struct list {
	struct ages ages;
	unsigned count, limit;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct dialog *buckets[BUCKETS];
static struct list fresh = {TAILQ_HEAD_INITIALIZER(fresh.ages), 0, OFFERED};
static struct list settled = {TAILQ_HEAD_INITIALIZER(settled.ages), 0, AGREED};
static atomic_uint remembered;

bool dialog_any(void) { return atomic_load_explicit(&remembered, memory_order_acquire) > 0; }

/* bytes writes a key's text; 0 when it is too long or has no part. */
static size_t bytes(struct dialog_key key, char text[KEY])
{
	if (key.call_id.size == 0 || key.tag.size == 0 || key.call_id.size + 1 + key.tag.size > KEY)
		return 0;
	memcpy(text, key.call_id.at, key.call_id.size);
	text[key.call_id.size] = '\n'; /* in neither */
	memcpy(text + key.call_id.size + 1, key.tag.at, key.tag.size);
	return key.call_id.size + 1 + key.tag.size;
}

/* place is where a key's dialog hangs, or would; FNV-1a. */
static struct dialog **place(const char *text, size_t size)
{
	unsigned hash = 2166136261u;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	struct dialog **at = &buckets[hash % BUCKETS];
	while (*at && ((*at)->key_size != size || memcmp((*at)->key, text, size) != 0))
		at = &(*at)->next;
	return at;
}

static struct list *list_of(const struct dialog *d) { return d->agreed ? &settled : &fresh; }

static void forget(struct dialog **at)
{
	struct dialog *d = *at;
	*at = d->next;
	TAILQ_REMOVE(&list_of(d)->ages, d, age);
	list_of(d)->count--;
	free(d->agreed);
	free(d->offered);
	free(d);
	atomic_fetch_sub_explicit(&remembered, 1, memory_order_release);
}

/* enter puts a dialog at the young end of its list; the oldest makes room. */
static void enter(struct dialog *d)
{
	struct list *list = list_of(d);
	if (list->count == list->limit) {
		struct dialog *oldest = TAILQ_FIRST(&list->ages);
		forget(place(oldest->key, oldest->key_size));
	}
	TAILQ_INSERT_TAIL(&list->ages, d, age);
	list->count++;
}

static struct dialog *add(struct dialog **at, const char *text, size_t size)
{
	struct dialog *d = calloc(1, sizeof *d + size);
	if (!d)
		return NULL;
	d->key_size = size;
	memcpy(d->key, text, size);
	*at = d;
	atomic_fetch_add_explicit(&remembered, 1, memory_order_release);
	enter(d);
	return d;
}

static bool offers(const struct dialog *d, const struct sip_message *message)
{
	return d->offered && d->cseq == message->cseq && span_is(message->method, d->method);
}

static bool keep_offer(struct dialog *d, const struct sip_message *offer, bool first, const struct sdp_layout *layout)
{
	const struct sdp_layout *before = d->agreed;
	if (!d->offered)
		d->offered = malloc(sizeof *d->offered);
	if (!d->offered || offer->method.size >= sizeof d->method)
		return false;
	*d->offered = *layout;
	if (before)
		d->offered->changes = before->changes + (sdp_same(before, layout) ? 0 : 1);
	else
		d->offered->changes = first ? 0 : 1;
	d->cseq = offer->cseq;
	memcpy(d->method, offer->method.at, offer->method.size);
	d->method[offer->method.size] = 0;
	return true;
}

bool dialog_offered(struct dialog_key key, const struct sip_message *offer, bool first, const struct sdp_layout *layout)
{
	char text[KEY];
	size_t size = bytes(key, text);
	if (size == 0)
		return layout->lines <= 1; /* there is nothing to put back */
	pthread_mutex_lock(&lock);
	struct dialog **at = place(text, size);
	bool kept = true;
	if (*at || layout->lines > 1) {
		struct dialog *d = *at ? *at : add(at, text, size);
		kept = d && keep_offer(d, offer, first, layout);
	}
	pthread_mutex_unlock(&lock);
	return kept;
}

bool dialog_layout(struct dialog_key key, const struct sip_message *ours, struct sdp_layout *layout)
{
	char text[KEY];
	size_t size = bytes(key, text);
	if (size == 0)
		return false;
	pthread_mutex_lock(&lock);
	struct dialog *d = *place(text, size);
	const struct sdp_layout *found = NULL;
	/* Before the call is answered, an offer of ours follows the one that is under way (RFC 3311). */
	if (d)
		found = (ours->status != 0 && offers(d, ours)) || (ours->status == 0 && !d->agreed) ? d->offered : d->agreed;
	if (found)
		*layout = *found;
	pthread_mutex_unlock(&lock);
	return found;
}

/* agree makes the offer the dialog's layout. */
static void agree(struct dialog *d)
{
	TAILQ_REMOVE(&list_of(d)->ages, d, age);
	list_of(d)->count--;
	free(d->agreed);
	d->agreed = d->offered;
	d->offered = NULL;
	enter(d);
}

void dialog_answered(struct dialog_key key, const struct sip_message *response)
{
	char text[KEY];
	size_t size = bytes(key, text);
	if (size == 0)
		return;
	pthread_mutex_lock(&lock);
	struct dialog **at = place(text, size);
	struct dialog *d = *at;
	if (d && offers(d, response)) {
		if (response->status < 300) {
			agree(d);
		} else if (d->agreed) {
			free(d->offered);
			d->offered = NULL;
		} else {
			forget(at);
		}
	}
	pthread_mutex_unlock(&lock);
}

void dialog_ended(struct dialog_key key)
{
	char text[KEY];
	size_t size = bytes(key, text);
	if (size == 0)
		return;
	pthread_mutex_lock(&lock);
	struct dialog **at = place(text, size);
	if (*at)
		forget(at);
	pthread_mutex_unlock(&lock);
}
