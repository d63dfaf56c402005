package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/engine"
	"ringdesk/controller/numbering"
	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/expect"
	"ringdesk/testkit/memory"
)

// atOnce is how soon a controller that runs must have noticed.
const atOnce = 2 * time.Second

// running is a controller that runs on an installation, as in another process:
// commands open the database for themselves.
type running struct {
	t  *testing.T
	s  configs.Settings
	sw *memory.Switch
	*app.App
}

func run(t *testing.T, s configs.Settings) *running {
	t.Helper()
	r := &running{t: t, s: s, sw: memory.New(memory.Options{AnySound: memory.Sound{Hz: 900, Length: time.Second}})}
	ctx, stop := context.WithCancel(context.Background())
	var err error
	r.App, err = app.Open(ctx, app.Options{Settings: s, Around: func(engine.Engine) engine.Engine { return r.sw.Engine() }, Log: slog.New(slog.DiscardHandler), CallsOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	ran := make(chan error, 1)
	go func() { ran <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ran, r.Close()); err != nil {
			t.Error(err)
		}
	})
	r.soon("the engine's link", 10*time.Second, func() bool { return r.Exchange.EngineUp() == nil })
	return r
}

func (r *running) soon(what string, within time.Duration, holds func() bool) {
	r.t.Helper()
	expect.Soon(r.t, what, within, func() (bool, string) { return holds(), "" })
}

// answered is the SIP status that a call from a carrier's host to a number gets;
// 0 means that it was let in. What was let in is hung up.
func (r *running) answered(host, number string) int {
	l := r.sw.Caller(netip.MustParseAddr(host), "01012345678", "", memory.Manner{})
	l.Call(number)
	defer l.Hangup()
	return l.State().Final
}

func installation(t *testing.T) configs.Settings {
	t.Helper()
	s := configs.Default()
	s.Storage.Data, s.Sounds.Folder, s.Recordings.Folder = t.TempDir(), t.TempDir(), t.TempDir()
	return s
}

// A trunk and a number that the command line adds take calls at once, and so do
// changes; what is removed takes none.
//
// Covers: ADM-3
func TestCommandLineReachesTheEngine_ADM_3(t *testing.T) {
	s := installation(t)
	ws := newWorkspace(t, s, "Moa", "owner@moa.example")
	r := run(t, s)
	const stranger, carrier, moved = "198.51.100.9", "203.0.113.10", "203.0.113.77"
	if got := r.answered(carrier, "07010000001"); got != 403 {
		t.Fatalf("a call of no trunk got %d", got)
	}
	if err := (numberCmd{Workspace: ws, Number: "070-1000-0001", Hosts: []string{carrier}, Record: true}).Run(s); err != nil {
		t.Fatal(err)
	}
	r.soon("a call over the new trunk", atOnce, func() bool { return r.answered(carrier, "07010000001") != 403 })
	r.soon("the call of the new number", atOnce, func() bool {
		calls, err := r.Store.Calls(t.Context(), ws, models.CallFilter{Limit: 10})
		return err == nil && len(calls) > 0
	})
	if got := r.answered(stranger, "07010000001"); got != 403 {
		t.Errorf("a stranger's call got %d", got)
	}
	trunks, err := r.Store.TrunksOf(t.Context(), ws)
	if err != nil || len(trunks) != 1 {
		t.Fatalf("%v, %v", trunks, err)
	}
	in := func(do func(context.Context, *numbering.Numbering) error) {
		t.Helper()
		if err := withVerbs(s, func(ctx context.Context, v verbs) error { return do(ctx, v.numbering) }); err != nil {
			t.Fatal(err)
		}
	}
	in(func(ctx context.Context, n *numbering.Numbering) error {
		_, err := n.ChangeTrunk(ctx, verb.Operator, ws, trunks[0].ID, numbering.TrunkChange{Hosts: &[]string{moved}})
		return err
	})
	r.soon("calls from where the carrier moved", atOnce, func() bool { return r.answered(moved, "07010000001") != 403 })
	if got := r.answered(carrier, "07010000001"); got != 403 {
		t.Errorf("a call from the carrier's former address got %d", got)
	}
	in(func(ctx context.Context, n *numbering.Numbering) error {
		_, err := n.AddTrunk(ctx, verb.Operator, ws, numbering.TrunkChange{Name: new("second"), Hosts: &[]string{carrier}})
		return err
	})
	r.soon("calls over the second trunk", atOnce, func() bool { return r.answered(carrier, "07010000001") != 403 })
	in(func(ctx context.Context, n *numbering.Numbering) error {
		all, err := n.Store.TrunksOf(ctx, ws)
		if err != nil {
			return err
		}
		return n.RemoveTrunk(ctx, verb.Operator, ws, all[1].ID)
	})
	r.soon("no calls over the removed trunk", atOnce, func() bool { return r.answered(carrier, "07010000001") == 403 })
}

