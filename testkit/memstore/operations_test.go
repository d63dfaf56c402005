package memstore_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/exchange"
	"ringdesk/models"
	"ringdesk/testkit/memstore"
)

// The world of a history: two workspaces, three people, one of whom works in both.
var (
	workspaces = []string{"a", "b"}
	people     = []string{"p1", "p2", "p3"}
	agents     = []struct{ id, workspace, account string }{{"a1", "a", "p1"}, {"a2", "a", "p2"}, {"b1", "b", "p1"}, {"b3", "b", "p3"}}
	callers    = []string{"+821011110001", "+821011110002", "+821011110003"}
	trunks     = []string{"ta", "tb"}
)

// setUp is what both stores can be told before calls come.
type setUp interface {
	AddWorkspace(models.Workspace) error
	AddAccount(models.Account) error
	AddAgent(models.Agent) error
	AddTeam(models.Team) error
	SetTeamMembers(workspace, team string, agents []string) error
	AddTrunk(models.Trunk, []string) error
	AddNumber(models.Number) error
	PutPhone(models.Phone) (string, error)
	SetPhoneReady(account, id string, ready bool, now time.Time) error
	EndOverdue(time.Time) error
}

func newSides(t *rapid.T, real *models.Store, world string) *sides {
	s := &sides{t: t, world: world, now: began, real: exchange.OnModels(real), versions: map[string]int64{}, twin: map[string]string{}}
	ids := 0
	s.mem = memstore.New(func() time.Time { return s.now }, func() string {
		ids++
		return fmt.Sprintf("mem%d", ids)
	})
	rates, err := real.Rates(context.Background(), "")
	err = errors.Join(err, real.Tx(context.Background(), func(tx *models.Tx) error { return s.setUp(tx) }),
		s.mem.Do(context.Background(), func(tx *memstore.Tx) error {
			tx.SetRates(rates)
			return s.setUp(tx)
		}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *sides) setUp(tx setUp) error {
	at := models.At(began)
	errs := []error{tx.EndOverdue(began.AddDate(100, 0, 0))} // of earlier histories
	add := func(err error) { errs = append(errs, err) }
	for i, w := range workspaces {
		id := s.world + w
		add(tx.AddWorkspace(models.Workspace{ID: id, Name: w, Country: "KR", TimeZone: "Asia/Seoul", Language: "en", Settings: "{}", Outbound: "{}", CreatedAt: at}))
		add(tx.AddTeam(models.Team{ID: s.world + "t" + w, WorkspaceID: id, Name: "t", Settings: `{"rounds":2}`, CreatedAt: at}))
		add(tx.AddTrunk(models.Trunk{ID: s.world + "t" + w, WorkspaceID: id, Name: "t", Stored: "{}", CreatedAt: at}, []string{}))
		add(tx.AddNumber(models.Number{ID: s.world + "n" + w, WorkspaceID: id, TrunkID: s.world + "t" + w, Number: s.number(w), Outbound: "{}", CreatedAt: at,
			Settings: []string{"{}", `{"team":"` + s.world + `tb"}`}[i]}))
	}
	for _, p := range people {
		add(tx.AddAccount(models.Account{ID: s.world + p, Email: s.world + p, CreatedAt: at}))
		_, err := tx.PutPhone(models.Phone{ID: s.world + "phone" + p, AccountID: s.world + p, SeenAt: at, CreatedAt: at})
		add(err)
		add(tx.SetPhoneReady(s.world+p, s.world+"phone"+p, p != "p3", began))
	}
	for _, a := range agents {
		add(tx.AddAgent(models.Agent{ID: s.world + a.id, WorkspaceID: s.world + a.workspace, AccountID: s.world + a.account, Name: a.id, Role: "agent", Seat: true,
			TakesPhone: a.id != "a2", CreatedAt: at}))
	}
	add(tx.SetTeamMembers(s.world+"b", s.world+"tb", []string{s.world + "b1"}))
	return errors.Join(errs...)
}

func (s *sides) number(workspace string) string {
	return "+8221" + s.world[1:len(s.world)-1] + workspace
}

func one[T any](s *sides, what string, of ...T) T { return rapid.SampledFrom(of).Draw(s.t, what) }

func (s *sides) workspace() string { return s.world + one(s, "workspace", workspaces...) }

func (s *sides) person() string { return s.world + one(s, "person", people...) }

func (s *sides) agent() string { return s.world + one(s, "agent", agents...).id }

func (s *sides) moment() time.Time {
	return s.now.Add(time.Duration(rapid.IntRange(-40, 40).Draw(s.t, "seconds")) * time.Second)
}

// call is one of the calls, or one that nobody has made.
func (s *sides) call() string { return one(s, "call", append(s.calls, s.world+"nobody's")...) }

func (s *sides) contact() string {
	if len(s.contacts) == 0 {
		return "nobody"
	}
	return one(s, "contact", s.contacts...)
}

func (s *sides) conversation() string {
	return one(s, "conversation", append(s.convs, s.world+"nobody's")...)
}

// row is a call's row in some state.
func (s *sides) row(id string) models.Call {
	w := one(s, "workspace", workspaces...)
	return models.Call{ID: id, WorkspaceID: s.world + w, ConversationID: s.conversation(), NumberID: s.world + "n" + w, Kind: "phone",
		Direction: one(s, "direction", "inbound", "outbound"), State: one(s, "state", "queued", "talking", "missed", "ended"),
		TeamID: one(s, "team", "", s.world+"tb"), QueueRank: int64(rapid.IntRange(0, 3).Draw(s.t, "rank")), StartedAt: models.At(s.moment()),
		AnsweredAt: one(s, "answered", models.Time{}, models.At(s.now)), EndedAt: one(s, "ended", models.Time{}, models.At(s.now.Add(time.Minute))),
		Live: rapid.Bool().Draw(s.t, "live"), Data: "{}"}
}

// draw picks an operation with its arguments.
func (s *sides) draw() both {
	draws := []func() both{s.claim, s.claimSecond, s.occupy, s.release, s.addCall, s.saveCall, s.journal, s.caller, s.converse, s.mark, s.block,
		s.miss, s.outbound, s.endOutbound, s.record, s.update, s.own, s.partake, s.phone, s.look}
	return draws[rapid.IntRange(0, len(draws)-1).Draw(s.t, "operation")]()
}

func (s *sides) claim() both {
	who, id, now := s.person(), s.call(), s.now
	return both{name: "Claim", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.Claim(who, id, now) }}
}

func (s *sides) claimSecond() both {
	who, id := s.person(), s.call()
	return both{name: "ClaimSecond", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.ClaimSecond(who, id) }}
}

