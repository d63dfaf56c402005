package assign_test

import (
	"strings"
	"testing"
	"time"

	"ringdesk/controller/assign"
	"ringdesk/dialplan"
	"ringdesk/models"
)

var now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// ago is a moment some minutes ago.
func ago(minutes int) models.Time {
	return models.At(now.Add(-time.Duration(minutes) * time.Minute))
}

// free makes an agent who takes every call, changed as said.
func free(id string, change ...func(*models.AgentState)) models.AgentState {
	a := models.AgentState{Agent: models.Agent{ID: id, AccountID: "account-" + id, Seat: true, TakesPhone: true, TakesVoice: true, TakesVideo: true,
		Status: "available", NotifyUnassigned: true}, PhoneID: "phone-" + id, PhoneReady: true, SeenAt: models.At(now), Teams: []string{"sales"}}
	for _, c := range change {
		c(&a)
	}
	return a
}

type change = func(*models.AgentState)

func busy(a *models.AgentState)    { a.ClaimCall = "other" }
func talking(a *models.AgentState) { a.ClaimCall, a.InCall = "other", true }
func dnd(a *models.AgentState)     { a.DND = true }
func wrapUp(a *models.AgentState)  { a.WrapUpUntil = models.At(now.Add(time.Minute)) }
func idle(minutes int) change      { return func(a *models.AgentState) { a.IdleSince = ago(minutes) } }
func offered(minutes int) change   { return func(a *models.AgentState) { a.OfferedAt = ago(minutes) } }
func skills(json string) change    { return func(a *models.AgentState) { a.Skills = json } }
func status(s string) change       { return func(a *models.AgentState) { a.Status = s } }
func teams(ids ...string) change   { return func(a *models.AgentState) { a.Teams = ids } }
func answered(n int, day string) change {
	return func(a *models.AgentState) { a.AnsweredCount, a.AnsweredDay = n, day }
}

func ids(as []models.AgentState) string {
	var s []string
	for _, a := range as {
		s = append(s, a.ID)
	}
	return strings.Join(s, " ")
}

// outcome writes a choice as a text: those picked, or what else it says.
func outcome(c assign.Choice) string {
	var s []string
	if len(c.Pick) > 0 {
		s = append(s, ids(c.Pick))
	}
	if c.Silent != "" {
		s = append(s, "silent:"+c.Silent)
	}
	if c.Busy {
		s = append(s, "busy")
	}
	if c.Tried {
		s = append(s, "tried")
	}
	if len(s) == 0 {
		return "nobody"
	}
	return strings.Join(s, " ")
}

func automatic(w assign.Want) assign.Want {
	w.Automatic = true
	return w
}

