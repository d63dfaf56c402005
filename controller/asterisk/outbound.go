package asterisk

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"ringdesk/controller/engine"
)

// askerID begins the ids of the channels that questions to the dialplan are
// asked through: Asterisk evaluates functions for channels only.
const askerID = "ask-"

func isAsker(id string) bool { return strings.HasPrefix(id, askerID) }

// mayCall asks the engine's dialplan whether a number may be called over a
// trunk (OUT-9): extensions.conf has what may be called, and what may not. The
// channel that it asks through goes nowhere.
func (a *Adapter) mayCall(ctx context.Context, number string) error {
	id := askerID + rand.Text()
	q := url.Values{"endpoint": {"Local/s@outbound/n"}, "app": {a.opt.App}, "appArgs": {argSnoop}, "channelId": {id}, "otherChannelId": {id + "-2"}}
	if err := a.raw(ctx, http.MethodPost, "/channels/create?"+q.Encode(), nil, nil); err != nil {
		return fmt.Errorf("asking the engine's dialplan: %w", err)
	}
	defer func() { go a.endAsker(id) }()
	allowed, err := a.inDialplan(ctx, id, "outbound", number)
	if err != nil {
		return err
	}
	denied := false
	if allowed {
		if denied, err = a.inDialplan(ctx, id, "outbound-denied", number); err != nil {
			return err
		}
	}
	if !allowed || denied {
		return engine.Refuse("the engine's dialplan does not let %s be called (extensions.conf, context outbound)", number)
	}
	return nil
}

// inDialplan says whether a context has an extension. The number is checked
// before: it is part of an expression.
func (a *Adapter) inDialplan(ctx context.Context, asker, where, number string) (bool, error) {
	value, err := a.variable(ctx, asker, fmt.Sprintf("DIALPLAN_EXISTS(%s,%s,1)", where, number))
	if err != nil {
		return false, fmt.Errorf("asking the engine's dialplan: %w", err)
	}
	return value == "1", nil
}

func (a *Adapter) endAsker(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	_ = a.raw(ctx, http.MethodDelete, "/channels/"+id, nil, nil) // what is left, the next snapshot removes
}
