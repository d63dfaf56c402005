package numbering_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/numbering"
	"ringdesk/controller/people"
	"ringdesk/controller/provision"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

var now = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC) // a Monday, 18:00 in Seoul

// place is a workspace with an agent, a team, and a number on a trunk.
type place struct{ id, owner, team, trunk, number string }

type rig struct {
	*numbering.Numbering
	t          *testing.T
	here, away place
}

func newRig(t *testing.T) *rig {
	t.Helper()
	store, err := models.Open(database.Place(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &rig{t: t, Numbering: &numbering.Numbering{Store: store, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}}
	r.here, r.away = r.place("here", "203.0.113.10", "070-1000-0001"), r.place("away", "203.0.113.20", "070-1000-0002")
	return r
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) tx(do func(*models.Tx) error) {
	r.t.Helper()
	r.must(r.Store.Tx(r.t.Context(), do))
}

func (r *rig) place(name, host, number string) (p place) {
	r.t.Helper()
	r.tx(func(tx *models.Tx) error {
		var err error
		owner := people.Person{Email: "owner@" + name + ".example", Name: "Owner", Locale: "ko"}
		if p.id, _, err = people.AddWorkspace(tx, verb.Operator, people.NewWorkspace{Name: name, Country: "KR", TimeZone: "Asia/Seoul"}, owner, models.At(now)); err != nil {
			return err
		}
		account, err := tx.AccountByEmail(owner.Email)
		if err != nil {
			return err
		}
		ms, err := tx.Memberships(account.ID)
		if err != nil {
			return err
		}
		p.owner, p.team = ms[0].ID, models.NewID()
		return tx.AddTeam(models.Team{ID: p.team, WorkspaceID: p.id, Name: "Support", CreatedAt: models.At(now)})
	})
	_, err := r.AddNumberFrom(r.t.Context(), verb.Operator, p.id, number, []string{host}, numbering.NumberChange{})
	r.must(err)
	ns, err := r.Store.Numbers(r.t.Context(), p.id)
	r.must(err)
	p.number, p.trunk = ns[0].ID, ns[0].TrunkID
	return p
}

// refused checks that a verb refused something, and says of what kind and field.
func refused(t *testing.T, err error, kind verb.Kind, field, says string) {
	t.Helper()
	var r *verb.Refusal
	if !errors.As(err, &r) || r.Kind != kind || r.Field != field || !strings.Contains(r.Reason, says) {
		t.Errorf("got %v (%+v); want %s of field %q, saying %q", err, r, kind, field, says)
	}
	if r != nil && strings.Contains(r.Reason, "hush") {
		t.Errorf("%q tells the password", r.Reason)
	}
}

// registering is a change that makes a trunk which registers.
func registering() numbering.TrunkChange {
	return numbering.TrunkChange{Name: new("Carrier"), Hosts: &[]string{"198.51.100.7"}, Remote: new("sip.example.com:5060"), Register: new(true),
		Username: new("moa"), Password: new(models.Secret("hush-hush"))}
}

// Covers: SEC-3
func TestTrunksAreRefused_SEC_3(t *testing.T) {
	r := newRig(t)
	with := func(change func(*numbering.TrunkChange)) numbering.TrunkChange {
		c := registering()
		change(&c)
		return c
	}
	for name, tc := range map[string]struct {
		change      numbering.TrunkChange
		kind        verb.Kind
		field, says string // field "" means that it is taken
	}{
		"all is well": {registering(), "", "", ""},
		"more of it": {with(func(c *numbering.TrunkChange) {
			c.Codecs, c.DTMF, c.FromDomain = &[]string{"opus", "alaw"}, new(models.DTMFInfo), new("example.com")
		}), "", "", ""},
		"IPv6": {with(func(c *numbering.TrunkChange) {
			c.Remote, c.Hosts = new("[2001:db8::1]:5060"), &[]string{"2001:db8::/32"}
		}), "", "", ""},
		"no name":             {with(func(c *numbering.TrunkChange) { c.Name = new(" ") }), verb.Invalid, "name", "empty"},
		"no way in":           {numbering.TrunkChange{Name: new("C")}, verb.Invalid, "hosts", "No call could come in"},
		"everybody":           {with(func(c *numbering.TrunkChange) { c.Hosts = &[]string{"0.0.0.0/0"} }), verb.Invalid, "hosts", "too wide"},
		"another workspace's": {with(func(c *numbering.TrunkChange) { c.Hosts = &[]string{"203.0.113.20"} }), verb.Conflict, "hosts", "another workspace"},
		"this machine":        {with(func(c *numbering.TrunkChange) { c.Remote = new("127.0.0.1:5060") }), verb.Invalid, "remote", "this machine"},
		"no port":             {with(func(c *numbering.TrunkChange) { c.Remote = new("sip.example.com") }), verb.Invalid, "remote", "host:port"},
		"port 0":              {with(func(c *numbering.TrunkChange) { c.Remote = new("sip.example.com:0") }), verb.Invalid, "remote", "host:port"},
		"a parameter":         {with(func(c *numbering.TrunkChange) { c.Remote = new("a;transport=tcp:5060") }), verb.Invalid, "remote", "host:port"},
		"no password":         {with(func(c *numbering.TrunkChange) { c.Password = new(models.Secret("")) }), verb.Invalid, "register", "username and password"},
		"password alone":      {with(func(c *numbering.TrunkChange) { c.Register, c.Username = new(false), new("") }), verb.Invalid, "password", "username"},
		"password's line":     {with(func(c *numbering.TrunkChange) { c.Password = new(models.Secret("hush-hush\n")) }), verb.Invalid, "password", "ASCII"},
		"password's comment":  {with(func(c *numbering.TrunkChange) { c.Password = new(models.Secret("hush;hush")) }), verb.Invalid, "password", "';'"},
		"user name's space":   {with(func(c *numbering.TrunkChange) { c.Username = new("u v") }), verb.Invalid, "username", "letters"},
		"user name's domain":  {with(func(c *numbering.TrunkChange) { c.Username = new("u@example.com") }), verb.Invalid, "username", "letters"},
		"domain":              {with(func(c *numbering.TrunkChange) { c.FromDomain = new("a b") }), verb.Invalid, "fromDomain", "sip.example.com"},
		"codec":               {with(func(c *numbering.TrunkChange) { c.Codecs = &[]string{"all"} }), verb.Invalid, "codecs", "alaw, ulaw"},
		"codec twice":         {with(func(c *numbering.TrunkChange) { c.Codecs = &[]string{"alaw", "alaw"} }), verb.Invalid, "codecs", "twice"},
		"keys":                {with(func(c *numbering.TrunkChange) { c.DTMF = new(models.DTMFMode("loud")) }), verb.Invalid, "dtmf", "rfc4733"},
		"transport":           {with(func(c *numbering.TrunkChange) { c.Transport = new(models.TrunkTransport("sctp")) }), verb.Invalid, "transport", "udp, tcp, tls"},
		"TLS without":         {with(func(c *numbering.TrunkChange) { c.Transport = new(models.TransportTLS) }), verb.Invalid, "transport", "RINGDESK_SIP_TLS_CERT"},
		"SRTP without TLS":    {with(func(c *numbering.TrunkChange) { c.MediaEncryption = new(models.MediaSDES) }), verb.Invalid, "mediaEncryption", "SRTP needs"},
		"pattern":             {with(func(c *numbering.TrunkChange) { c.International = &[]string{"070"} }), verb.Invalid, "international", "+82707666xxxx"},
	} {
		t.Run(name, func(t *testing.T) {
			before := count(r)
			made, err := r.AddTrunk(t.Context(), verb.Operator, r.here.id, tc.change)
			if tc.field == "" {
				r.must(err)
				if _, err := provision.Check(made); err != nil {
					t.Errorf("the engine refuses it: %v", err)
				}
				return
			}
			refused(t, err, tc.kind, tc.field, tc.says)
			if count(r) != before {
				t.Error("a refused trunk was saved")
			}
			changed, err := r.Store.Trunk(t.Context(), r.here.id, r.here.trunk)
			r.must(err)
			if _, err := r.ChangeTrunk(t.Context(), verb.Operator, r.here.id, r.here.trunk, tc.change); err == nil && name != "no way in" {
				t.Error("what a new trunk is refused, a change may do")
			}
			if now, err := r.Store.Trunk(t.Context(), r.here.id, r.here.trunk); name != "no way in" && (err != nil || now != changed) {
				t.Errorf("a refused change was saved: %+v, %v", now, err)
			}
		})
	}
}

// With a certificate of SIP's own trunks may use TLS, and the audit log tells of it.
//
// Covers: ADM-2, SEC-1.
func TestTrunkOverTLS(t *testing.T) {
	r := newRig(t)
	r.SIPTLS = true
	change := numbering.TrunkChange{Transport: new(models.TransportTLS), MediaEncryption: new(models.MediaSDES)}
	changed, err := r.ChangeTrunk(t.Context(), verb.Operator, r.here.id, r.here.trunk, change)
	r.must(err)
	trunk, err := provision.Trunk(changed)
	if err != nil || trunk.Transport != "tls" || trunk.Encryption != "sdes" {
		t.Errorf("the engine gets %+v, %v", trunk, err)
	}
	r.SIPTLS = false // taken away later: the trunk can be changed otherwise
	_, err = r.ChangeTrunk(t.Context(), verb.Operator, r.here.id, r.here.trunk, numbering.TrunkChange{Name: new("Renamed")})
	r.must(err)
}

func count(r *rig) int {
	all, err := r.Store.Trunks(context.Background())
	r.must(err)
	return len(all)
}

// Whatever is taken, the engine takes, too: a trunk that is saved works.
//
// Covers: ADM-3
func TestEngineTakesWhatIsTaken_ADM_3(t *testing.T) {
	r := newRig(t)
	dice := rand.New(rand.NewPCG(1, 2))
	const odd = "ab7-._+~@;:\"'#\\ \n\x00é한%[]/"
	text := func(longest int) *string {
		if dice.IntN(3) == 0 {
			return nil
		}
		var b strings.Builder
		letters := []rune(odd)
		if dice.IntN(2) == 0 {
			letters = []rune("abc123")
		}
		for range dice.IntN(longest) {
			b.WriteRune(letters[dice.IntN(len(letters))])
		}
		return new(b.String())
	}
	one := func(of ...string) *string {
		if dice.IntN(4) == 0 {
			return text(20)
		}
		return new(of[dice.IntN(len(of))])
	}
	some := func(of ...string) *[]string {
		var all []string
		for range dice.IntN(3) {
			if v := one(of...); v != nil {
				all = append(all, *v)
			}
		}
		return &all
	}
	taken, refusals := 0, 0
	for range 3000 {
		c := numbering.TrunkChange{Name: new("C"), Remote: one("sip.example.com:5060", "198.51.100.1:5061", "[2001:db8::1]:5060", "sip.example.com", ":1", "a:b"),
			Hosts: &[]string{"198.51.100.1"}, Username: text(70), FromDomain: text(12), Codecs: some("alaw", "ulaw", "g722", "opus", "g729"),
			DTMF: (*models.DTMFMode)(one("auto", "info", "inband", "rfc4733"))}
		if p := text(140); p != nil {
			c.Password = (*models.Secret)(p)
		}
		if dice.IntN(2) == 0 {
			c.Hosts = some("198.51.100.1", "198.51.100.0/24", "2001:db8::1", "fe80::1%eth0", "::ffff:198.51.100.1", "sip.example.com", "0.0.0.0/0")
		}
		c.Register = new(dice.IntN(3) == 0)
		c.FirstAnswerSeconds = new(dice.IntN(40) - 2)
		made, err := r.AddTrunk(t.Context(), verb.Operator, r.here.id, c)
		if err != nil {
			refusals++
			if !errors.As(err, new(*verb.Refusal)) {
				t.Fatalf("%+v: %v says nothing to whoever gave it", c, err)
			}
			continue
		}
		taken++
		trunk, err := provision.Trunk(made)
		if err := errors.Join(err, trunk.Check()); err != nil {
			t.Errorf("%+v was taken, and the engine says: %v", c, err)
		}
	}
	if taken < 50 || refusals < 50 {
		t.Errorf("%d taken, %d refused: the inputs show nothing", taken, refusals)
	}
}

// A trunk from before there was one check can be looked at, and the next change
// says what was always wrong with it.
func TestOldTrunkThatNeverWorked(t *testing.T) {
	r := newRig(t)
	old := models.Trunk{ID: models.NewID(), WorkspaceID: r.here.id, Name: "old", CreatedAt: models.At(now)}
	set := models.DefaultTrunk()
	set.Remote, set.Username, set.Password = "sip.example.com:5060", "u@example.com", "hush;hush"
	r.must(old.SetSettings(set))
	r.tx(func(tx *models.Tx) error { return tx.AddTrunk(old, []string{"198.51.100.9"}) })
	ts, err := r.Store.TrunksOf(t.Context(), r.here.id)
	r.must(err)
	if s, err := ts[1].Settings(); err != nil || s.Username != set.Username {
		t.Errorf("%+v, %v", s, err)
	}
	_, err = r.ChangeTrunk(t.Context(), verb.Operator, r.here.id, old.ID, numbering.TrunkChange{Name: new("new")})
	refused(t, err, verb.Invalid, "username", "letters")
	_, err = r.ChangeTrunk(t.Context(), verb.Operator, r.here.id, old.ID, numbering.TrunkChange{Username: new("u"), Password: new(models.Secret("hush-hush"))})
	r.must(err)
}

// Covers: ADM-3
func TestNumbers_ADM_3(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	add := func(number string, change numbering.NumberChange) error {
		_, err := r.AddNumber(ctx, verb.Operator, r.here.id, number, r.here.trunk, change)
		return err
	}
	for name, tc := range map[string]struct {
		err         error
		kind        verb.Kind
		field, says string
	}{
		"no number":         {add("hello", numbering.NumberChange{}), verb.Invalid, "number", "letters"},
		"there already":     {add("070-1000-0001", numbering.NumberChange{}), verb.Conflict, "number", "already"},
		"another's number":  {add("070-1000-0002", numbering.NumberChange{}), verb.Conflict, "number", "already"},
		"another's agent":   {add("070-1000-0003", numbering.NumberChange{AllowedAgents: &[]string{r.away.owner}}), verb.Invalid, "allowedAgents", "no agent"},
		"another's team":    {add("070-1000-0003", numbering.NumberChange{Settings: new(`{"team":"` + r.away.team + `"}`)}), verb.Invalid, "settings.team", "does not have"},
		"a fallback's team": {add("070-1000-0003", numbering.NumberChange{Settings: new(`{"fallback":[{"team":"` + r.away.team + `"}]}`)}), verb.Invalid, "settings.fallback.0.team", "does not have"},
		"out of range":      {add("070-1000-0003", numbering.NumberChange{Settings: new(`{"ringSeconds":500}`)}), verb.Invalid, "settings.ringSeconds", "5 to 120"},
		"another's trunk":   {r.ChangeNumber(ctx, verb.Operator, r.here.id, r.here.number, numbering.NumberChange{TrunkID: &r.away.trunk}), verb.Invalid, "trunkId", "no trunk"},
		"of another":        {r.ChangeNumber(ctx, verb.Operator, r.here.id, r.away.number, numbering.NumberChange{Label: new("x")}), verb.NotFound, "", "no number"},
		"trunk in use":      {r.RemoveTrunk(ctx, verb.Operator, r.here.id, r.here.trunk), verb.Conflict, "", "+827010000001"},
		"another's":         {r.RemoveTrunk(ctx, verb.Operator, r.here.id, r.away.trunk), verb.NotFound, "", "no trunk"},
		"removing of":       {r.RemoveNumber(ctx, verb.Operator, r.here.id, r.away.number), verb.NotFound, "", "no number"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, tc.err, tc.kind, tc.field, tc.says) })
	}
	r.must(add("070-1000-0003", numbering.NumberChange{Label: new(" Sales "), Record: new(false), AllowedAgents: &[]string{r.here.owner},
		Settings: new(`{"team":"` + r.here.team + `"}`)}))
	all, err := r.Store.Numbers(ctx, r.here.id)
	r.must(err)
	n := all[1]
	if n.Number != "+827010000003" || n.Label != "Sales" || n.Record || !n.UsableBy(r.here.owner) || n.UsableBy("x") || !strings.Contains(n.Settings, r.here.team) {
		t.Errorf("made %+v", n)
	}
	// A number of the same carrier goes to the trunk that there is.
	if _, err := r.AddNumberFrom(ctx, verb.Operator, r.here.id, "070-1000-0004", []string{"203.0.113.10"}, numbering.NumberChange{}); err != nil || count(r) != 2 {
		t.Errorf("%v, %d trunks", err, count(r))
	}
	r.must(r.RemoveNumber(ctx, verb.Operator, r.here.id, n.ID))
}

