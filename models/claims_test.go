package models

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// agentNow loads the only agent of a workspace as controller/assign sees it.
func agentNow(t *testing.T, s *Store, a Agent) AgentState {
	t.Helper()
	got, err := s.Agent(t.Context(), a.WorkspaceID, a.ID)
	must(t, err)
	return got
}

// Covers: IN-9.
func TestSecondOffer_IN_9(t *testing.T) {
	type claim = Claim
	second := func(tx *Tx, a string) (string, error) {
		ok, err := tx.ClaimSecond(a, "2")
		return fmt.Sprint(ok), err
	}
	claimFirst := func(tx *Tx, a string) (string, error) {
		ok, err := tx.Claim(a, "1", now)
		return fmt.Sprint(ok), err
	}
	occupy := func(call string) func(*Tx, string) (string, error) {
		return func(tx *Tx, a string) (string, error) { return tx.Occupy(a, call) }
	}
	release := func(call string) func(*Tx, string) (string, error) {
		return func(tx *Tx, a string) (string, error) { return "", tx.Release(a, call) }
	}
	type step struct {
		do   func(*Tx, string) (string, error)
		gave string
	}
	inFirst := []step{{claimFirst, "true"}, {occupy("1"), ""}}
	inBoth := slices.Clip(append(inFirst, step{second, "true"}))
	cases := []struct {
		name  string
		steps []step
		want  claim // without account and time; no CallID means free
	}{
		{"a free agent takes no second call", []step{{second, "false"}}, claim{}},
		{"nor does one whose first still rings", []step{{claimFirst, "true"}, {second, "false"}}, claim{CallID: "1"}},
		{"one in a call does", inBoth, claim{CallID: "1", InCall: true, OfferCall: "2"}},
		{"but only one", append(inBoth, step{second, "false"}), claim{CallID: "1", InCall: true, OfferCall: "2"}},
		{"and no call twice", []step{{occupy("2"), ""}, {second, "false"}}, claim{CallID: "2", InCall: true}},
		{"accepting it leaves the first", append(inBoth, step{occupy("2"), "1"}), claim{CallID: "2", InCall: true}},
		{"and the first, released late, changes nothing", append(inBoth, step{occupy("2"), "1"}, step{release("1"), ""}), claim{CallID: "2", InCall: true}},
		{"declining it keeps the first", append(inBoth, step{release("2"), ""}), claim{CallID: "1", InCall: true}},
		{"when the first ends it rings on", append(inBoth, step{release("1"), ""}), claim{CallID: "2"}},
		{"both end", append(inBoth, step{release("1"), ""}, step{release("2"), ""}), claim{}},
		{"a call that never rang takes the place of the first", append(inBoth, step{occupy("3"), "1"}), claim{CallID: "3", InCall: true, OfferCall: "2"}},
		{"a call begun by the agent", []step{{occupy("1"), ""}}, claim{CallID: "1", InCall: true}},
		{"another call's release", append(inBoth, step{release("4"), ""}), claim{CallID: "1", InCall: true, OfferCall: "2"}},
	}
	s := openStore(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, as := workspace(t, s, 1)
			must(t, s.Tx(t.Context(), func(tx *Tx) error {
				for i, st := range c.steps {
					gave, err := st.do(tx, as[0].AccountID)
					if err != nil {
						return err
					}
					if gave != st.gave {
						t.Errorf("step %d gave %q, want %q", i, gave, st.gave)
					}
				}
				return nil
			}))
			a := agentNow(t, s, as[0])
			if a.ClaimCall != c.want.CallID || a.InCall != c.want.InCall || a.OfferCall != c.want.OfferCall {
				t.Errorf("claim %q in call %v, offer %q; want %+v", a.ClaimCall, a.InCall, a.OfferCall, c.want)
			}
		})
	}
}

// bound is what the claim of an account should be, kept the plain way.
type bound struct {
	main, offer string
	inCall      bool
}

// do does something with an account's claim and says how the claim should be
// afterwards, and what should have been answered.
func (b bound) do(tx *Tx, what, account, call string) (after bound, got, want string, err error) {
	after = b
	switch what {
	case "claim":
		ok, err := tx.Claim(account, call, now)
		if b.main == "" {
			after = bound{main: call}
		}
		return after, fmt.Sprint(ok), fmt.Sprint(b.main == ""), err
	case "second":
		ok, err := tx.ClaimSecond(account, call)
		may := b.inCall && b.offer == "" && b.main != call
		if may {
			after.offer = call
		}
		return after, fmt.Sprint(ok), fmt.Sprint(may), err
	case "occupy":
		left, err := tx.Occupy(account, call)
		after.main, after.inCall = call, true
		if b.offer == call {
			after.offer = ""
		}
		if b.main != call {
			want = b.main
		}
		return after, left, want, err
	default:
		switch call {
		case b.offer:
			after.offer = ""
		case b.main:
			after = bound{main: b.offer}
		}
		return after, "", "", tx.Release(account, call)
	}
}