// What keeps a call away from the only agent, under automatic assignment, from
// all at once, and by hand.
func TestEligibility_IN_2_IN_3_IN_5_IN_9(t *testing.T) {
	cases := []struct {
		name                   string
		kind                   string
		change                 change
		automatic, all, byHand string
	}{
		{"all is well", "phone", func(*models.AgentState) {}, "a", "a", "a"},
		{"no seat", "phone", func(a *models.AgentState) { a.Seat = false }, "nobody", "nobody", "nobody"},
		{"takes no phone calls", "phone", func(a *models.AgentState) { a.TakesPhone = false }, "nobody", "nobody", "nobody"},
		{"takes no phone calls, but this is voice", "voice", func(a *models.AgentState) { a.TakesPhone = false }, "a", "a", "a"},
		{"takes no voice calls", "voice", func(a *models.AgentState) { a.TakesVoice = false }, "nobody", "nobody", "nobody"},
		{"takes no video calls", "video", func(a *models.AgentState) { a.TakesVideo = false }, "nobody", "nobody", "nobody"},
		{"a kind that nobody knows", "fax", func(*models.AgentState) {}, "nobody", "nobody", "nobody"},
		{"meal", "phone", status("meal"), "nobody", "nobody", "nobody"},
		{"rest", "phone", status("rest"), "nobody", "nobody", "nobody"},
		{"meeting", "phone", status("meeting"), "nobody", "nobody", "nobody"},
		{"education", "phone", status("education"), "nobody", "nobody", "nobody"},
		{"other work", "phone", status("otherWork"), "nobody", "nobody", "nobody"},
		{"off", "phone", status("off"), "nobody", "nobody", "nobody"},
		{"phone not registered", "phone", func(a *models.AgentState) { a.PhoneReady = false }, "nobody", "nobody", "nobody"},
		{"silent for 14 s", "phone", func(a *models.AgentState) { a.SeenAt = models.At(now.Add(-14 * time.Second)) }, "a", "a", "a"},
		{"silent for 15 s", "phone", func(a *models.AgentState) { a.SeenAt = models.At(now.Add(-15 * time.Second)) }, "nobody", "nobody", "nobody"},
		{"another team", "phone", teams("care"), "nobody", "nobody", "a"},
		{"several teams", "phone", teams("care", "sales"), "a", "a", "a"},
		{"wants nothing unassigned", "phone", func(a *models.AgentState) { a.NotifyUnassigned = false }, "a", "nobody", "a"},
		{"do not disturb", "phone", dnd, "nobody", "nobody", "silent:a"},
		{"do not disturb, for a minute", "phone", func(a *models.AgentState) { a.DND, a.DNDUntil = true, ago(-1) }, "nobody", "nobody", "silent:a"},
		{"do not disturb, run out", "phone", func(a *models.AgentState) { a.DND, a.DNDUntil = true, ago(0) }, "a", "a", "a"},
		{"wraps up", "phone", wrapUp, "busy", "a", "a"},
		{"wrap-up ran out", "phone", func(a *models.AgentState) { a.WrapUpUntil = ago(0) }, "a", "a", "a"},
		{"another call rings", "phone", busy, "busy", "busy", "busy"},
		{"talks in another call", "phone", talking, "busy", "busy", "a"},
		{"talks while another call rings", "phone", func(a *models.AgentState) { talking(a); a.OfferCall = "third" }, "busy", "busy", "busy"},
		{"this call rings already", "phone", func(a *models.AgentState) { a.ClaimCall = "call" }, "busy", "busy", "busy"},
		{"talks in this call", "phone", func(a *models.AgentState) { a.ClaimCall, a.InCall = "call", true }, "busy", "busy", "busy"},
		{"do not disturb while talking", "phone", func(a *models.AgentState) { talking(a); dnd(a) }, "nobody", "nobody", "silent:a"},
		{"busy in another status", "phone", func(a *models.AgentState) { talking(a); a.Status = "meal" }, "nobody", "nobody", "nobody"},
	}
	for _, c := range cases {
		w := assign.Want{Call: "call", Team: "sales", Kind: c.kind}
		only := w
		only.Only = "a"
		agents := []models.AgentState{free("a", c.change)}
		for _, mode := range []struct {
			name string
			w    assign.Want
			want string
		}{{"automatic", automatic(w), c.automatic}, {"all at once", w, c.all}, {"by hand", only, c.byHand}} {
			if got := outcome(assign.Choose(mode.w, agents, now)); got != mode.want {
				t.Errorf("%s, %s: %s, want %s", c.name, mode.name, got, mode.want)
			}
		}
	}
}

