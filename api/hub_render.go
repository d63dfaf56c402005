package api

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// event is a rendered change: what follows the sequence number in the
// message, the same for all who get it.
type event struct {
	change  int64  // sequence number in the store
	account string // only for this account's listeners; "" for everybody's
	tail    []byte // `,"topic":…,"data":…}`
}

func newEvent(seq int64, account string, topic journal.Topic, data any) (event, error) {
	b, err := json.Marshal(data)
	if err != nil {
		return event{}, err
	}
	tail := append([]byte(`,"topic":"`+string(topic)+`","data":`), b...)
	return event{change: seq, account: account, tail: append(tail, '}')}, nil
}

// message completes an event with its number in one listener's connection.
func (e event) message(seq int64) []byte {
	head := strconv.AppendInt([]byte(`{"type":"event","seq":`), seq, 10)
	return append(head, e.tail...)
}

// errAgentGone says that an agent was removed: no event tells that, so those who
// listen read everything anew.
var errAgentGone = errors.New("an agent was removed")

// render reads the changed things of a workspace, those of one topic at once.
// Things that are gone are left out.
func (h *hub) render(ctx context.Context, workspace string, cs []change) ([]event, error) {
	ids := map[journal.Topic][]string{}
	for _, c := range cs {
		ids[c.topic] = append(ids[c.topic], c.id)
	}
	data := map[thing]any{}
	accounts, private := map[string]string{}, map[string]string{}
	for topic, ids := range ids {
		if err := h.read(ctx, workspace, topic, ids, data, accounts, private); err != nil {
			return nil, err
		}
	}
	events := make([]event, 0, len(cs))
	for _, c := range cs {
		d, ok := data[c.thing]
		if !ok {
			continue
		}
		e, err := newEvent(c.seq, private[c.id], c.topic, d)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
		if account := accounts[c.id]; account != "" && h.present(account) {
			me, err := h.s.me(ctx, workspace, account)
			if errors.Is(err, models.ErrNotFound) { // removed meanwhile
				continue
			}
			if err != nil {
				return nil, err
			}
			if e, err = newEvent(c.seq, account, journal.TopicMe, me); err != nil {
				return nil, err
			}
			events = append(events, e)
		}
	}
	return events, nil
}

// read puts the things of one topic into data, the accounts of agents into
// accounts, and the account that alone is told of a thing into private.
func (h *hub) read(ctx context.Context, workspace string, topic journal.Topic, ids []string, data map[thing]any, accounts, private map[string]string) error {
	store := h.s.opts.Store
	switch topic {
	case journal.TopicCall:
		rows, err := store.CallsByID(ctx, workspace, ids)
		if err != nil {
			return err
		}
		views, err := h.s.viewCalls(ctx, workspace, rows)
		return gather(data, workspace, topic, views, err, func(c Call) string { return c.Id })
	case journal.TopicConversation:
		rows, err := store.ConversationsByID(ctx, workspace, ids)
		if err != nil {
			return err
		}
		views, err := h.s.viewConversations(ctx, workspace, rows)
		return gather(data, workspace, topic, views, err, func(c ConversationSummary) string { return c.Id })
	case journal.TopicNote:
		rows, err := store.NotesByID(ctx, workspace, ids)
		if err != nil {
			return err
		}
		views, err := h.s.viewNotes(ctx, workspace, rows)
		return gather(data, workspace, topic, views, err, func(n Note) string { return n.Id })
	case journal.TopicBulk:
		rows, err := store.BulksByID(ctx, workspace, ids)
		for _, b := range rows {
			data[thing{workspace, topic, b.ID}] = viewBulk(b)
		}
		return err
	case journal.TopicNotice:
		rows, err := store.NoticesByID(ctx, workspace, ids)
		if err != nil || len(rows) == 0 {
			return err
		}
		return h.readNotices(ctx, workspace, rows, data, private)
	case journal.TopicContact:
		views, err := h.s.contactViews(ctx, workspace, ids)
		for id, v := range views {
			data[thing{workspace, topic, id}] = v
		}
		return err
	case journal.TopicAgent:
		rows, err := store.AgentsByID(ctx, workspace, ids)
		if err == nil && len(rows) < len(ids) {
			err = errAgentGone
		}
		if err != nil {
			return err
		}
		for _, a := range rows {
			if a.SuspendedAt.IsZero() {
				accounts[a.ID] = a.AccountID
			}
		}
		views, err := h.s.viewAgents(ctx, workspace, rows)
		return gather(data, workspace, topic, views, err, func(a Agent) string { return a.Id })
	default: // nothing that the screens of this version show
		return nil
	}
}

// gather puts things into data under their ids.
func gather[T any](data map[thing]any, workspace string, topic journal.Topic, things []T, err error, id func(T) string) error {
	for _, t := range things {
		data[thing{workspace, topic, id(t)}] = t
	}
	return err
}

// present says whether somebody listens with this account.
func (h *hub) present(account string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.listeners {
		if l.account == account {
			return true
		}
	}
	return false
}