// What is switched by hand stays when the settings are replaced, and lasts until
// the hours that hold at its place change.
//
// Covers: IN-10
func TestHours_IN_10(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	nine := `{"week":[[],[{"from":540,"to":1140}],[],[],[],[],[]]}`
	r.must(r.SetSettings(ctx, verb.Operator, r.here.id, `{"hours":`+nine+`}`))
	by := verb.By{Workspace: r.here.id, Agent: r.here.owner, Role: "owner"}
	for _, tc := range []struct {
		scope numbering.Scope
		read  func() string
	}{
		{numbering.Scope{Kind: numbering.OfWorkspace}, func() string { w, err := r.Store.Workspace(ctx, r.here.id); r.must(err); return w.Settings }},
		{numbering.Scope{Kind: numbering.OfTeam, ID: r.here.team}, func() string { tm, err := r.Store.Team(ctx, r.here.id, r.here.team); r.must(err); return tm.Settings }},
		{numbering.Scope{Kind: numbering.OfNumber, ID: r.here.number}, func() string {
			n, err := r.Store.NumberByID(ctx, r.here.id, r.here.number)
			r.must(err)
			return n.Settings
		}},
	} {
		made, err := r.SwitchHours(ctx, by, tc.scope, false)
		r.must(err)
		// Off inside hours lasts until the next Monday, 09:00 in Seoul.
		if want := time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC); made.Open || !made.Until.Equal(want) || made.By != r.here.owner {
			t.Errorf("%s: %+v, want until %s", tc.scope.Kind, made, want)
		}
		stored := func() *dialplan.Override {
			s, err := dialplan.Parse(tc.read())
			r.must(err)
			return s.Override
		}
		if o := stored(); o == nil || o.Open {
			t.Errorf("%s: stored %+v", tc.scope.Kind, o)
		}
		if tc.scope.Kind == numbering.OfWorkspace {
			r.must(r.SetSettings(ctx, verb.Operator, r.here.id, `{"hours":`+nine+`,"ringSeconds":30}`))
			if stored() == nil {
				t.Error("new settings took back what was switched by hand")
			}
		}
		r.must(r.ResetHours(ctx, verb.Operator, r.here.id, tc.scope))
		if o := stored(); o != nil {
			t.Errorf("%s: still %+v", tc.scope.Kind, o)
		}
	}
	_, err := r.SwitchHours(ctx, by, numbering.Scope{Kind: numbering.OfTeam, ID: r.away.team}, true)
	refused(t, err, verb.NotFound, "", "no team")
	_, err = r.SwitchHours(ctx, by, numbering.Scope{Kind: numbering.OfNumber, ID: r.away.number}, true)
	refused(t, err, verb.NotFound, "", "no number")
	_, err = r.SwitchHours(ctx, by, numbering.Scope{Kind: numbering.OfWorkspace, ID: "x"}, true)
	refused(t, err, verb.Invalid, "id", "leave it out")
}