func (s *sides) occupy() both {
	who, id := s.person(), s.call()
	return both{name: "Occupy", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.Occupy(who, id) }}
}

func (s *sides) release() both {
	who, id := s.person(), s.call()
	if rapid.IntRange(0, 9).Draw(s.t, "stale") == 0 {
		return both{name: "ReleaseStale", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.ReleaseStale() }}
	}
	return both{name: "Release", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
		err := tx.Release(who, id)
		_, claimed, err2 := tx.ClaimOf(who)
		return claimed, errors.Join(err, err2)
	}}
}

func (s *sides) addCall() both {
	s.made++
	id, contact := fmt.Sprintf("%scall%03d", s.world, s.made), s.contact()
	if len(s.calls) > 0 && rapid.IntRange(0, 5).Draw(s.t, "again") == 0 {
		id = one(s, "call", s.calls...)
	}
	c := s.row(id)
	return both{name: "AddCall", do: func(tx exchange.Tx, alias func(string) string) (any, error) {
		c := c
		c.ContactID = alias(contact)
		return nil, tx.AddCall(c)
	}, then: func(any, any) { s.calls = append(s.calls, id) }}
}

func (s *sides) saveCall() both {
	c := s.row(s.call())
	c.Version = s.versions[c.ID] + one[int64](s, "version", 1, 1, 1, 1, 0, 2)
	return both{name: "SaveCall", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.SaveCall(c, nil) },
		then: func(any, any) { s.versions[c.ID] = c.Version }}
}

func (s *sides) journal() both {
	var es []models.JournalEntry
	id := s.call()
	for range rapid.IntRange(0, 3).Draw(s.t, "entries") {
		es = append(es, models.JournalEntry{CallID: id, Seq: int64(rapid.IntRange(1, 20).Draw(s.t, "seq")), At: models.At(s.now), Type: "t", Data: "{}"})
	}
	return both{name: "AddJournal", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.AddJournal(es) }}
}

