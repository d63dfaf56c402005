package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// entryTypes are what workflows answer to of what is done to conversations.
var entryTypes = []string{journal.ConversationTagged{}.Type(), journal.ConversationAssigned{}.Type(), journal.ConversationTeamed{}.Type()}

// detail is what an event tells beside its call.
type detail struct {
	Tag    string `json:"tag,omitempty"`
	Team   string `json:"team,omitempty"`  // id
	Agent  string `json:"agent,omitempty"` // id
	Text   string `json:"text,omitempty"`
	Waited int    `json:"waited,omitempty"` // seconds
}

// follow makes events of the next changes. It says whether there may be more.
func (r *Runner) follow(ctx context.Context, seq int64) (more bool, err error) {
	changes, err := r.Store.ChangesAfter(ctx, seq, changesAtOnce)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	touched := map[string]map[journal.Topic][]string{}
	for _, c := range changes {
		if r.programs[c.WorkspaceID] == nil {
			continue
		}
		topics := touched[c.WorkspaceID]
		if topics == nil {
			topics = map[journal.Topic][]string{}
			touched[c.WorkspaceID] = topics
		}
		if !slices.Contains(topics[c.Topic], c.EntityID) {
			topics[c.Topic] = append(topics[c.Topic], c.EntityID)
		}
	}
	var events []models.WorkflowEvent
	for workspace, topics := range touched {
		made, err := r.eventsOf(ctx, workspace, topics)
		if err != nil {
			return false, err
		}
		events = append(events, made...)
	}
	err = r.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.MoveCursor(models.CursorWorkflows, seq, changes[len(changes)-1].Seq); err != nil {
			return err
		}
		return tx.AddWorkflowEvents(events)
	})
	if errors.Is(err, models.ErrConflict) { // another controller did it
		return false, nil
	}
	return len(changes) == changesAtOnce, err
}

// eventsOf gives the new events of a workspace's calls, conversations and notes that have changed.
func (r *Runner) eventsOf(ctx context.Context, workspace string, topics map[journal.Topic][]string) ([]models.WorkflowEvent, error) {
	var all []models.WorkflowEvent
	add := func(es []models.WorkflowEvent, err error) error {
		all = append(all, es...)
		return err
	}
	var err error
	if calls := topics[journal.TopicCall]; len(calls) > 0 {
		err = add(r.ofCalls(ctx, workspace, calls))
	}
	if conversations := topics[journal.TopicConversation]; err == nil && len(conversations) > 0 {
		err = add(r.ofConversations(ctx, workspace, conversations))
	}
	if notes := topics[journal.TopicNote]; err == nil && len(notes) > 0 {
		err = add(r.ofNotes(ctx, workspace, notes))
	}
	if err != nil {
		return nil, err
	}
	return r.unknown(ctx, slices.DeleteFunc(all, func(e models.WorkflowEvent) bool {
		return e.At.Before(r.floor(workspace)) || !answers(r.programs[workspace], flow.Trigger(e.Type))
	}))
}

// floor is the moment before which nothing in a workspace is answered. What is older than a day
// is not answered either: an old call that changes must do nothing anew.
func (r *Runner) floor(workspace string) time.Time {
	if old := r.Now().Add(-24 * time.Hour); old.After(r.since[workspace].Time) {
		return old
	}
	return r.since[workspace].Time
}

// unknown leaves out the events that were made before.
func (r *Runner) unknown(ctx context.Context, events []models.WorkflowEvent) ([]models.WorkflowEvent, error) {
	var fresh []models.WorkflowEvent
	for some := range slices.Chunk(events, changesAtOnce) {
		keys := make([]string, len(some))
		for i, e := range some {
			keys[i] = e.Key
		}
		known, err := r.Store.KnownWorkflowKeys(ctx, keys)
		if err != nil {
			return nil, err
		}
		for _, e := range some {
			if !known[e.Key] {
				fresh = append(fresh, e)
			}
		}
	}
	return fresh, nil
}

