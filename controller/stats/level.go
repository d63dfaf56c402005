package stats

import (
	"slices"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Service level (STAT-2) is the share of calls that were answered within so many
// seconds, among the inbound calls that have ended and asked for somebody:
//
//   - Calls that were turned away before anybody could be asked do not count: blocked,
//     outside hours, by a workflow, over the limit.
//   - Callers who hang up within ShortAbandon of waiting do not count: nobody could have
//     answered them.
//   - Calls that find nobody, or the queue full, do count, as not answered.

// ShortAbandon is how long a caller waits at least who counts for the service level.
const ShortAbandon = 5 * time.Second

// turnedAway are the reasons for which a call never waits for anybody.
var turnedAway = []dialplan.MissedReason{dialplan.BlockedUser, dialplan.UnregisteredNumber, dialplan.InboundRateLimit, dialplan.Workflow, dialplan.NotInOperation}

// Waited says whether a call counts for the service level.
func Waited(c *models.CallFact) bool {
	if c.Direction != "inbound" || c.EndedAt.IsZero() || slices.Contains(turnedAway, dialplan.MissedReason(c.MissedReason)) {
		return false
	}
	return !shortAbandon(c)
}

// shortAbandon says whether a caller hung up too soon for anybody to answer.
func shortAbandon(c *models.CallFact) bool {
	return c.Direction == "inbound" && c.MissedReason == string(dialplan.UserLeft) && c.EndedAt.Sub(waitedSince(c)) < ShortAbandon
}

// waitOf is how long an answered call waited for its answer.
func waitOf(c *models.CallFact) time.Duration { return c.AnsweredAt.Sub(waitedSince(c)) }

// waitedSince is when a call began to wait for somebody: announcements before that are
// no wait.
func waitedSince(c *models.CallFact) time.Time {
	if !c.WaitedAt.IsZero() {
		return c.WaitedAt.Time
	}
	return c.StartedAt.Add(time.Duration(c.GreetingMS) * time.Millisecond)
}

// Within says whether a call was answered within a time of waiting.
func Within(c *models.CallFact, limit time.Duration) bool {
	return c.Direction == "inbound" && !c.AnsweredAt.IsZero() && waitOf(c) <= limit
}

// WithinOfRing says whether a call was answered within a time of the first ring.
func WithinOfRing(c *models.CallFact, limit time.Duration) bool {
	return c.Direction == "inbound" && !c.AnsweredAt.IsZero() && !c.RangAt.IsZero() && c.AnsweredAt.Sub(c.RangAt.Time) <= limit
}

// LevelTypes are the types of entries from which Waited and Within can be told.
var LevelTypes = []string{journal.CallCreated{}.Type(), journal.CallQueued{}.Type(), journal.CallLevel{}.Type(), journal.AgentOffered{}.Type(),
	journal.CallAnswered{}.Type(), journal.CallEnded{}.Type()}
