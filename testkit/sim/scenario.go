package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memstore"
)

// business is a workspace with what it has.
type business struct {
	models.Workspace
	numbers []string // E.164
	trunks  []models.Trunk
	teams   []string
	agents  []*agent
	host    netip.Addr // where its calls from outside come from
}

// skills that agents may have and calls may want.
var skills = []string{"billing", "english", "repairs"}

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only of our own types
	}
	return string(b)
}

// invent makes up the businesses of a day.
func (w *world) invent() {
	for i := range w.dice.number(1, 3) {
		b := &business{Workspace: models.Workspace{ID: fmt.Sprintf("ws%d", i+1), Country: "KR", TimeZone: "Asia/Seoul"}}
		outbound := models.DefaultOutbound()
		outbound.MaxSeconds = int64(w.dice.number(60, 300))
		b.Outbound = encode(outbound)
		b.host = netip.AddrFrom4([4]byte{192, 0, 2, byte(i + 1)})
		w.businesses = append(w.businesses, b)
		w.change(func(tx *memstore.Tx) error { return tx.AddWorkspace(b.Workspace) })
		w.inventTeams(b)
		w.inventAgents(b)
		w.inventNumbers(b)
		w.inventFlows(b)
		settings := encode(w.inventSettings(b))
		w.change(func(tx *memstore.Tx) error { return tx.SetWorkspaceSettings(b.ID, settings) })
	}
}

func (w *world) inventTeams(b *business) {
	for i := range w.dice.number(1, 4) {
		id := fmt.Sprintf("%s-team%d", b.ID, i+1)
		b.teams = append(b.teams, id)
		settings := encode(w.inventSettings(b))
		w.change(func(tx *memstore.Tx) error {
			return tx.AddTeam(models.Team{ID: id, WorkspaceID: b.ID, Name: id, Settings: settings})
		})
	}
}

// inventAgents makes the agents; some accounts work in several workspaces.
func (w *world) inventAgents(b *business) {
	members := map[string][]string{}
	for i := range w.dice.number(2, 12) {
		acc := w.inventAccount(b)
		m := models.Agent{ID: fmt.Sprintf("%s-agent%02d", b.ID, i+1), WorkspaceID: b.ID, AccountID: acc.id, Name: fmt.Sprint("Agent ", i+1),
			Seat: !w.dice.chance(30), TakesPhone: !w.dice.chance(50), PlacesCalls: w.dice.chance(800), Supervises: w.dice.chance(300)}
		unassigned := !w.dice.chance(100)
		if w.dice.chance(300) {
			m.RingSeconds = w.dice.number(5, 30)
		}
		levels := map[string]int{}
		for _, s := range skills {
			if w.dice.chance(500) {
				levels[s] = w.dice.number(1, 9)
			}
		}
		m.Skills = encode(levels)
		for _, t := range b.teams {
			if w.dice.chance(700) {
				members[t] = append(members[t], m.ID)
			}
		}
		w.change(func(tx *memstore.Tx) error {
			return errors.Join(tx.AddAgent(m), tx.ChangeAgent(m.ID, func(m *models.Agent) { m.NotifyUnassigned = unassigned }))
		})
		a := &agent{id: m.ID, workspace: b.ID, account: acc}
		acc.agents, b.agents = append(acc.agents, a), append(b.agents, a)
	}
	for _, t := range b.teams {
		w.change(func(tx *memstore.Tx) error { return tx.SetTeamMembers(b.ID, t, members[t]) })
	}
}

// inventAccount is a new account, or one that works in another workspace, too.
func (w *world) inventAccount(b *business) *account {
	if known := w.accounts; len(known) > 0 && w.dice.chance(150) {
		acc := one(w.dice, known)
		if !slices.ContainsFunc(acc.agents, func(a *agent) bool { return a.workspace == b.ID }) {
			return acc
		}
	}
	n := len(w.accounts) + 1
	acc := &account{id: fmt.Sprintf("acc%02d", n), tone: 3000 + n}
	w.accounts = append(w.accounts, acc)
	w.change(func(tx *memstore.Tx) error { return tx.AddAccount(models.Account{ID: acc.id, Email: acc.id}) })
	return acc
}

func ptr[T any](v T) *T { return &v }