func (s *sides) caller() both {
	w, now := s.workspace(), models.At(s.now)
	who := one(s, "who", models.Caller{}, models.Caller{Number: callers[0]}, models.Caller{Number: callers[1], Name: "Kim"},
		models.Caller{Number: callers[1], Name: "Lee"}, models.Caller{Address: "kim@pbx.example"}, models.Caller{Address: "kim@pbx.example", Name: "Kim"})
	return both{name: "ContactOfCaller", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.ContactOfCaller(w, who, now) },
		then: func(real, mem any) {
			id := real.(models.FullContact).ID
			if s.twin[id] == "" {
				s.contacts = append(s.contacts, id)
				s.twin[id] = mem.(models.FullContact).ID
			}
		}}
}

func (s *sides) converse() both {
	s.made++
	id, contact, w := fmt.Sprintf("%sconv%03d", s.world, s.made), s.contact(), s.workspace()
	now := models.At(s.now)
	return both{name: "AddConversation", do: func(tx exchange.Tx, alias func(string) string) (any, error) {
		return nil, tx.AddConversation(models.Conversation{ID: id, WorkspaceID: w, ContactID: alias(contact), Kind: "phone", State: "open", Live: true,
			CreatedAt: now, UpdatedAt: now})
	}, then: func(any, any) { s.convs = append(s.convs, id) }}
}

// mark is what agents have done, and what runs out.
func (s *sides) mark() both {
	id, who, now, w, conv := s.agent(), s.person(), s.now, s.workspace(), s.conversation()
	until, day, ended := s.moment(), one(s, "day", "2026-03-02", "2026-03-03"), ""
	if slices.Contains(s.convs, conv) { // of any other one there is no journal
		ended = s.call()
	}
	return one(s, "mark",
		both{name: "MarkOffered", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.MarkOffered(id, now) }},
		both{name: "MarkAnswered", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.MarkAnswered(id, day) }},
		both{name: "MarkIdle", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.MarkIdle(who, now) }},
		both{name: "StartWrapUp", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return nil, tx.StartWrapUp(models.WrapUp{WorkspaceID: w, AgentID: id, CallID: ended, ConversationID: conv, At: now, Until: until})
		}},
		both{name: "EndWrapUp", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return nil, tx.(interface {
				EndWrapUp(workspace, id string, at time.Time) error
			}).EndWrapUp(w, id, now)
		}},
		both{name: "EndOverdue", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.EndOverdue(now) }},
		both{name: "TagConversation", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return nil, tx.TagConversation(w, conv, "abusive")
		}})
}

func (s *sides) block() both {
	b := models.Block{ID: models.NewID(), WorkspaceID: s.workspace(), Number: one(s, "number", append(callers, "")...),
		UntilAt: one(s, "until", models.Time{}, models.At(s.moment())), CreatedAt: models.At(s.now)}
	return both{name: "Block", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.Block(b) }}
}

func (s *sides) miss() both {
	w, id, agent, now := s.workspace(), s.call(), s.agent(), s.now
	return one(s, "missed",
		both{name: "MissedCall", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.MissedCall(w, id) }},
		both{name: "HandleMissed", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.HandleMissed(w, id, agent, now) }},
		both{name: "UnhandleMissed", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.UnhandleMissed(w, id) }})
}

func (s *sides) outbound() both {
	c := models.OutboundCall{CallID: s.call(), WorkspaceID: s.workspace(), AgentID: s.agent(), TrunkID: one(s, "trunk", trunks...), NumberID: "n", Country: "KR",
		Emergency: rapid.IntRange(0, 4).Draw(s.t, "emergency") == 0, RateMCU: 72000, Increment: 60, MaxSeconds: 600, StartedAt: models.At(s.moment())}
	trunk := one(s, "trunk", trunks...)
	return one(s, "outbound",
		both{name: "AddOutbound", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.AddOutbound(c) }},
		both{name: "SetOutboundTrunk", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return nil, tx.SetOutboundTrunk(c.CallID, trunk)
		}})
}

func (s *sides) endOutbound() both {
	id, ended := s.call(), s.now
	answered := one(s, "answered", time.Time{}, s.now.Add(-90*time.Second))
	return both{name: "EndOutbound", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.EndOutbound(id, answered, ended) }}
}

