package assign_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/assign"
	"ringdesk/dialplan"
	"ringdesk/models"
)

var strategies = []dialplan.Strategy{dialplan.LongestIdle, dialplan.RoundRobin, dialplan.FewestToday, dialplan.BySkill}

// anAgent draws an agent who is mostly fine, with little to tell them apart,
// so that ties are many.
func anAgent(rt *rapid.T, id string) models.AgentState {
	usually := func(label string) bool { return rapid.IntRange(0, 5).Draw(rt, label) > 0 }
	few := func(label string) int { return rapid.IntRange(0, 2).Draw(rt, label) }
	return free(id, func(a *models.AgentState) {
		a.Seat, a.TakesPhone, a.NotifyUnassigned = usually("seat"), usually("phone"), usually("notify")
		a.PhoneReady, a.DND = usually("ready"), !usually("dnd")
		a.Status = rapid.SampledFrom([]string{"available", "available", "available", "meeting"}).Draw(rt, "status")
		a.Teams = rapid.SampledFrom([][]string{nil, {"sales"}, {"care"}, {"care", "sales"}}).Draw(rt, "teams")
		a.Skills = rapid.SampledFrom([]string{"", `{"x":1}`, `{"x":2}`, `{"x":2,"y":1}`}).Draw(rt, "skills")
		a.ClaimCall = rapid.SampledFrom([]string{"", "", "", "other"}).Draw(rt, "claim")
		a.InCall = a.ClaimCall != "" && rapid.Bool().Draw(rt, "in call")
		if !usually("wrap-up") {
			wrapUp(a)
		}
		a.IdleSince, a.OfferedAt = ago(few("idle")), ago(few("offered"))
		a.AnsweredCount, a.AnsweredDay = few("answered"), "today"
	})
}

func aWant(rt *rapid.T) assign.Want {
	w := assign.Want{Call: "call", Kind: "phone", Day: "today", Rounds: rapid.IntRange(0, 2).Draw(rt, "rounds"),
		Automatic: rapid.Bool().Draw(rt, "automatic"), AssignSilently: rapid.Bool().Draw(rt, "silently"),
		Team:     rapid.SampledFrom([]string{"", "sales"}).Draw(rt, "team"),
		Strategy: rapid.SampledFrom(strategies).Draw(rt, "strategy"),
		Skills:   rapid.SampledFrom([]map[string]int{nil, {"x": 1}, {"x": 2}}).Draw(rt, "wanted skills"),
		Last:     rapid.SampledFrom([]string{"", "0", "1"}).Draw(rt, "last"),
		Offers:   map[string]int{"0": rapid.IntRange(0, 2).Draw(rt, "offers 0"), "1": rapid.IntRange(0, 2).Draw(rt, "offers 1")},
	}
	if rapid.IntRange(0, 3).Draw(rt, "earlier") == 0 {
		w.Earlier = []models.Waiting{{CallID: "earlier", TeamID: rapid.SampledFrom([]string{"", "sales", "care"}).Draw(rt, "earlier team")}}
	}
	return w
}

// forbidden says why an agent must not ring for a call, in the words of the
// rules; "" means that nothing is wrong.
func forbidden(w assign.Want, a models.AgentState) string {
	switch {
	case !a.Seat, !a.TakesPhone, a.Status != "available", !a.PhoneReady:
		return "IN-2: seat, kind, status or browser"
	case a.DND:
		return "IN-3: do not disturb"
	case a.ClaimCall != "":
		return "IN-2: busy"
	case w.Automatic && now.Before(a.WrapUpUntil.Time):
		return "IN-2: wrap-up"
	case !w.Automatic && !a.NotifyUnassigned:
		return "IN-5: wants nothing unassigned"
	case w.Team != "" && !slices.Contains(a.Teams, w.Team):
		return "IN-4: another team"
	case a.SkillLevels()["x"] < w.Skills["x"]:
		return "IN-4: not skilled"
	case w.Offers[a.ID] > 0 && w.Offers[a.ID] >= w.Rounds:
		return "IN-4: had all rounds"
	case len(w.Earlier) > 0 && (w.Earlier[0].TeamID == "" || slices.Contains(a.Teams, w.Earlier[0].TeamID)):
		return "IN-6: for the call that waits longer"
	default:
		return ""
	}
}

