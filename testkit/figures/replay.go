package figures

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/journal"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/memstore"
)

// replay writes a history into a database as time goes on.
type replay struct {
	ctx   context.Context
	store *models.Store
	h     memstore.History
	by    time.Duration // how much later all happens than in the history
	rng   *rand.Rand

	begun  int            // calls that are written
	read   map[string]int // by call: entries that are written
	wraps  map[string]int // by conversation: likewise
	closes []closing      // that are due, in order
}

type closing struct {
	at                      time.Time
	workspace, conversation string
}

func newReplay(ctx context.Context, store *models.Store, h memstore.History, by time.Duration, rng *rand.Rand) *replay {
	return &replay{ctx: ctx, store: store, h: h, by: by, rng: rng, read: map[string]int{}, wraps: map[string]int{}}
}

// later is when something happens.
func (p *replay) later(t models.Time) models.Time {
	if t.IsZero() {
		return t
	}
	return models.At(t.Add(p.by))
}

// furnish writes what there was before the first call.
func (p *replay) furnish(zone string) error {
	hosts, made := 0, models.At(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)) // the history does not say
	return p.store.Tx(p.ctx, func(tx *models.Tx) error {
		return errors.Join(
			each(p.h.Workspaces, func(w models.Workspace) error {
				w.TimeZone, w.CreatedAt = zone, made
				return tx.AddWorkspace(w)
			}),
			each(p.h.Accounts, func(a models.Account) error {
				a.CreatedAt = made
				return tx.AddAccount(a)
			}),
			each(p.h.Agents, func(a models.Agent) error {
				a.CreatedAt = made
				return tx.AddAgent(a)
			}),
			each(p.h.Teams, func(t models.Team) error {
				t.CreatedAt = made
				return tx.AddTeam(t)
			}),
			each(p.h.Trunks, func(t models.Trunk) error {
				hosts++
				t.CreatedAt = made
				return tx.AddTrunk(t, []string{fmt.Sprintf("2001:db8::%x", hosts)}) // RFC 3849
			}),
			each(p.h.Numbers, func(n models.Number) error {
				n.CreatedAt = made
				return tx.AddNumber(n)
			}),
			each(p.h.Contacts, func(c models.Contact) error {
				c.CreatedAt = made
				return tx.AddContact(models.FullContact{Contact: c})
			}))
	})
}

// each does something with each row, until an error.
func each[T any](rows []T, do func(T) error) error {
	for _, row := range rows {
		if err := do(row); err != nil {
			return err
		}
	}
	return nil
}

// until lets everything happen until a moment.
func (p *replay) until(at time.Time) error {
	return p.store.Tx(p.ctx, func(tx *models.Tx) error {
		for ; p.begun < len(p.h.Calls) && !p.later(p.h.Calls[p.begun].StartedAt).After(at); p.begun++ {
			if err := p.begin(tx, p.h.Calls[p.begun]); err != nil {
				return err
			}
		}
		for _, c := range p.h.Calls[:p.begun] {
			if err := p.goOn(tx, c, at); err != nil {
				return err
			}
		}
		for len(p.closes) > 0 && !p.closes[0].at.After(at) {
			c := p.closes[0]
			p.closes = p.closes[1:]
			by := verb.By{Workspace: c.workspace, Role: "owner"}
			if err := inbox.Change(tx, by, c.conversation, inbox.ConversationChange{State: new("closed")}, models.At(c.at)); err != nil {
				return err
			}
		}
		return nil
	})
}

// begin writes a call that goes on.
func (p *replay) begin(tx *models.Tx, c models.Call) error {
	conversation := p.h.Conversations[c.ConversationID]
	conversation.CreatedAt, conversation.UpdatedAt, conversation.AssigneeID = p.later(conversation.CreatedAt), p.later(conversation.UpdatedAt), nil
	c.StartedAt, c.EndedAt, c.AnsweredAt, c.QueuedAt = p.later(c.StartedAt), models.Time{}, models.Time{}, models.Time{}
	c.State, c.Outcome, c.MissedReason, c.EndedBy, c.Live, c.Version, c.Data = "ringing", "", "", "", true, 1, "{}"
	return errors.Join(tx.AddConversation(conversation), tx.AddCall(c))
}

// goOn writes what has happened in a call since.
func (p *replay) goOn(tx *models.Tx, c models.Call, at time.Time) error {
	var entries []models.JournalEntry
	for _, e := range p.h.Journal[c.ID][p.read[c.ID]:] {
		if e.At = p.later(e.At); e.At.After(at) {
			break
		}
		entries = append(entries, e)
	}
	p.read[c.ID] += len(entries)
	if len(entries) > 0 {
		if err := tx.AddJournal(entries); err != nil {
			return err
		}
	}
	if err := p.wrapUps(tx, c, at); err != nil {
		return err
	}
	over := slices.ContainsFunc(entries, func(e models.JournalEntry) bool { return e.Type == journal.CallEnded{}.Type() })
	if !over {
		return nil
	}
	ended := p.later(c.EndedAt)
	if p.rng.IntN(3) > 0 {
		due := closing{ended.Add(time.Duration(p.rng.IntN(1800_000)) * time.Millisecond), c.WorkspaceID, c.ConversationID}
		i, _ := slices.BinarySearchFunc(p.closes, due, func(a, b closing) int { return a.at.Compare(b.at) })
		p.closes = slices.Insert(p.closes, i, due)
	}
	c.EndedAt, c.Live, c.Version, c.Data = ended, false, 2, "{}"
	return tx.SaveCall(c, nil)
}

// wrapUps writes the ends of wrap-ups as models would.
func (p *replay) wrapUps(tx *models.Tx, c models.Call, at time.Time) error {
	all := p.h.WrapUps[c.ConversationID]
	for n := p.wraps[c.ConversationID]; n < len(all) && !p.later(all[n].At).After(at); n++ {
		p.wraps[c.ConversationID]++
		entry, err := journal.Decode(all[n].Type, all[n].Data)
		if err != nil {
			return err
		}
		err = errors.Join(tx.AddConversationEntry(c.WorkspaceID, c.ConversationID, "", p.later(all[n].At), entry),
			tx.Changed("", journal.TopicWrapUp, c.ID))
		if err != nil {
			return err
		}
	}
	return nil
}