func (w *world) inventNumbers(b *business) {
	for i := range w.dice.number(1, 3) {
		t := models.Trunk{ID: fmt.Sprintf("%s-t%d", b.ID, i), WorkspaceID: b.ID}
		s := models.DefaultTrunk()
		s.Remote, s.MaxCalls, s.CallsPerSecond, s.Position = "192.0.2.1:5060", w.dice.number(2, 30), 10, i
		if err := t.SetSettings(s); err != nil {
			panic(err) // the settings above are right
		}
		var hosts []string
		if i == 0 { // the one that all calls come by
			hosts = []string{b.host.String()}
		}
		b.trunks = append(b.trunks, t)
		w.change(func(tx *memstore.Tx) error { return tx.AddTrunk(t, hosts) })
	}
	for i := range w.dice.number(1, 4) {
		n := models.Number{ID: fmt.Sprintf("%s-n%d", b.ID, i), WorkspaceID: b.ID, TrunkID: b.trunks[0].ID, Outbound: "{}",
			Number: fmt.Sprintf("+82212%s%04d", b.ID[2:], i), Record: w.dice.chance(700), Settings: encode(w.inventSettings(b))}
		b.numbers = append(b.numbers, n.Number)
		w.change(func(tx *memstore.Tx) error { return tx.AddNumber(n) })
	}
}

// inventSettings makes settings of one level: much is left open.
func (w *world) inventSettings(b *business) dialplan.Settings {
	var s dialplan.Settings
	d := w.dice
	maybe := func(set func()) {
		if d.chance(400) {
			set()
		}
	}
	rarely := func(perMille int, set func()) {
		if d.chance(perMille) {
			set()
		}
	}
	maybe(func() { s.Automatic = ptr(d.chance(600)) })
	maybe(func() {
		s.Strategy = one(d, []dialplan.Strategy{dialplan.LongestIdle, dialplan.RoundRobin, dialplan.FewestToday, dialplan.BySkill})
	})
	maybe(func() { s.Team = one(d, b.teams) })
	maybe(func() {
		for range d.number(1, 2) {
			s.Fallback = append(s.Fallback, dialplan.Level{Team: one(d, append(b.teams, "")), Rounds: d.number(0, 2)})
		}
	})
	maybe(func() { s.Rounds = d.number(1, 3) })
	maybe(func() { s.RingSeconds = d.number(5, 40) })
	maybe(func() { s.QueueCalls = ptr(d.number(0, 6)) })
	maybe(func() { s.QueueSeconds = d.number(20, 900) })
	maybe(func() { s.AnnounceSeconds = one(d, []int{-1, 10, 20, 60}) })
	maybe(func() { s.CallbackKey = one(d, []string{"1", "none"}) })
	maybe(func() { s.VoicemailKey = one(d, []string{"2", "none"}) })
	maybe(func() {
		s.VoicemailOn = []string{one(d, []string{"notInOperation", "noOperator", "exceededQueue", "abandonedInQueue", "ringTimeOver", "none"})}
	})
	maybe(func() { s.VoicemailSeconds = d.number(10, 60) })
	maybe(func() { s.Survey = ptr(d.chance(500)) })
	maybe(func() { s.Greeting, s.Monitored = "greeting-recorded", ptr(true) })
	maybe(func() { s.WrapUpSeconds = ptr(d.number(0, 60)) })
	maybe(func() { s.JoinMuted = ptr(d.chance(500)) })
	maybe(func() { s.Priority = ptr(d.number(0, 9)) })
	rarely(60, func() { s.InboundPerMinute = ptr(one(d, []int{0, 3, 30})) })
	rarely(150, func() { s.AssignSilently = ptr(true) })
	rarely(60, func() { s.Skills = map[string]int{one(d, skills): d.number(1, 6)} })
	rarely(6, func() { s.TurnAway = ptr(true) })
	rarely(60, func() { s.Hours = w.inventHours() })
	s.BlockDays = d.number(1, 3)
	return s
}

// inventHours closes at noon, in the evening and at night.
func (w *world) inventHours() *dialplan.Hours {
	h := &dialplan.Hours{}
	for day := range h.Week {
		h.Week[day] = []dialplan.Period{{From: 8 * 60, To: w.dice.number(10*60, 12*60)}, {From: 13 * 60, To: w.dice.number(16*60, 24*60)}}
	}
	return h
}