func (r *Runner) ofCalls(ctx context.Context, workspace string, ids []string) ([]models.WorkflowEvent, error) {
	calls, err := r.Store.CallsByID(ctx, workspace, ids)
	if err != nil {
		return nil, err
	}
	conversations := map[string]string{}
	for _, c := range calls {
		conversations[c.ID] = c.ConversationID
	}
	entries, err := r.Store.JournalsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	var events []models.WorkflowEvent
	for _, row := range entries {
		entry, err := journal.Decode(row.Type, row.Data)
		if err != nil || conversations[row.CallID] == "" { // one that is damaged must not stop the others
			continue
		}
		add := func(on flow.Trigger, key string, due models.Time, d detail) {
			events = append(events, event(workspace, key, conversations[row.CallID], row.CallID, on, row.At, due, 0, d))
		}
		key := fmt.Sprintf("%s/%d", row.CallID, row.Seq)
		switch e := entry.(type) {
		case journal.CallCreated:
			if e.Direction == "inbound" {
				add(flow.CallArriving, key, row.At, detail{})
			}
		case journal.CallQueued:
			for _, after := range afters(r.programs[workspace]) {
				add(flow.CallQueued, fmt.Sprintf("%s/%d", key, after), models.At(row.At.Add(time.Duration(after)*time.Second)), detail{Waited: after})
			}
		case journal.CallAnswered:
			if e.First() {
				add(flow.CallAnswered, key, row.At, detail{})
			}
		case journal.CallEnded:
			if e.MissedReason != "" {
				add(flow.CallMissed, key, row.At, detail{})
			} else if e.TalkMS != nil {
				add(flow.CallEnded, key, row.At, detail{})
			}
		}
	}
	return events, nil
}

func (r *Runner) ofConversations(ctx context.Context, workspace string, ids []string) ([]models.WorkflowEvent, error) {
	entries, err := r.Store.ConversationEntriesOf(ctx, ids, entryTypes, models.At(r.floor(workspace)))
	if err != nil {
		return nil, err
	}
	var events []models.WorkflowEvent
	for _, row := range entries {
		events = append(events, eventsOfEntry(row, 0)...)
	}
	return events, nil
}

// eventsOfEntry gives what an entry of a conversation's journal is to workflows.
func eventsOfEntry(row models.ConversationEntry, depth int) []models.WorkflowEvent {
	entry, err := journal.Decode(row.Type, row.Data)
	if err != nil { // one that is damaged must not stop the others
		return nil
	}
	var events []models.WorkflowEvent
	add := func(on flow.Trigger, key string, d detail) {
		events = append(events, event(row.WorkspaceID, key, row.ConversationID, "", on, row.At, row.At, depth, d))
	}
	switch e := entry.(type) {
	case journal.ConversationTagged:
		for i, tag := range e.Added {
			add(flow.ConversationTagged, fmt.Sprintf("%s/%d", row.ID, i), detail{Tag: tag})
		}
	case journal.ConversationAssigned:
		if e.AgentID != "" {
			add(flow.ConversationAssigned, row.ID, detail{Agent: e.AgentID})
		}
	case journal.ConversationTeamed:
		if e.Team != "" {
			add(flow.ConversationAssigned, row.ID, detail{Team: e.Team})
		}
	}
	return events
}

func (r *Runner) ofNotes(ctx context.Context, workspace string, ids []string) ([]models.WorkflowEvent, error) {
	notes, err := r.Store.NotesByID(ctx, workspace, ids)
	if err != nil {
		return nil, err
	}
	events := make([]models.WorkflowEvent, len(notes))
	for i, n := range notes {
		events[i] = eventOfNote(n, 0)
	}
	return events, nil
}

func eventOfNote(n models.Note, depth int) models.WorkflowEvent {
	return event(n.WorkspaceID, n.ID, n.ConversationID, "", flow.ConversationNoted, n.CreatedAt, n.CreatedAt, depth, detail{Text: n.Text})
}

func event(workspace, key, conversation, call string, on flow.Trigger, at, due models.Time, depth int, d detail) models.WorkflowEvent {
	data, err := json.Marshal(d)
	if err != nil { // texts and a number always are JSON
		panic(err)
	}
	return models.WorkflowEvent{ID: models.NewID(), WorkspaceID: workspace, Key: key, ConversationID: conversation, CallID: call, Type: string(on), At: at, DueAt: due,
		Depth: depth, Data: string(data), Pending: true}
}