// Covers: OUT-6, OUT-7
func TestOutboundAndRates_OUT_6_OUT_7(t *testing.T) {
	r := newRig(t)
	ctx := t.Context()
	s := models.DefaultOutbound()
	s.Countries = []string{"JP"}
	r.must(r.SetOutbound(ctx, verb.Operator, r.here.id, s))
	s.Countries = []string{"Japan"}
	refused(t, r.SetOutbound(ctx, verb.Operator, r.here.id, s), verb.Invalid, "countries", "JP")
	later := models.At(now.Add(time.Hour))
	rate := models.Rate{WorkspaceID: r.here.id, Prefix: "+81", Country: "JP", RateMCU: 100, ValidFrom: later}
	made, err := r.AddRate(ctx, verb.Operator, rate)
	r.must(err)
	_, err = r.AddRate(ctx, verb.Operator, rate)
	refused(t, err, verb.Conflict, "validFrom", "another moment")
	rate.Prefix = "81"
	_, err = r.AddRate(ctx, verb.Operator, rate)
	refused(t, err, verb.Invalid, "prefix", "+81")
	refused(t, r.RemoveRate(ctx, verb.Operator, r.away.id, made.ID), verb.NotFound, "", "no rate")
	r.must(r.RemoveRate(ctx, verb.Operator, r.here.id, made.ID))
	rate.Prefix, rate.ValidFrom = "+81", models.At(now)
	made, err = r.AddRate(ctx, verb.Operator, rate)
	r.must(err)
	refused(t, r.RemoveRate(ctx, verb.Operator, r.here.id, made.ID), verb.Conflict, "", "holds already")
}