// An agent whom the command line lets in again is offered the call that waits.
func TestCommandLineFreesAgents(t *testing.T) {
	s := installation(t)
	ws := newWorkspace(t, s, "Moa", "owner@moa.example")
	r := run(t, s)
	const carrier = "203.0.113.10"
	if err := (numberCmd{Workspace: ws, Number: "070-1000-0001", Hosts: []string{carrier}}).Run(s); err != nil {
		t.Fatal(err)
	}
	var phones []*memory.Line
	for _, name := range []string{"mina", "alex"} {
		email := name + "@moa.example"
		if err := (agentCmd{Workspace: ws, Email: email, Name: name, Role: "agent", Seat: true}).Run(s); err != nil {
			t.Fatal(err)
		}
		phones = append(phones, r.phone(email))
	}
	if err := (suspendCmd{agentArgs{ws, "alex@moa.example"}}).Run(s); err != nil {
		t.Fatal(err)
	}
	// The call that asked for the trunk may ring Mina's phone for a moment, too.
	rings := func(phone *memory.Line, caller int) func() bool {
		return func() bool {
			s := phone.State()
			return strings.HasSuffix(s.Invited.Number, fmt.Sprintf("101234567%d", caller)) && s.Ended.Method == ""
		}
	}
	r.soon("the trunk", atOnce, func() bool { return r.answered(carrier, "07010000001") != 403 })
	r.soon("no calls", 10*time.Second, func() bool { return r.Exchange.Live() == 0 })
	for i := range 2 {
		l := r.sw.Caller(netip.MustParseAddr(carrier), fmt.Sprintf("0101234567%d", i), "", memory.Manner{})
		l.Call("07010000001")
		if i == 0 {
			r.soon("Mina's phone to ring", 10*time.Second, rings(phones[0], i))
			phones[0].Answer()
		}
		r.soon("the call", 10*time.Second, func() bool {
			state := []string{"talking", "queued"}[i]
			calls, err := r.Store.Calls(t.Context(), ws, models.CallFilter{Going: true, Limit: 10})
			return err == nil && len(calls) == i+1 && calls[0].State == state
		})
	}
	if err := (restoreCmd{agentArgs{ws, "alex@moa.example"}}).Run(s); err != nil {
		t.Fatal(err)
	}
	r.soon("Alex's phone to ring", atOnce, rings(phones[1], 1))
}

// phone makes a browser's phone of an account, which stays ready.
func (r *running) phone(email string) *memory.Line {
	r.t.Helper()
	var id string
	inStore(r.t, r.s, func(ctx context.Context, p *people.People) {
		account, err := p.Store.AccountByEmail(ctx, email)
		if err != nil {
			r.t.Fatal(err)
		}
		id = "p" + account.ID[len(account.ID)-8:]
		at := models.At(time.Now())
		err = p.Store.Tx(ctx, func(tx *models.Tx) error {
			_, err := tx.PutPhone(models.Phone{ID: id, AccountID: account.ID, SeenAt: at, CreatedAt: at})
			return errors.Join(err, tx.SetPhoneReady(account.ID, id, true, time.Now().Add(time.Hour)))
		})
		if err != nil {
			r.t.Fatal(err)
		}
	})
	if err := r.Engine.PutPhone(r.t.Context(), engine.Phone{ID: id, Password: "secret", Proof: "proof"}); err != nil {
		r.t.Fatal(err)
	}
	l := r.sw.Line("sip:"+id+"@192.0.2.50", memory.Manner{})
	r.sw.Register(id, l)
	return l
}
