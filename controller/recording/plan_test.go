package recording

import (
	"reflect"
	"testing"
	"time"

	"ringdesk/models"
)

const sec = time.Second

// began is when the calls of these tests began.
var began = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func after(d time.Duration) models.Time { return models.At(began.Add(d)) }

// held makes a journal: a hold and its release in turn, at these times.
func held(at ...time.Duration) []models.JournalEntry {
	var es []models.JournalEntry
	for i, d := range at {
		es = append(es, models.JournalEntry{Type: []string{"call.held", "call.released"}[i%2], At: after(d)})
	}
	return es
}

// track is a source of a party's speech; start < 0 means that nobody saw it begin.
func track(party string, start, length time.Duration) source {
	s := source{track: models.Track{ID: party, ParticipantID: party}, path: party, length: length}
	if start >= 0 {
		s.track.StartedAt = after(start)
	}
	return s
}

func ended(s source, at time.Duration) source {
	s.track.EndedAt = after(at)
	return s
}

// Covers: HOLD-4, END-1, END-6.
func TestPlan(t *testing.T) {
	c := talk{row: models.Call{ID: "call", StartedAt: after(0)}, parties: []models.Participant{
		{ID: "customer", Kind: models.ContactParticipant, JoinedAt: after(2 * sec)},
		{ID: "agent", Kind: models.AgentParticipant, JoinedAt: after(4 * sec)}, {ID: "late", Kind: models.AgentParticipant},
	}}
	type places map[string]PlanTrack
	at := func(offset time.Duration, quiet ...Span) PlanTrack { return PlanTrack{Offset: offset, Silence: quiet} }
	for _, tt := range []struct {
		name    string
		journal []models.JournalEntry
		sources []source
		start   time.Duration
		want    places
		notes   []string // parties whose track gets one
	}{
		{"nothing", nil, nil, -1, places{}, nil},
		{"two parties", nil, []source{track("customer", 3*sec, 60*sec), track("agent", 3*sec+40*time.Millisecond, 50*sec)}, 3 * sec,
			places{"customer": at(0), "agent": at(40 * time.Millisecond)}, nil},
		{"the agent first", nil, []source{track("customer", 5*sec, 60*sec), track("agent", 3*sec, 50*sec)}, 3 * sec,
			places{"customer": at(2 * sec), "agent": at(0)}, nil},
		{"an empty track does not count", nil, []source{track("customer", 3*sec, 0), track("agent", 4*sec, 50*sec)}, 4 * sec,
			places{"agent": at(0)}, nil},
		{"holds", held(13*sec, 20*sec, 30*sec, 31*sec), []source{track("customer", 3*sec, 60*sec), track("agent", 3*sec, 60*sec)}, 3 * sec,
			places{"customer": at(0, Span{10 * sec, 17 * sec}, Span{27 * sec, 28 * sec}), "agent": at(0)}, nil},
		{"a hold to the end", held(13*sec, 20*sec, 30*sec), []source{track("customer", 3*sec, 60*sec)}, 3 * sec,
			places{"customer": at(0, Span{10 * sec, 17 * sec}, Span{27 * sec, 100 * sec})}, nil},
		{"holds outside of the recording", held(1*sec, 2*sec, 2*sec, 5*sec, 99*sec, 200*sec, 300*sec), []source{track("customer", 3*sec, 60*sec)}, 3 * sec,
			places{"customer": at(0, Span{0, 2 * sec}, Span{96 * sec, 100 * sec})}, nil},
		{"held twice, released twice", []models.JournalEntry{
			{Type: "call.released", At: after(4 * sec)}, {Type: "call.held", At: after(5 * sec)}, {Type: "agent.muted", At: after(6 * sec)},
			{Type: "call.held", At: after(7 * sec)}, {Type: "call.released", At: after(8 * sec)}, {Type: "call.released", At: after(9 * sec)},
		}, []source{track("customer", 3*sec, 60*sec)}, 3 * sec, places{"customer": at(0, Span{2 * sec, 5 * sec})}, nil},
		{"an agent lost, the customer in the queue again, then with another", []models.JournalEntry{ // IN-12
			{Type: "call.answered", At: after(3 * sec)}, {Type: "call.alone", At: after(10 * sec)}, {Type: "call.requeued", At: after(30 * sec)},
			{Type: "call.answered", At: after(40 * sec)}, {Type: "call.held", At: after(50 * sec)}, {Type: "call.alone", At: after(51 * sec)},
			{Type: "call.released", At: after(52 * sec)}, {Type: "call.together", At: after(53 * sec)},
		}, []source{track("customer", 3*sec, 60*sec)}, 3 * sec, places{"customer": at(0, Span{7 * sec, 37 * sec}, Span{47 * sec, 50 * sec})}, nil},
		{"a message after a talk", []models.JournalEntry{
			{Type: "call.answered", At: after(3 * sec)}, {Type: "call.requeued", At: after(30 * sec)}, {Type: "voicemail.started", At: after(40 * sec)},
		}, []source{track("customer", 3*sec, 60*sec)}, 3 * sec, places{"customer": at(0, Span{27 * sec, 37 * sec})}, nil},
		{"past the limit", nil, []source{track("customer", 3*sec, 200*sec), track("agent", 103*sec, 20*sec)}, 3 * sec,
			places{"customer": at(0)}, nil},
		{"beginning unseen, end seen", nil, []source{track("customer", 3*sec, 60*sec), ended(track("agent", -1, 20*sec), 63*sec)}, 3 * sec,
			places{"customer": at(0), "agent": at(40 * sec)}, []string{"agent"}},
		{"neither seen", nil, []source{track("customer", 3*sec, 60*sec), track("agent", -1, 20*sec)}, 3 * sec,
			places{"customer": at(0), "agent": at(sec)}, []string{"agent"}},
		{"nothing seen at all", nil, []source{track("customer", -1, 60*sec), track("late", -1, 20*sec)}, 0,
			places{"customer": at(2 * sec), "late": at(0)}, []string{"customer", "late"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c.journal = tt.journal
			line := plan(c, tt.sources, 100*sec)
			got := places{}
			for _, p := range line.tracks {
				got[p.File] = at(p.Offset, p.Silence...)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("tracks %v, want %v", got, tt.want)
			}
			if want := began.Add(tt.start); tt.start >= 0 && !line.start.Equal(want) {
				t.Errorf("starts at %v, want %v", line.start, want)
			}
			var notes []string
			for _, s := range tt.sources {
				if s.note != "" {
					notes = append(notes, s.track.ID)
				}
			}
			if !reflect.DeepEqual(notes, tt.notes) {
				t.Errorf("notes on %v, want %v", notes, tt.notes)
			}
		})
	}
}
