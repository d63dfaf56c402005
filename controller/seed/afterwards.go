package seed

import (
	"fmt"
	"slices"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

func (s *seeder) agentOf(id string) *agent {
	return s.agents[slices.IndexFunc(s.agents, func(a *agent) bool { return a.ID == id })]
}

// afterwards is what people do with a conversation once its call is over.
func (s *seeder) afterwards(p *play) {
	if p.asked != nil {
		s.callbacks = append(s.callbacks, p)
	}
	if p.c.State == call.Missed {
		s.report.Missed++
		s.afterMissed(p)
		return
	}
	by, at := p.conv.AssigneeID, p.c.EndedAt
	if by == nil {
		return
	}
	age := s.o.Now.Sub(at)
	if p.c.Outcome == call.Answered && s.chance(38) {
		at = at.Add(s.between(8*time.Second, 50*time.Second))
		p.note(at, *by)
	}
	if s.chance(55) {
		at = at.Add(s.between(2*time.Second, 40*time.Second))
		p.tag(at, *by)
	}
	if s.chance(20) && p.line.team != "" {
		at = at.Add(s.between(time.Second, 20*time.Second))
		p.change(at, *by, inbox.ConversationChange{Team: &p.line.team})
	}
	at = at.Add(s.between(5*time.Second, 15*time.Minute))
	switch {
	case age < 10*24*time.Hour && s.chance(4):
		until := s.o.Now.Add(s.between(time.Hour, 96*time.Hour)).Truncate(time.Hour)
		p.change(at, *by, inbox.ConversationChange{State: new("snoozed"), SnoozeUntil: &until})
	case age > 3*24*time.Hour && s.chance(99), age <= 3*24*time.Hour && s.chance(65):
		p.change(at, *by, inbox.ConversationChange{State: new("closed")})
	}
}

// Calls that these are the reasons for are not called back: nobody is missed by a
// caller who was turned away or will be called anyway.
var notOwed = []string{"blockedUser", "workflow"}

// afterMissed lets the call be called back, or closed after a while.
func (s *seeder) afterMissed(p *play) {
	reason := string(p.c.MissedReason)
	if p.c.From != "" && !slices.Contains(notOwed, reason) && s.chance(70) {
		s.owed = append(s.owed, missed{p, p.c.EndedAt})
		return
	}
	if age := s.o.Now.Sub(p.c.EndedAt); age > 5*24*time.Hour || age > 24*time.Hour && s.chance(50) {
		p.change(p.c.EndedAt.Add(s.between(6*time.Hour, 23*time.Hour)), pick(s, s.agents).ID, inbox.ConversationChange{State: new("closed")})
	}
}

// calledBack marks a missed call as handled by this one, and closes its
// conversation (MISS-5).
func (p *play) calledBack(missed *play, by *agent) {
	at := p.now
	p.after = append(p.after, func(tx *models.Tx) error {
		_, err := tx.HandleMissed(p.c.WorkspaceID, missed.c.ID, by.ID, at)
		return err
	})
	missed.changeIn(p, at.Add(p.s.between(2*time.Minute, 6*time.Minute)), by.ID, inbox.ConversationChange{State: new("closed")})
}

// change lets an agent do something to the conversation.
func (p *play) change(at time.Time, by string, want inbox.ConversationChange) {
	p.changeIn(p, at, by, want)
}

// changeIn is change, written with another call. What would be done after now is
// not done yet.
func (p *play) changeIn(with *play, at time.Time, by string, want inbox.ConversationChange) {
	if at.After(p.s.o.Now) {
		return
	}
	with.after = append(with.after, func(tx *models.Tx) error {
		return inbox.Change(tx, verb.By{Workspace: p.c.WorkspaceID, Agent: by, Role: "agent"}, p.c.ConversationID, want, models.At(at))
	})
}

func (p *play) tag(at time.Time, by string) {
	chosen := []string{pick(p.s, tags)}
	if other := pick(p.s, tags); p.s.chance(30) && other != chosen[0] {
		chosen = append(chosen, other)
	}
	p.change(at, by, inbox.ConversationChange{Tags: &chosen})
}

// note writes a note of the agent's, which may mention a colleague, who reads it
// as a rule.
func (p *play) note(at time.Time, by string) {
	s := p.s
	if at.After(s.o.Now) {
		return
	}
	n := models.Note{ID: s.id(at), WorkspaceID: p.c.WorkspaceID, ConversationID: p.c.ConversationID, AuthorID: by, Text: pick(s, notes), CreatedAt: models.At(at)}
	var mentions []string
	if other := pick(s, s.agents); s.chance(12) && other.ID != by {
		n.Text, mentions = fmt.Sprintf(pick(s, mentioning), other.Name), []string{other.ID}
	}
	read := at.Add(s.between(time.Minute, 20*time.Hour))
	isRead := read.Before(s.o.Now) && s.chance(96)
	s.report.Notes++
	p.after = append(p.after, func(tx *models.Tx) error {
		if err := inbox.WriteNote(tx, n, mentions); err != nil || !isRead || mentions == nil {
			return err
		}
		return tx.ReadNotices(n.WorkspaceID, mentions[0], n.ConversationID, models.At(read))
	})
}
