package api

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/models"
)

// workTags are the tags of the operations whose changes are an agent's daily work: what
// the scope calls may change.
var workTags = []string{"calls", "inbox", "contacts"}

// allows refuses an API key what its scope does not hold. What is for admins only the
// verbs refuse it, by its role.
func (o *operation) allows(id *identity) error {
	if !id.byKey() || id.key.Scope == models.ScopeAdmin || o.method == http.MethodGet {
		return nil
	}
	if id.key.Scope == models.ScopeCalls && slices.ContainsFunc(o.tags, func(tag string) bool { return slices.Contains(workTags, tag) }) {
		return nil
	}
	return forbidden("This API key may not change this: its scope is "+id.key.Scope+". An owner or admin can give it another.").because(reason.KeyLacksScope, "scope", id.key.Scope)
}

// keyRole is the role that an API key asks with.
func keyRole(k models.APIKey) string {
	if k.Scope == models.ScopeAdmin {
		return string(RoleAdmin)
	}
	return string(RoleAgent)
}

// keyLimits is how many requests the API keys have left: each may send as many at once as
// in a minute, and gets more one by one.
type keyLimits struct {
	mu   sync.Mutex
	left map[string]tokens // by access key
}

type tokens struct {
	left float64
	at   time.Time
}

// take takes one request of a key, or says how long it must wait for the next one.
func (l *keyLimits) take(k models.APIKey, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	most, t := float64(k.PerMinute), l.left[k.AccessKey]
	if t.at.IsZero() {
		t.left = most
	}
	t.left, t.at = min(most, t.left+most*max(0, now.Sub(t.at).Minutes())), now
	if t.left < 1 {
		wait = time.Duration((1 - t.left) / most * float64(time.Minute))
	} else {
		t.left--
	}
	l.left[k.AccessKey] = t
	return wait
}
