package inbox

import (
	"context"
	"strconv"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const (
	// reportTime is how long after a call an agent's browser may report on it: one
	// that was asleep reports when it wakes.
	reportTime = 15 * time.Minute
	// clockSlack is how much more than the talk a browser may have measured, in
	// seconds: its clock and its timers are its own.
	clockSlack = 10
)

// ReportQuality keeps how the sound of a call was for the agent who took part, in
// place of an earlier report.
func (b *Inbox) ReportQuality(ctx context.Context, by verb.By, callID string, q models.CallQuality) error {
	if err := by.NeedAgent("report how a call's sound was"); err != nil {
		return err
	}
	call, err := b.Store.Call(ctx, by.Workspace, callID)
	if err != nil {
		return verb.Missing(err, "There is no call with this id in your workspace.", reason.NoCall)
	}
	if !call.Live && b.Now().Sub(call.EndedAt.Time) > reportTime {
		return verb.Refuse(verb.Conflict, "", "The call has been over for too long.").Because(reason.CallOver)
	}
	parties, err := b.Store.Participants(ctx, callID)
	if err != nil {
		return err
	}
	me := latestTalk(parties[callID], by.Agent)
	if me == nil {
		return verb.Refuse(verb.Conflict, "", "You did not take part in this call.").Because(reason.NotInCall)
	}
	end := b.Now()
	if !me.LeftAt.IsZero() {
		end = me.LeftAt.Time
	}
	if err := plausible(q, int(end.Sub(me.JoinedAt.Time).Seconds())+clockSlack); err != nil {
		return err
	}
	q.CallID, q.ParticipantID, q.WorkspaceID, q.At = callID, me.ID, by.Workspace, b.now()
	return b.Store.Tx(ctx, func(tx *models.Tx) error { return tx.PutCallQuality(q) })
}

// latestTalk is the last time that an agent came into a call; nil if they never did.
func latestTalk(parties []models.Participant, agent string) *models.Participant {
	var latest *models.Participant
	for i, p := range parties {
		if p.AgentID == agent && !p.JoinedAt.IsZero() {
			latest = &parties[i]
		}
	}
	return latest
}

// plausible refuses what no browser can have measured in so many seconds.
func plausible(q models.CallQuality, most int) error {
	for _, limit := range []struct {
		field string
		value int
		most  int
	}{
		{"seconds", q.Seconds, most},
		{"fairSeconds", q.FairSeconds, q.Seconds},
		{"badSeconds", q.BadSeconds, q.Seconds - q.FairSeconds},
		{"silentSeconds", q.SilentSeconds, q.Seconds},
		{"received.lost", q.Received.Lost, q.Received.Packets},
		{"sent.lost", q.Sent.Lost, q.Sent.Packets},
	} {
		if limit.value > limit.most {
			return verb.Refuse(verb.Invalid, limit.field, "%s must be at most %d.", limit.field, limit.most).
				Because(reason.OutOfRange, "min", "0", "max", strconv.Itoa(limit.most))
		}
	}
	return nil
}
