package memstore

import (
	"context"
	"slices"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
)

// state joins an agent with its account's phone and claim.
func (s *Store) state(a *agent) models.AgentState {
	st := models.AgentState{Agent: a.Agent, Email: s.accounts[a.AccountID].Email, Teams: a.teams}
	if p, there := s.phones[a.AccountID]; there && a.SuspendedAt.IsZero() {
		st.PhoneID, st.PhoneReady, st.SeenAt = p.ID, p.Ready, p.SeenAt
	}
	if c, there := s.claims[a.AccountID]; there {
		st.ClaimCall, st.InCall, st.OfferCall = c.CallID, c.InCall, c.OfferCall
	}
	return st
}

func (t *Tx) AgentState(workspace, id string) (models.AgentState, error) {
	a := t.agents[id]
	if a == nil || a.WorkspaceID != workspace || !a.RemovedAt.IsZero() {
		return models.AgentState{}, models.ErrNotFound
	}
	return t.state(a), nil
}

// AgentFree is a cheap look ahead, as in models.
func (s *Store) AgentFree(_ context.Context, workspace string, now time.Time) (bool, error) {
	return slices.ContainsFunc(s.byWorkspace[workspace], func(a *agent) bool {
		_, claimed := s.claims[a.AccountID]
		return !claimed && (a.TakesPhone || a.TakesVoice || a.TakesVideo) && s.works(a, now)
	}), nil
}

// works says whether an agent is there to take calls.
func (s *Store) works(a *agent, now time.Time) bool {
	p, there := s.phones[a.AccountID]
	return there && a.Seat && a.SuspendedAt.IsZero() && a.Status == "available" && p.Ready &&
		p.SeenAt.After(models.At(now.Add(-models.PhoneTimeout)).Time)
}

// PutPhone and SetPhoneReady are what a browser says.
func (t *Tx) PutPhone(p models.Phone) (old string, err error) {
	for account, o := range t.phones {
		if o.ID == p.ID && account != p.AccountID {
			return "", t.fails(models.ErrConflict)
		}
	}
	old = t.phones[p.AccountID].ID
	put(t, t.phones, p.AccountID, p)
	return old, nil
}

func (t *Tx) SetPhoneReady(account, id string, ready bool, now time.Time) error {
	p, there := t.phones[account]
	if !there || p.ID != id {
		return models.ErrNotFound
	}
	p.Ready, p.SeenAt = ready, models.At(now)
	put(t, t.phones, account, p)
	return nil
}

func (t *Tx) PhonesAwaited(workspace string, started time.Time) (bool, error) {
	from, to := models.At(started.Add(-10*time.Minute)), models.At(started.Add(-models.PhoneTimeout))
	return slices.ContainsFunc(t.byWorkspace[workspace], func(a *agent) bool {
		p, there := t.phones[a.AccountID]
		return there && a.Seat && a.SuspendedAt.IsZero() && p.Ready && p.SeenAt.After(from.Time) && !p.SeenAt.After(to.Time)
	}), nil
}

func (t *Tx) MarkOffered(id string, now time.Time) error {
	if a := t.agents[id]; a != nil {
		change(t, a).OfferedAt = models.At(now)
	}
	return nil
}

func (t *Tx) MarkAnswered(id, day string) error {
	if a := t.agents[id]; a != nil {
		change(t, a)
		if a.AnsweredDay != day {
			a.AnsweredCount = 0
		}
		a.AnsweredDay = day
		a.AnsweredCount++
	}
	return nil
}

func (t *Tx) MarkIdle(account string, now time.Time) error {
	for _, a := range t.byAccount[account] {
		change(t, a).IdleSince = models.At(now)
	}
	return nil
}

func (t *Tx) StartWrapUp(w models.WrapUp) error {
	a := t.agents[w.AgentID]
	if a == nil || a.WorkspaceID != w.WorkspaceID {
		return models.ErrNotFound
	}
	t.endWrapUp(a, w.At, journal.WrapUpReplaced)
	change(t, a).WrapUpUntil, a.WrapUpConversation, a.WrapUpCall = models.At(w.Until), w.ConversationID, w.CallID
	return nil
}

// EndWrapUp ends an agent's wrap-up, if there is one, as the agent may.
func (t *Tx) EndWrapUp(workspace, id string, at time.Time) error {
	if a := t.agents[id]; a != nil && a.WorkspaceID == workspace {
		t.endWrapUp(a, at, journal.WrapUpFinished)
	}
	return nil
}

func (t *Tx) endWrapUp(a *agent, at time.Time, how journal.WrapUpEnd) {
	if a.WrapUpUntil.IsZero() {
		return
	}
	if over(a.WrapUpUntil, at) {
		at, how = a.WrapUpUntil.Time, journal.WrapUpRanOut
	}
	if a.WrapUpCall != "" {
		data, _ := journal.Encode(journal.AgentWrappedUp{AgentID: a.ID, CallID: a.WrapUpCall, How: how}) // three texts
		put(t, t.wrapUps, a.WrapUpConversation, append(slices.Clip(t.wrapUps[a.WrapUpConversation]), models.ConversationEntry{
			ConversationID: a.WrapUpConversation, At: models.At(at), Type: journal.AgentWrappedUp{}.Type(), Data: data}))
	}
	change(t, a).WrapUpUntil, a.WrapUpConversation, a.WrapUpCall = models.Time{}, "", ""
}

// WrapUps are the ends of the wrap-ups of conversations, in the order of their times.
func (s *Store) WrapUps(_ context.Context, conversations []string) (map[string][]models.ConversationEntry, error) {
	of := map[string][]models.ConversationEntry{}
	for _, id := range conversations {
		if es := slices.Clone(s.wrapUps[id]); len(es) > 0 {
			slices.SortStableFunc(es, func(a, b models.ConversationEntry) int { return a.At.Compare(b.At.Time) })
			of[id] = es
		}
	}
	return of, nil
}

func over(until models.Time, now time.Time) bool {
	return !until.IsZero() && !until.After(models.At(now).Time)
}

func (s *Store) Overdue(_ context.Context, now time.Time) (bool, error) {
	for _, a := range s.agents {
		if over(a.WrapUpUntil, now) || a.DND && over(a.DNDUntil, now) {
			return true, nil
		}
	}
	return false, nil
}

func (t *Tx) EndOverdue(now time.Time) error {
	for _, a := range t.agents {
		wrapped, dnd := over(a.WrapUpUntil, now), over(a.DNDUntil, now)
		if !wrapped && !(a.DND && dnd) {
			continue
		}
		change(t, a)
		if wrapped {
			t.endWrapUp(a, now, journal.WrapUpRanOut)
		}
		if dnd {
			a.DND, a.DNDUntil = false, models.Time{}
		}
	}
	return nil
}