// Whatever the agents: exactly those ring who may, the order in which they
// come does not matter, and nobody is asked twice in a row while another is
// free.
func TestChoose_IN_2_IN_3_IN_4_IN_5_IN_6(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var agents []models.AgentState
		for i := range rapid.IntRange(0, 6).Draw(rt, "agents") {
			agents = append(agents, anAgent(rt, fmt.Sprint(i)))
		}
		w := aWant(rt)
		c := assign.Choose(w, agents, now)
		for _, a := range agents {
			why, picked := forbidden(w, a), slices.ContainsFunc(c.Pick, func(p models.AgentState) bool { return p.ID == a.ID })
			if picked != (why == "") {
				rt.Fatalf("agent %s picked %v, but %q: %+v", a.ID, picked, why, a)
			}
		}
		said := 0
		for _, yes := range []bool{len(c.Pick) > 0, c.Silent != "", c.Busy, c.Tried} {
			if yes {
				said++
			}
		}
		if said > 1 {
			rt.Fatalf("says several things: %s", outcome(c))
		}
		if w.Automatic && len(c.Pick) > 1 && c.Pick[0].ID == w.Last {
			rt.Fatalf("%s is asked twice in a row, though %d others are free", w.Last, len(c.Pick)-1)
		}
		shuffled := rapid.Permutation(agents).Draw(rt, "another order")
		if again := assign.Choose(w, shuffled, now); !reflect.DeepEqual(again, c) {
			rt.Fatalf("in another order: %s, then %s", outcome(c), outcome(again))
		}
	})
}

// floor is a day at a call centre: calls come one after the other, are answered
// by whoever is chosen, and take a while.
type floor struct {
	agents []models.AgentState
	ends   []time.Time // of each agent's talk
	at     time.Time
	random *rand.Rand
}

func newFloor(agents int) *floor {
	f := &floor{at: now, random: rand.New(rand.NewPCG(7, 7)), ends: make([]time.Time, agents)}
	for i := range agents {
		f.agents = append(f.agents, free(fmt.Sprint(i), skills(fmt.Sprintf(`{"x":%d}`, 1+i/2))))
	}
	return f
}

// call lets a call come that takes at most as long as said, and gives who took
// it, -1 if it found nobody.
func (f *floor) call(w assign.Want, longest time.Duration) int {
	f.at = f.at.Add(time.Minute)
	for i := range f.agents {
		a := &f.agents[i]
		a.SeenAt = models.At(f.at)
		if a.InCall && !f.ends[i].After(f.at) {
			a.ClaimCall, a.InCall, a.IdleSince = "", false, models.At(f.ends[i])
		}
	}
	w.Call, w.Kind, w.Automatic, w.Day = "call", "phone", true, f.at.Format(time.DateOnly)
	c := assign.Choose(w, f.agents, f.at)
	if len(c.Pick) == 0 {
		return -1
	}
	i := slices.IndexFunc(f.agents, func(a models.AgentState) bool { return a.ID == c.Pick[0].ID })
	a := &f.agents[i]
	a.ClaimCall, a.InCall, a.OfferedAt = "call", true, models.At(f.at)
	if a.AnsweredDay != w.Day {
		a.AnsweredDay, a.AnsweredCount = w.Day, 0
	}
	a.AnsweredCount++
	f.ends[i] = f.at.Add(time.Duration(1 + f.random.Int64N(int64(longest))))
	return i
}

