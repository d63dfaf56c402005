package exchange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// offered lists the agents in the order in which they were offered a call.
func (w *stage) offered(c call.Call) string {
	w.t.Helper()
	var names []string
	for _, a := range w.find(c.ID).Agents {
		names = append(names, strings.TrimPrefix(a.Name, "agent"))
	}
	return strings.Join(names, " ")
}

// oneAtATime sets automatic assignment without wrap-up.
func oneAtATime(s *dialplan.Settings) { s.Automatic, s.WrapUpSeconds = on(), count(0) }

// Who is offered three calls that are answered one after the other.
func TestStrategies_IN_4(t *testing.T) {
	cases := []struct {
		strategy dialplan.Strategy
		begin    func(w *stage)
		want     string
	}{
		{dialplan.LongestIdle, func(w *stage) {
			for i, ago := range []time.Duration{time.Minute, time.Hour, 2 * time.Hour} {
				w.agent(i, models.AgentUpdate{IdleSince: new(models.At(time.Now().Add(-ago)))})
			}
		}, "2 1 0"},
		{dialplan.RoundRobin, func(w *stage) {
			for i, ago := range []time.Duration{time.Hour, time.Minute, 2 * time.Hour} {
				w.agent(i, models.AgentUpdate{OfferedAt: new(models.At(time.Now().Add(-ago)))})
			}
		}, "2 0 1"},
		{dialplan.FewestToday, func(w *stage) {
			today := time.Now().In(time.FixedZone("KST", 9*60*60)).Format(time.DateOnly)
			for i, n := range []int{5, 1, 3} {
				w.agent(i, models.AgentUpdate{AnsweredDay: new(today), AnsweredCount: new(n)})
			}
		}, "1 1 2"},
		{dialplan.BySkill, func(w *stage) {
			w.settings(func(s *dialplan.Settings) {
				oneAtATime(s)
				s.Strategy, s.Skills = dialplan.BySkill, map[string]int{"billing": 2}
			})
			for i, level := range []int{2, 9, 1} {
				w.agent(i, models.AgentUpdate{Skills: new(fmt.Sprintf(`{"billing":%d}`, level))})
			}
		}, "1 1 1"},
	}
	for _, c := range cases {
		t.Run(string(c.strategy), func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w := newStage(t, 3, sound)
				w.settings(func(s *dialplan.Settings) { oneAtATime(s); s.Strategy = c.strategy })
				c.begin(w)
				var got []string
				for i := range 3 {
					caller, ring := w.phone(from(i))
					w.state(ring.ID, call.Ringing)
					got = append(got, w.offered(ring))
					if strings.Contains(got[i], " ") {
						t.Fatalf("more than one phone rings: %s", got[i])
					}
					line := w.phones[got[i][0]-'0']
					w.rings(line)
					line.Answer()
					w.state(ring.ID, call.Talking)
					caller.Hangup()
					w.clean()
				}
				if got := strings.Join(got, " "); got != c.want {
					t.Errorf("offered to %s, want %s", got, c.want)
				}
			})
		})
	}
}

// Unanswered moves on, each with their own ring time, and round after round,
// but never the same agent twice in a row.
func TestRounds_IN_4(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 2, sound)
		w.settings(func(s *dialplan.Settings) { oneAtATime(s); s.Rounds = 2 })
		w.agent(0, models.AgentUpdate{RingSeconds: new(7)})
		_, c := w.phone(from(1))
		w.rings(w.phones[0])
		w.quiet(1)
		later(7 * time.Second)
		w.rings(w.phones[1])
		w.quiet(0)
		c = w.state(c.ID, call.Ringing)
		later(48 * time.Second)
		c = w.state(c.ID, call.Missed)
		if c.MissedReason != dialplan.RingTimeOver || w.offered(c) != "0 1 0 1" {
			t.Errorf("missed for %s after %s", c.MissedReason, w.offered(c))
		}
		if got := c.EndedAt.Sub(c.StartedAt).Round(10 * time.Millisecond); got != 54*time.Second {
			t.Errorf("rang for %v, want 7+20+7+20 s", got)
		}
		w.clean()
	})
}

