package stats

import (
	"context"
	"slices"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// CallsRequest asks for the calls that a figure of a report counts.
type CallsRequest struct {
	Figure    string    // the key of a definition, of an agent's where Agent is named
	Agent     string    // "" means the workspace's figure
	From, To  time.Time // days, both meant
	TeamID    string
	NumberID  string
	Kind      string
	Direction string
	Reason    string        // of missed calls
	Weekday   *int          // 0 is Sunday; with Hour
	Hour      *int          // of the day, by the workspace's time zone
	Within    time.Duration // the service level's
	Rest      bool          // of a share, the calls that do not count for it among those that could
	BeforeAt  models.Time   // behind the last one of the page before
	Before    string
	Limit     int
}

// Calls lists the calls, the latest first.
func Calls(ctx context.Context, store *models.Store, zone *time.Location, workspace string, r CallsRequest) ([]models.FactRow, error) {
	f, err := filterOf(zone, workspace, r)
	if err != nil {
		return nil, err
	}
	return store.CallFacts(ctx, f)
}

// CountCalls says how many there are, and what they add up to: the sum in which the
// figure is, or that is divided by the calls for its mean.
func CountCalls(ctx context.Context, store *models.Store, zone *time.Location, workspace string, r CallsRequest) (models.FactCount, error) {
	f, err := filterOf(zone, workspace, r)
	if err != nil {
		return models.FactCount{}, err
	}
	return store.CountCallFacts(ctx, f)
}

func filterOf(zone *time.Location, workspace string, r CallsRequest) (models.FactFilter, error) {
	var f models.FactFilter
	figure, is := figureOf(r.Figure, r.Agent, r.Within)
	switch {
	case !is:
		return f, verb.Refuse(verb.Invalid, "figure", "There is no such figure.").Because(reason.Malformed)
	case r.Rest && figure.among == nil:
		return f, verb.Refuse(verb.Invalid, "rest", "Only a share has a rest.").Because(reason.Malformed)
	case (r.Weekday == nil) != (r.Hour == nil):
		return f, verb.Refuse(verb.Invalid, "hour", "A weekday and an hour go together.").Because(reason.Malformed)
	}
	f = models.FactFilter{Workspace: workspace, From: beginning(r.From, zone), To: beginning(r.To.AddDate(0, 0, 1), zone), TeamID: r.TeamID, NumberID: r.NumberID,
		Kind: r.Kind, Direction: r.Direction, Reason: r.Reason, Of: slices.Concat(figure.among, figure.of), Adds: figure.adds, BeforeAt: r.BeforeAt, Before: r.Before, Limit: r.Limit}
	if r.Rest {
		f.Of = append(slices.Clone(figure.among), models.FactNot(figure.of...))
	}
	if r.Hour != nil {
		f.Spans = hours(r.From, r.To, time.Weekday(*r.Weekday), *r.Hour, zone)
		if len(f.Spans) == 0 { // the weekday is not in the period
			f.To = f.From
		}
	}
	return f, nil
}

// step is what all changes of clocks and differences of time zones are multiples of.
const step = 15 * time.Minute

// beginning is the first moment of a day in a time zone. Where clocks change at midnight
// that may be another hour, or the earlier of two midnights.
func beginning(day time.Time, zone *time.Location) time.Time {
	date := day.Format(time.DateOnly)
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	for at.Format(time.DateOnly) < date {
		at = at.Add(step)
	}
	for before := at.Add(-step); before.Format(time.DateOnly) == date; before = at.Add(-step) {
		at = before
	}
	return at
}

// hours are the times in which it is an hour of a weekday, on the days from one to
// another.
func hours(from, to time.Time, weekday time.Weekday, hour int, zone *time.Location) []models.FactSpan {
	var spans []models.FactSpan
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		if day.Weekday() != weekday {
			continue
		}
		for at, end := beginning(day, zone), beginning(day.AddDate(0, 0, 1), zone); at.Before(end); at = at.Add(step) {
			switch n := len(spans); {
			case at.Hour() != hour:
			case n > 0 && spans[n-1].To.Equal(at):
				spans[n-1].To = at.Add(step)
			default:
				spans = append(spans, models.FactSpan{From: at, To: at.Add(step)})
			}
		}
	}
	return spans
}