// Over 10,000 calls every strategy shares them out as it promises.
func TestFairness_IN_4(t *testing.T) {
	const calls, agents = 10_000, 10
	wanted := map[string]int{"x": 1}
	cases := []struct {
		name    string
		w       assign.Want
		longest time.Duration // talk; calls come every minute
		spread  int           // between who took the most and the fewest, at most
	}{
		{"longest idle, short talks", assign.Want{}, time.Minute, 1},
		{"longest idle, long talks", assign.Want{}, 10 * time.Minute, calls / agents / 10},
		{"round robin, short talks", assign.Want{Strategy: dialplan.RoundRobin}, time.Minute, 1},
		{"round robin, long talks", assign.Want{Strategy: dialplan.RoundRobin}, 10 * time.Minute, calls / agents / 10},
		{"fewest today, short talks", assign.Want{Strategy: dialplan.FewestToday}, time.Minute, agents},
		{"fewest today, long talks", assign.Want{Strategy: dialplan.FewestToday}, 10 * time.Minute, calls / agents / 10},
	}
	for _, c := range cases {
		took := make([]int, agents)
		f := newFloor(agents)
		for range calls {
			if i := f.call(c.w, c.longest); i >= 0 {
				took[i]++
			}
		}
		if spread := slices.Max(took) - slices.Min(took); spread > c.spread || slices.Min(took) == 0 {
			t.Errorf("%s: %v, a spread of %d, at most %d", c.name, took, spread, c.spread)
		}
	}
	t.Run("within a day the fewest differ by one", func(t *testing.T) {
		f := newFloor(agents)
		for range calls {
			f.call(assign.Want{Strategy: dialplan.FewestToday}, time.Minute)
			most, fewest := 0, calls
			for _, a := range f.agents {
				n := 0
				if a.AnsweredDay == f.at.Format(time.DateOnly) {
					n = a.AnsweredCount
				}
				most, fewest = max(most, n), min(fewest, n)
			}
			if most-fewest > 1 {
				t.Fatalf("at %v one has taken %d, another %d", f.at, most, fewest)
			}
		}
	})
	t.Run("the best take what they can, and share it", func(t *testing.T) {
		f := newFloor(agents)
		took := make([]int, agents)
		for range calls {
			took[f.call(assign.Want{Strategy: dialplan.BySkill, Skills: wanted}, time.Minute)]++
		}
		if best := took[agents-2:]; best[0]+best[1] != calls || best[0] != best[1] {
			t.Errorf("%v: the last two are the best", took)
		}
	})
}

// The first free agents suffice where they are said to: nobody else would have been first,
// and a caller who waits for a busy one would have waited anyway.
func TestFewAgentsSuffice_IN_2_IN_4_IN_6(t *testing.T) {
	settled := 0
	rapid.Check(t, func(rt *rapid.T) {
		var agents []models.AgentState
		for i := range rapid.IntRange(0, 6).Draw(rt, "agents") {
			agents = append(agents, anAgent(rt, fmt.Sprint(i)))
		}
		w := aWant(rt)
		order, few := w.Order()
		if !few {
			return
		}
		unhindered := slices.DeleteFunc(slices.Clone(agents), func(a models.AgentState) bool {
			return !a.Seat || !a.TakesPhone || a.Status != "available" || !a.PhoneReady || a.DNDNow(now) || a.WrapUpNow(now) || a.ClaimCall != "" ||
				w.Team != "" && !slices.Contains(a.Teams, w.Team)
		})
		slices.SortFunc(unhindered, func(a, b models.AgentState) int {
			idle, offered := a.IdleSince.Compare(b.IdleSince.Time), a.OfferedAt.Compare(b.OfferedAt.Time)
			rest := cmp.Or(idle, offered, cmp.Compare(a.ID, b.ID))
			switch order {
			case models.OfferedLongest:
				return cmp.Or(offered, rest)
			case models.FewestAnswered:
				return cmp.Or(cmp.Compare(a.AnsweredCount, b.AnsweredCount), rest) // all of today
			}
			return rest
		})
		first := unhindered[:min(len(unhindered), rapid.IntRange(0, 3).Draw(rt, "first"))]
		some, whole := assign.Choose(w, first, now), assign.Choose(w, agents, now)
		if !w.Settled(some, len(first) == len(unhindered)) {
			return
		}
		settled++
		if len(some.Pick) > 0 && some.Pick[0].ID != whole.Pick[0].ID || len(some.Pick) == 0 && !whole.Busy {
			rt.Fatalf("of %d first ones %s, of all %s", len(first), outcome(some), outcome(whole))
		}
	})
	if settled == 0 {
		t.Error("nothing was ever settled")
	}
}