// Levels: the second team is asked when the first is in vain, also where
// nobody of the first is there at all.
func TestFallbackTeams_IN_4(t *testing.T) {
	for _, automatic := range []bool{false, true} {
		t.Run(fmt.Sprint(automatic), func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w := newStage(t, 3, sound)
				first, second, empty := w.team("first", 0), w.team("second", 1), w.team("nobody")
				set := func(teams ...string) {
					w.settings(func(s *dialplan.Settings) {
						oneAtATime(s)
						s.Automatic, s.Team, s.Fallback = &automatic, teams[0], nil
						for _, id := range teams[1:] {
							s.Fallback = append(s.Fallback, dialplan.Level{Team: id})
						}
					})
				}
				set(first, second)
				caller, c := w.phone(from(1))
				w.rings(w.phones[0])
				w.quiet(1, 2)
				later(20 * time.Second)
				w.rings(w.phones[1])
				w.quiet(0, 2)
				w.phones[1].Answer()
				w.state(c.ID, call.Talking)
				caller.Hangup()
				w.clean()
				set(empty, second)
				_, c = w.phone(from(2))
				w.rings(w.phones[1])
				w.quiet(0, 2)
				w.phones[1].Decline()
				if c = w.state(c.ID, call.Missed); c.MissedReason != dialplan.RingTimeOver {
					t.Errorf("missed for %s", c.MissedReason)
				}
				set(empty)
				_, c = w.phone(from(3))
				if c = w.state(c.ID, call.Missed); c.MissedReason != dialplan.NoOperator {
					t.Errorf("missed for %s", c.MissedReason)
				}
				w.clean()
			})
		})
	}
}

// Who is not offered a call, each for one reason; agent 1 is there for it.
func TestNotOffered_IN_2_IN_3_END_5(t *testing.T) {
	soon := func() models.Time { return models.At(time.Now().Add(time.Hour)) }
	cases := map[string]func() models.AgentUpdate{
		"no seat":        func() models.AgentUpdate { return models.AgentUpdate{Seat: new(false)} },
		"no phone calls": func() models.AgentUpdate { return models.AgentUpdate{TakesPhone: new(false)} },
		"in meeting":     func() models.AgentUpdate { return models.AgentUpdate{Status: new("meeting")} },
		"dnd":            func() models.AgentUpdate { return models.AgentUpdate{DND: new(true), DNDUntil: new(soon())} },
		"wrap-up": func() models.AgentUpdate {
			return models.AgentUpdate{WrapUpUntil: new(soon()), WrapUpConversation: new("x")}
		},
	}
	for name, set := range cases {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w := newStage(t, 2, sound)
				w.settings(oneAtATime)
				w.agent(0, set())
				caller, c := w.phone(from(1))
				w.rings(w.phones[1])
				later(time.Second)
				w.quiet(0)
				if got := w.offered(c); got != "1" {
					t.Errorf("offered to %s", got)
				}
				caller.Hangup()
				w.clean()
			})
		})
	}
}

// The setting that follows the seed's letter: assigned silently, then missed.
func TestAssignedSilently_IN_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.settings(func(s *dialplan.Settings) { oneAtATime(s); s.AssignSilently = on() })
		w.agent(0, models.AgentUpdate{DND: new(true)})
		_, c := w.phone(from(1))
		w.state(c.ID, call.Ringing)
		later(10 * time.Second)
		w.quiet(0)
		later(10 * time.Second)
		if c = w.state(c.ID, call.Missed); c.MissedReason != dialplan.RingTimeOver || w.offered(c) != "0" {
			t.Errorf("missed for %s, offered to %q", c.MissedReason, w.offered(c))
		}
		if w.phones[0].State().Invited.Call != "" {
			t.Error("the phone has rung")
		}
		w.clean()
	})
}