// Random histories of claims, answers and releases keep: an account is bound
// to at most one call and one offer, exactly to those that took it and have not
// let it go. Covers: IN-2, IN-9.
func TestClaims_IN_2_IN_9(t *testing.T) {
	s := openStore(t)
	_, _, as := workspace(t, s, 3)
	rapid.Check(t, func(rt *rapid.T) {
		type step struct{ what, account, call string }
		steps := rapid.SliceOf(rapid.Custom(func(rt *rapid.T) step {
			return step{rapid.SampledFrom([]string{"claim", "second", "occupy", "release"}).Draw(rt, "what"),
				rapid.SampledFrom(as).Draw(rt, "agent").AccountID, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "call")}
		})).Draw(rt, "steps")
		all := make(map[string]bound)
		var wrong string
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			if err := tx.db.Exec("DELETE FROM claims").Error; err != nil {
				return err
			}
			for _, st := range steps {
				after, got, want, err := all[st.account].do(tx, st.what, st.account, st.call)
				if err != nil {
					return err
				}
				if got != want {
					wrong += fmt.Sprintf("%s %s at %+v gave %q, want %q\n", st.what, st.call, all[st.account], got, want)
				}
				all[st.account] = after
				for account, b := range all { // also those that nothing was done to
					c, _, err := tx.ClaimOf(account)
					if err != nil {
						return err
					}
					if is := (bound{c.CallID, c.OfferCall, c.InCall}); is != b {
						wrong += fmt.Sprintf("after %s %s: %+v, want %+v\n", st.what, st.call, is, b)
					}
				}
			}
			return nil
		}))
		if wrong != "" {
			rt.Fatal(wrong)
		}
		claims, err := s.Claims(t.Context())
		must(t, err)
		for _, c := range claims {
			if c.CallID == "" || c.CallID == c.OfferCall || c.OfferCall != "" && !c.InCall {
				rt.Fatalf("a claim that cannot be: %+v", c)
			}
		}
	})
}

// addCall makes a live call.
func addCall(t *testing.T, s *Store, c Call) {
	t.Helper()
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		contact, err := tx.ContactOfCaller(c.WorkspaceID, Caller{}, At(now))
		if err != nil {
			return err
		}
		conv := Conversation{ID: NewID(), WorkspaceID: c.WorkspaceID, ContactID: contact.ID, CreatedAt: At(now), UpdatedAt: At(now)}
		c.ConversationID, c.ContactID, c.Data = conv.ID, contact.ID, "{}"
		if c.StartedAt.IsZero() {
			c.StartedAt = At(now)
		}
		if err := tx.AddConversation(conv); err != nil {
			return err
		}
		return tx.AddCall(c)
	}))
}

// After a crash the claims of calls that are no more end, of both kinds.
func TestReleaseStale_IN_9(t *testing.T) {
	s := openStore(t)
	ws, num, as := workspace(t, s, 5)
	addCall(t, s, Call{ID: "live", WorkspaceID: ws.ID, NumberID: num.ID, Live: true})
	addCall(t, s, Call{ID: "live2", WorkspaceID: ws.ID, NumberID: num.ID, Live: true})
	addCall(t, s, Call{ID: "over", WorkspaceID: ws.ID, NumberID: num.ID})
	cases := []struct{ before, after Claim }{
		{Claim{CallID: "live", InCall: true, OfferCall: "live2"}, Claim{CallID: "live", InCall: true, OfferCall: "live2"}},
		{Claim{CallID: "live", InCall: true, OfferCall: "over"}, Claim{CallID: "live", InCall: true}},
		{Claim{CallID: "over", InCall: true, OfferCall: "live"}, Claim{CallID: "live"}},
		{Claim{CallID: "over", InCall: true, OfferCall: "gone"}, Claim{}},
		{Claim{CallID: "gone"}, Claim{}},
	}
	must(t, s.Tx(t.Context(), func(tx *Tx) error {
		for i, c := range cases {
			c.before.AccountID, c.before.At = as[i].AccountID, At(now)
			if err := create(tx.db, &c.before); err != nil {
				return err
			}
		}
		return tx.ReleaseStale()
	}))
	for i, c := range cases {
		must(t, s.Tx(t.Context(), func(tx *Tx) error {
			got, ok, err := tx.ClaimOf(as[i].AccountID)
			if ok != (c.after.CallID != "") || got.CallID != c.after.CallID || got.InCall != c.after.InCall || got.OfferCall != c.after.OfferCall {
				t.Errorf("%+v became %+v (%v), want %+v", c.before, got, ok, c.after)
			}
			return err
		}))
	}
}

// Covers: IN-9, CALL-7.
func TestAgentState(t *testing.T) {
	s := openStore(t)
	ws, _, as := workspace(t, s, 2)
	other, _, _ := workspace(t, s, 1)
	for _, c := range []struct {
		name string
		find func(*Tx) (AgentState, error)
		want string // "" means none
	}{
		{"by id", func(tx *Tx) (AgentState, error) { return tx.AgentState(ws.ID, as[1].ID) }, as[1].ID},
		{"by id in another workspace", func(tx *Tx) (AgentState, error) { return tx.AgentState(other.ID, as[1].ID) }, ""},
	} {
		var found AgentState
		err := s.Tx(t.Context(), func(tx *Tx) (err error) {
			found, err = c.find(tx)
			return err
		})
		if found.ID != c.want || errors.Is(err, ErrNotFound) != (c.want == "") || (err == nil) != (c.want != "") {
			t.Errorf("%s: found %q, %v; want %q", c.name, found.ID, err, c.want)
		}
	}
}