func (s *sides) record() both {
	w, id, now := s.workspace(), s.call(), models.At(s.now)
	return one(s, "recording",
		both{name: "AddRecording", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return nil, tx.AddRecording(models.Recording{ID: "r" + id, WorkspaceID: w, CallID: id, State: "recording", Peaks: "[]", CreatedAt: now})
		}},
		both{name: "AddTrack", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return nil, tx.AddTrack(models.Track{ID: "k" + id, RecordingID: "r" + id})
		}},
		both{name: "AddTask", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return nil, tx.AddTask("mix", "r"+id, now.Time)
		}})
}

// update changes a conversation, and reads it again.
func (s *sides) update() both {
	w, id := s.workspace(), s.conversation()
	u := models.ConversationUpdate{State: one(s, "state", nil, new("missed")), AssigneeID: one(s, "assignee", nil, new(""), new("somebody")),
		Live: one(s, "live", nil, new(false)), TalkSeconds: one(s, "talk", nil, new(7)), UpdatedAt: one(s, "updated", models.Time{}, models.At(s.now))}
	return both{name: "UpdateConversation", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
		if err := tx.UpdateConversation(w, id, u); err != nil {
			return nil, err
		}
		c, err := tx.(interface {
			Conversation(workspace, id string) (models.Conversation, error)
		}).Conversation(w, id)
		c.ContactID = ""
		if c.AssigneeID != nil {
			return fmt.Sprint(*c.AssigneeID, c.State, c.Live, c.TalkSeconds, c.UpdatedAt), err
		}
		return c, err
	}}
}

// own is what controllers say of themselves, and the calls that they take.
func (s *sides) own() both {
	// Each history has controllers of its own; they take other histories' calls in
	// the real store, which are left out.
	id, until, now := s.world+one(s, "controller", "x", "y"), s.moment(), s.now
	return one(s, "owner",
		both{name: "RenewController", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.RenewController(id, until) }},
		both{name: "DropControllers", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.DropControllers() }},
		both{name: "TakeCalls", do: func(tx exchange.Tx, alias func(string) string) (any, error) {
			taken, err := tx.TakeCalls(id, now)
			return slices.DeleteFunc(taken, func(c models.Call) bool { return !strings.HasPrefix(c.ID, s.world) }), err
		}, then: func(real, _ any) {
			for _, c := range real.([]models.Call) {
				s.versions[c.ID] = c.Version
			}
		}})
}

// partake writes participants.
func (s *sides) partake() both {
	var ps []models.Participant
	id, w := s.call(), s.workspace()
	for range rapid.IntRange(0, 5).Draw(s.t, "participants") {
		n := rapid.IntRange(0, 9).Draw(s.t, "who")
		ps = append(ps, models.Participant{CallID: id, ID: fmt.Sprint("p", n), WorkspaceID: w, Place: n, Kind: one(s, "kind", "contact", "agent"),
			AgentID: s.agent(), State: one(s, "state", "ringing", "joined"), JoinedAt: models.At(s.now), HeldMS: int64(n)})
	}
	ps = slices.CompactFunc(ps, func(a, b models.Participant) bool { return a.ID == b.ID })
	if rapid.Bool().Draw(s.t, "new") {
		slices.SortFunc(ps, func(a, b models.Participant) int { return strings.Compare(a.ID, b.ID) })
		ps = slices.CompactFunc(ps, func(a, b models.Participant) bool { return a.ID == b.ID })
		return both{name: "AddParticipants", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.AddParticipants(ps) }}
	}
	return both{name: "PutParticipants", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return nil, tx.PutParticipants(ps) }}
}

// phone is what browsers say meanwhile.
func (s *sides) phone() both {
	p, ready, now := one(s, "person", people...), rapid.Bool().Draw(s.t, "ready"), s.moment()
	id := one(s, "phone", s.world+"phone"+p, s.world+"phone"+p, "another")
	return both{name: "SetPhoneReady", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
		return nil, tx.(setUp).SetPhoneReady(s.world+p, id, ready, now)
	}}
}