// By hand, too, and the call waits for nobody else meanwhile.
func TestAssignedByHand_IN_3(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 3, sound)
		w.agent(1, models.AgentUpdate{DND: new(true)})
		caller, c := w.phone(from(1))
		w.rings(w.phones[0])
		w.rings(w.phones[2])
		assign := call.Do{AgentID: w.agents[2].ID, Action: call.Assign, Target: w.agents[1].ID}
		w.must(w.asks(c, assign))
		w.await("the others to stop", func() bool {
			return w.phones[0].State().Ended.Cause == engine.CauseAnsweredElsewhere && w.phones[2].State().Ended.Cause == engine.CauseAnsweredElsewhere
		})
		later(5 * time.Second)
		w.quiet(0, 1, 2)
		conv, err := w.store.Conversation(t.Context(), w.ws.ID, c.ConversationID)
		w.must(err)
		if conv.AssigneeID == nil || *conv.AssigneeID != w.agents[1].ID {
			t.Errorf("assigned to %v", conv.AssigneeID)
		}
		assign.Target = w.agents[0].ID
		w.must(w.asks(c, assign)) // this one rings, and nobody beside them
		w.rings(w.phones[0])
		later(5 * time.Second)
		w.quiet(1, 2)
		w.phones[0].Answer()
		w.state(c.ID, call.Talking)
		caller.Hangup()
		w.clean()
	})
}

// asks lets an agent do something in a call.
func (w *stage) asks(c call.Call, do call.Do) error {
	_, err := w.x.Do(w.t.Context(), w.ws.ID, c.ID, do)
	return err
}

// Unassigned calls ring those who want to know of them; the others are told
// within 300 ms who has it.
func TestUnassigned_IN_5_IN_11(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 4, sound)
		w.agent(3, models.AgentUpdate{NotifyUnassigned: new(false)})
		caller, c := w.phone(from(1))
		for _, p := range w.phones[:3] {
			w.rings(p)
		}
		w.quiet(3)
		at := time.Now()
		w.phones[1].Answer()
		c = w.state(c.ID, call.Talking)
		for _, i := range []int{0, 2} {
			w.await("the phone to stop", func() bool { return w.phones[i].State().Ended.Cause == engine.CauseAnsweredElsewhere })
			if late := w.phones[i].State().Ended.At.Sub(at); late > 300*time.Millisecond {
				t.Errorf("phone %d stopped after %v", i, late)
			}
			if a, _ := c.Agent(w.agents[i].ID); a.State != call.PartyTaken {
				t.Errorf("agent %d is %s", i, a.State)
			}
		}
		if names := joined(c); !slices.Equal(names, []string{"agent1"}) {
			t.Errorf("taken by %v", names)
		}
		caller.Hangup()
		w.clean()
	})
}

// joined names the agents who are in a call.
func joined(c call.Call) []string {
	var names []string
	for _, a := range c.Agents {
		if a.State == call.PartyJoined {
			names = append(names, a.Name)
		}
	}
	return names
}

// The next agent rings at most 100 ms after a refusal: in virtual time, which
// counts what the program waits for, and once on the machine's clock, as seen
// by the phones.
func TestReoffer_IN_4(t *testing.T) {
	between := func(t *testing.T, w *stage) time.Duration {
		w.settings(oneAtATime)
		caller, c := w.phone(from(1))
		w.rings(w.phones[0])
		w.phones[0].Decline()
		w.rings(w.phones[1])
		refused, offers := w.entries(c, "agent.declined"), w.entries(c, "agent.offered")
		if len(refused) != 1 || len(offers) != 2 {
			t.Fatalf("%d refusals, %d offers", len(refused), len(offers))
		}
		caller.Hangup()
		w.clean()
		return offers[1].At.Sub(refused[0].At.Time)
	}
	virtual(t, func(t *testing.T) {
		if got := between(t, newStage(t, 2, sound)); got > 100*time.Millisecond {
			t.Errorf("offered again after %v", got)
		}
	})
	t.Run("measured", func(t *testing.T) {
		t.Logf("offered again after %v", between(t, newStage(t, 2, memory.Options{})))
	})
}