func TestOrder_IN_4(t *testing.T) {
	agents := []models.AgentState{
		free("a", idle(1), offered(9), answered(2, "today"), skills(`{"refund":3,"english":2}`)),
		free("b", idle(5), offered(1), answered(1, "today"), skills(`{"refund":9}`)),
		free("c", idle(3), offered(5), answered(7, "yesterday"), skills(`{"refund":3,"english":9}`)),
		free("d", offered(2), answered(1, "today"), skills(`{"english":1}`)), // never had a call
		free("e", idle(3), offered(3), answered(3, "today")),
	}
	w := automatic(assign.Want{Call: "call", Kind: "phone", Day: "today"})
	with := func(f func(*assign.Want)) assign.Want {
		w := w
		f(&w)
		return w
	}
	cases := []struct {
		name string
		w    assign.Want
		want string
	}{
		{"longest idle is the default", w, "d b c e a"},
		{"longest idle", with(func(w *assign.Want) { w.Strategy = dialplan.LongestIdle }), "d b c e a"},
		{"round robin", with(func(w *assign.Want) { w.Strategy = dialplan.RoundRobin }), "a c e d b"},
		{"fewest today", with(func(w *assign.Want) { w.Strategy = dialplan.FewestToday }), "c d b a e"},
		{"skills without any wanted", with(func(w *assign.Want) { w.Strategy = dialplan.BySkill }), "d b c e a"},
		{"the best at one skill", with(func(w *assign.Want) { w.Strategy, w.Skills = dialplan.BySkill, map[string]int{"refund": 1} }), "b c a"},
		{"the best at both", with(func(w *assign.Want) {
			w.Strategy, w.Skills = dialplan.BySkill, map[string]int{"refund": 1, "english": 2}
		}), "c a"},
		{"skills are needed under other strategies, too", with(func(w *assign.Want) { w.Skills = map[string]int{"english": 2} }), "c a"},
		{"nobody is skilled", with(func(w *assign.Want) { w.Skills = map[string]int{"french": 1} }), "nobody"},
		{"everybody once before anybody twice", with(func(w *assign.Want) { w.Rounds, w.Offers = 2, map[string]int{"d": 1, "b": 1, "c": 2} }), "e a d b"},
		{"not the same one twice in a row", with(func(w *assign.Want) { w.Rounds, w.Offers, w.Last = 2, map[string]int{"d": 1}, "d" }), "b c e a d"},
		{"last asked comes last, whatever the rounds", with(func(w *assign.Want) {
			w.Rounds, w.Last, w.Offers = 3, "e", map[string]int{"a": 2, "b": 2, "c": 2, "d": 2, "e": 1}
		}), "d b c a e"},
	}
	for _, c := range cases {
		if got := outcome(assign.Choose(c.w, agents, now)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRounds_IN_4_IN_6(t *testing.T) {
	once := map[string]int{"a": 1}
	cases := []struct {
		name   string
		w      assign.Want
		agents []models.AgentState
		want   string
	}{
		{"nobody at all", automatic(assign.Want{}), nil, "nobody"},
		{"the only one has had the round", automatic(assign.Want{Offers: once}), []models.AgentState{free("a")}, "tried"},
		{"so has the only one of all at once", assign.Want{Offers: once}, []models.AgentState{free("a")}, "tried"},
		{"so has the one by hand", assign.Want{Offers: once, Only: "a"}, []models.AgentState{free("a")}, "tried"},
		{"a second round", automatic(assign.Want{Offers: once, Rounds: 2, Last: "a"}), []models.AgentState{free("a")}, "a"},
		{"all rounds had", automatic(assign.Want{Offers: map[string]int{"a": 2}, Rounds: 2}), []models.AgentState{free("a")}, "tried"},
		{"the only one left after an offer went to lunch", automatic(assign.Want{Offers: once}), []models.AgentState{free("a", status("meal"))}, "tried"},
		{"an offer of nobody is none", automatic(assign.Want{Offers: map[string]int{"a": 0}}), nil, "nobody"},
		{"who has had all rounds makes nobody wait", automatic(assign.Want{Offers: once}), []models.AgentState{free("a", busy)}, "tried"},
		{"the other one is busy", automatic(assign.Want{Offers: once}), []models.AgentState{free("a"), free("b", talking)}, "busy"},
		{"the other one wraps up", automatic(assign.Want{Offers: once}), []models.AgentState{free("a"), free("b", wrapUp)}, "busy"},
		{"the other one is free", automatic(assign.Want{Offers: once}), []models.AgentState{free("a"), free("b")}, "b"},
		{"busy and free", automatic(assign.Want{}), []models.AgentState{free("a", busy), free("b")}, "b"},
		{"all at once ring those who have not rung", assign.Want{Offers: once}, []models.AgentState{free("a"), free("b"), free("c")}, "b c"},
		{"others than the one by hand do not count", assign.Want{Only: "a"}, []models.AgentState{free("b"), free("c", busy)}, "nobody"},
	}
	for _, c := range cases {
		c.w.Call, c.w.Kind = "call", "phone"
		if got := outcome(assign.Choose(c.w, c.agents, now)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// A setting lets automatic assignment fall back on those who do not want to be
// disturbed.
func TestAssignSilently_IN_3(t *testing.T) {
	cases := []struct {
		name   string
		w      assign.Want
		agents []models.AgentState
		want   string
	}{
		{"passed over without the setting", automatic(assign.Want{}), []models.AgentState{free("a", dnd)}, "nobody"},
		{"assigned silently", automatic(assign.Want{AssignSilently: true}), []models.AgentState{free("a", dnd, idle(1)), free("b", dnd, idle(2))}, "silent:b"},
		{"not while somebody can be rung", automatic(assign.Want{AssignSilently: true}), []models.AgentState{free("a", dnd), free("b")}, "b"},
		{"nor while somebody is busy", automatic(assign.Want{AssignSilently: true}), []models.AgentState{free("a", dnd), free("b", busy)}, "busy"},
		{"once", automatic(assign.Want{AssignSilently: true, Offers: map[string]int{"a": 1}}), []models.AgentState{free("a", dnd)}, "tried"},
		{"not to one who talks", automatic(assign.Want{AssignSilently: true}), []models.AgentState{free("a", dnd, talking)}, "nobody"},
		{"not to another team", automatic(assign.Want{AssignSilently: true, Team: "care"}), []models.AgentState{free("a", dnd)}, "nobody"},
		{"only under automatic assignment", assign.Want{AssignSilently: true}, []models.AgentState{free("a", dnd)}, "nobody"},
	}
	for _, c := range cases {
		c.w.Call, c.w.Kind = "call", "phone"
		if got := outcome(assign.Choose(c.w, c.agents, now)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// Free agents are for those who wait the longest.
func TestEarlierCalls_IN_6(t *testing.T) {
	agents := []models.AgentState{free("s", teams("sales")), free("c", teams("care")), free("both", teams("care", "sales")), free("none", teams())}
	waits := func(teams ...string) (ws []models.Waiting) {
		for i, team := range teams {
			ws = append(ws, models.Waiting{CallID: "earlier" + team, TeamID: team, Rank: int64(i)})
		}
		return ws
	}
	declinedBy := func(agent string) func(string, models.AgentState) bool {
		return func(call string, a models.AgentState) bool { return call != "earliersales" || a.ID != agent }
	}
	cases := []struct {
		name string
		w    assign.Want
		want string
	}{
		{"nobody waits", assign.Want{}, "both c none s"},
		{"a call for sales waits", assign.Want{Earlier: waits("sales")}, "c none"},
		{"a call for care waits while we want sales", assign.Want{Team: "sales", Earlier: waits("care")}, "s"},
		{"a call for our team waits", assign.Want{Team: "sales", Earlier: waits("sales")}, "busy"},
		{"a call for everybody waits", assign.Want{Team: "sales", Earlier: waits("")}, "busy"},
		{"calls for both teams wait", assign.Want{Earlier: waits("care", "sales")}, "none"},
		{"a call for a third team waits", assign.Want{Earlier: waits("third")}, "both c none s"},
		{"by hand goes before", assign.Want{Only: "s", Earlier: waits("")}, "s"},
		{"who declined the earlier call is free for this one", assign.Want{Team: "sales", Earlier: waits("sales"), Takes: declinedBy("s")}, "s"},
		{"but not while another one could take them", assign.Want{Team: "sales", Earlier: waits("sales", ""), Takes: declinedBy("s")}, "busy"},
	}
	for _, c := range cases {
		c.w.Call, c.w.Kind = "call", "phone"
		for _, automatic := range []bool{false, true} {
			c.w.Automatic = automatic
			if got := outcome(assign.Choose(c.w, agents, now)); got != c.want {
				t.Errorf("%s (automatic %v): %s, want %s", c.name, automatic, got, c.want)
			}
		}
	}
}

// What later calls ask of an earlier one.
func TestCandidate_IN_6(t *testing.T) {
	w := automatic(assign.Want{Call: "call", Kind: "phone", Team: "sales", Skills: map[string]int{"refund": 2}, Offers: map[string]int{"had": 1}})
	skilled := skills(`{"refund":2}`)
	cases := []struct {
		name string
		a    models.AgentState
		want bool
	}{
		{"free", free("a", skilled), true},
		{"busy for now", free("a", skilled, busy), true},
		{"wraps up for now", free("a", skilled, wrapUp), true},
		{"had all rounds", free("had", skilled), false},
		{"not skilled", free("a"), false},
		{"another team", free("a", skilled, teams("care")), false},
		{"do not disturb", free("a", skilled, dnd), false},
		{"at lunch", free("a", skilled, status("meal")), false},
	}
	for _, c := range cases {
		if got := assign.Candidate(w, c.a, now); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