// look reads in a transaction, after what it has done.
func (s *sides) look() both {
	w, id, agent, now := s.workspace(), s.call(), s.agent(), s.now
	contact, rank := s.contact(), int64(rapid.IntRange(0, 4).Draw(s.t, "rank"))
	number := one(s, "caller", callers...)
	return one(s, "look",
		both{name: "CallableAgents", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return tx.CallableAgents(models.CallableFilter{Workspace: w}, now)
		}},
		s.callable(w),
		both{name: "AgentState", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.AgentState(w, agent) }},
		both{name: "WaitingBefore", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.WaitingBefore(w, rank, id) }},
		both{name: "WaitingCount", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.WaitingCount(w, id) }},
		both{name: "Contact", do: func(tx exchange.Tx, alias func(string) string) (any, error) { return tx.Contact(w, alias(contact)) }},
		both{name: "Blocked", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.Blocked(w, number, now) }},
		both{name: "KnownNumber", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return tx.KnownNumber(w, []string{callers[2], number})
		}},
		both{name: "CallsSince", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return tx.CallsSince(w, now.Add(-10*time.Second))
		}},
		both{name: "PhonesAwaited", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.PhonesAwaited(w, now) }},
		both{name: "OutboundFacts", do: func(tx exchange.Tx, _ func(string) string) (any, error) {
			return tx.OutboundFacts(w, agent, now, now.Add(-time.Hour), now.Add(time.Hour))
		}})
}

// callable looks for some agents, in an order of theirs.
func (s *sides) callable(w string) both {
	f, now := models.CallableFilter{Workspace: w, Limit: rapid.IntRange(0, 2).Draw(s.t, "limit")}, s.now
	if rapid.Bool().Draw(s.t, "among") {
		f.Among = []string{s.agent()}
	}
	if rapid.Bool().Draw(s.t, "free") {
		f.Free = &models.FreeFilter{Team: one(s, "team", "", s.world+"tb"), Kind: one(s, "kind", "phone", "voice"),
			Order: models.AgentOrder(rapid.IntRange(0, 2).Draw(s.t, "order")), Day: one(s, "day", "2026-03-02", "2026-03-03")}
	}
	return both{name: "CallableAgents", do: func(tx exchange.Tx, _ func(string) string) (any, error) { return tx.CallableAgents(f, now) }}
}

// read is one that needs no transaction.
type read struct {
	name string
	of   func(exchange.Store) (any, error)
}

func (s *sides) reads() []read {
	ctx := context.Background()
	var rs []read
	for _, w := range workspaces {
		w := s.world + w
		rs = append(rs,
			read{"AgentFree", func(st exchange.Store) (any, error) { return st.AgentFree(ctx, w, s.now) }},
			read{"AheadInQueue", func(st exchange.Store) (any, error) {
				return st.AheadInQueue(ctx, w, s.world+"tb", 2, s.world+"call001")
			}},
			read{"QueuePace", func(st exchange.Store) (any, error) {
				talk, agents, err := st.QueuePace(ctx, w, s.world+"tb", s.now)
				return fmt.Sprint(talk, agents), err
			}},
			read{"in a transaction", func(st exchange.Store) (any, error) { return s.within(st, w) }})
	}
	rs = append(rs, read{"WrapUps", func(st exchange.Store) (any, error) {
		of, err := st.(interface {
			WrapUps(context.Context, []string) (map[string][]models.ConversationEntry, error)
		}).WrapUps(ctx, s.convs)
		for _, es := range of {
			slices.SortFunc(es, func(a, b models.ConversationEntry) int {
				return cmp.Or(a.At.Compare(b.At.Time), strings.Compare(a.Data, b.Data))
			})
		}
		return of, err
	}})
	rs = append(rs, read{"Participants", func(st exchange.Store) (any, error) { return st.Participants(ctx, s.calls...) }})
	return append(rs, read{"Overdue", func(st exchange.Store) (any, error) { return st.Overdue(ctx, s.now) }})
}

// within reads what only transactions can.
func (s *sides) within(st exchange.Store, w string) (all []any, err error) {
	err = st.Tx(context.Background(), func(tx exchange.Tx) error {
		callable, err1 := tx.CallableAgents(models.CallableFilter{Workspace: w}, s.now)
		waiting, err2 := tx.WaitingBefore(w, 9, "")
		facts, err3 := tx.OutboundFacts(w, "", s.now, s.now.Add(-time.Hour), s.now.Add(time.Hour))
		ws, team, number, err4 := tx.RoutingOf(s.world + "n" + w[len(s.world):])
		n, of, err5 := tx.Number(s.number(w[len(s.world):]))
		ids, err6 := tx.TrunkIDs(w)
		all = []any{settle(callable), settle(waiting), facts, ws, team, number, n, of, ids}
		return errors.Join(err1, err2, err3, err4, err5, err6)
	})
	return all, err
}
