// Package queues says how the queues of teams stand: to flows and their simulation,
// to callers who wait, and to the desk.
package queues

import (
	"context"
	"math"
	"time"

	"ringdesk/dialplan/flow"
)

// Store is what queues are read from. An empty team is the whole workspace.
type Store interface {
	AheadInQueue(ctx context.Context, workspace, team string, rank int64, call string) (int, error)
	QueuePace(ctx context.Context, workspace, team string, now time.Time) (talk time.Duration, agents int, err error)
	FreeAgents(ctx context.Context, workspace, team string, now time.Time) (int, error)
}

// Wait is about how long a caller waits who has so many before them; 0 when nobody knows.
// talk and agents are those of QueuePace.
func Wait(ahead int, talk time.Duration, agents int) time.Duration {
	if agents == 0 {
		return 0
	}
	return time.Duration(ahead+1) * talk / time.Duration(agents)
}

// Figures are how a team's queue stands for a caller who would come to it now.
func Figures(ctx context.Context, s Store, workspace, team string, now time.Time) (f flow.Figures, err error) {
	if f.Waiting, err = s.AheadInQueue(ctx, workspace, team, math.MaxInt64, ""); err != nil {
		return f, err
	}
	if f.Free, err = s.FreeAgents(ctx, workspace, team, now); err != nil || f.Free > 0 {
		return f, err
	}
	talk, agents, err := s.QueuePace(ctx, workspace, team, now)
	f.Wait = int(Wait(f.Waiting, talk, agents).Round(time.Second) / time.Second)
	return f, err
}
