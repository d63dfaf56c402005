package inbox_test

import (
	"slices"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// Two contacts become one, with the fields that were picked, the numbers of both and
// the conversations of both; who calls from either number is that one. For some
// minutes it can be undone, and everything is as it was.
//
// Covers: OUT-4, IN-7
func TestMerge_OUT_4_IN_7(t *testing.T) {
	r := newRig(t)
	at := now
	r.Now = func() time.Time { return at }
	lead := r.here.contact // +821012345678 and 114
	kept, err := r.AddContact(t.Context(), r.here.asAgent, inbox.ContactInput{Name: "Kim", Email: new("kim@example.com"), Numbers: &[]string{"010-5555-6666"}})
	if err != nil {
		t.Fatal(err)
	}
	c := r.conversation(r.here, "open")
	in := inbox.MergeInput{Gone: lead, Name: new("Kim Minji"), Profile: map[string]string{"plan": "gold"}}
	for name, tc := range map[string]struct {
		by    verb.By
		kept  string
		in    inbox.MergeInput
		kind  verb.Kind
		field string
	}{
		"with itself":     {r.here.asAgent, kept, inbox.MergeInput{Gone: kept}, verb.Invalid, "contactId"},
		"nobody":          {r.here.asAgent, models.NewID(), in, verb.NotFound, ""},
		"with nobody":     {r.here.asAgent, kept, inbox.MergeInput{Gone: models.NewID()}, verb.Invalid, "contactId"},
		"another's":       {r.here.asAgent, kept, inbox.MergeInput{Gone: r.away.contact}, verb.Invalid, "contactId"},
		"from abroad":     {r.away.asAdmin, kept, in, verb.NotFound, ""},
		"without a name":  {r.here.asAgent, kept, inbox.MergeInput{Gone: lead, Name: new(" ")}, verb.Invalid, "name"},
		"no such field":   {r.here.asAgent, kept, inbox.MergeInput{Gone: lead, Profile: map[string]string{"x": "y"}}, verb.Invalid, "profile.x"},
		"no such address": {r.here.asAgent, kept, inbox.MergeInput{Gone: lead, Email: new("x")}, verb.Invalid, "email"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.MergeContacts(t.Context(), tc.by, tc.kept, tc.in)
			refused(t, err, tc.kind, tc.field, "")
		})
	}
	id, err := r.MergeContacts(t.Context(), r.here.asAgent, kept, in)
	if err != nil {
		t.Fatal(err)
	}
	one, err := r.Store.Contact(t.Context(), r.here.id, lead) // an old link leads to what is there now
	if err != nil || one.ID != kept || one.Name != "Kim Minji" || one.Email != "kim@example.com" || one.Values()["plan"] != "gold" {
		t.Errorf("%+v, %v", one, err)
	}
	equal(t, "numbers", one.Numbers, []string{"+821055556666", "+821012345678", "114"})
	if is := r.contactOf(c.ID); is != kept {
		t.Errorf("the conversation is %s's", is)
	}
	if found := r.found("1234-5678"); !slices.Equal(found, []string{kept}) {
		t.Errorf("the number finds %v", found)
	}
	r.tx(func(tx *models.Tx) error {
		caller, err := tx.ContactOfCaller(r.here.id, models.Caller{Number: "+821012345678"}, models.At(now))
		if caller.ID != kept {
			t.Errorf("who calls is %s", caller.ID)
		}
		return err
	})
	at = now.Add(11 * time.Minute)
	_, err = r.UndoMerge(t.Context(), r.here.asAgent, id)
	refused(t, err, verb.Conflict, "", "10 minutes")
	at = now.Add(9 * time.Minute)
	_, err = r.UndoMerge(t.Context(), r.away.asAgent, id)
	refused(t, err, verb.NotFound, "", "")
	for range 2 { // the second finds it done
		if got, err := r.UndoMerge(t.Context(), r.here.asAgent, id); err != nil || got != kept {
			t.Errorf("%s, %v", got, err)
		}
	}
	back, err := r.Store.Contact(t.Context(), r.here.id, lead)
	if err != nil || back.ID != lead || back.Kind != "lead" || back.Name != "" {
		t.Errorf("%+v, %v", back, err)
	}
	equal(t, "numbers", back.Numbers, []string{"+821012345678", "114"})
	if was, err := r.Store.Contact(t.Context(), r.here.id, kept); err != nil || was.Name != "Kim" || len(was.Numbers) != 1 {
		t.Errorf("%+v, %v", was, err)
	}
	if is := r.contactOf(c.ID); is != lead {
		t.Errorf("the conversation is %s's", is)
	}
	if found := r.found("1234-5678"); !slices.Equal(found, []string{lead}) {
		t.Errorf("the number finds %v", found)
	}
}

// What was changed after a merge is not lost by undoing it.
//
// Covers: OUT-4
func TestMergeThatWasChanged_OUT_4(t *testing.T) {
	r := newRig(t)
	kept, err := r.AddContact(t.Context(), r.here.asAgent, inbox.ContactInput{Name: "Kim"})
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.MergeContacts(t.Context(), r.here.asAgent, kept, inbox.MergeInput{Gone: r.here.contact})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, r.UpdateContact(t.Context(), r.here.asAgent, kept, inbox.ContactInput{Name: "Lee"}), "", "", "")
	_, err = r.UndoMerge(t.Context(), r.here.asAgent, id)
	refused(t, err, verb.Conflict, "", "changed since")
}

// Somebody who talks is not merged into another one.
//
// Covers: OUT-4
func TestMergeDuringACall_OUT_4(t *testing.T) {
	r := newRig(t)
	kept, err := r.AddContact(t.Context(), r.here.asAgent, inbox.ContactInput{Name: "Kim"})
	if err != nil {
		t.Fatal(err)
	}
	c := r.call(r.here, "talking")
	c.Live, c.Version = true, c.Version+1
	r.tx(func(tx *models.Tx) error { return tx.SaveCall(c, nil) })
	_, err = r.MergeContacts(t.Context(), r.here.asAgent, kept, inbox.MergeInput{Gone: r.here.contact})
	refused(t, err, verb.Conflict, "contactId", "going on")
	equal(t, "numbers", r.numbers(r.here.contact), []string{"+821012345678", "114"})
}

func (r *rig) contactOf(conversation string) string {
	r.t.Helper()
	c, err := r.Store.Conversation(r.t.Context(), r.here.id, conversation)
	if err != nil {
		r.t.Fatal(err)
	}
	return c.ContactID
}

func (r *rig) numbers(contact string) []string {
	r.t.Helper()
	c, err := r.Store.Contact(r.t.Context(), r.here.id, contact)
	if err != nil {
		r.t.Fatal(err)
	}
	return c.Numbers
}

// found gives the ids of the contacts that a text finds, by name.
func (r *rig) found(q string) []string {
	r.t.Helper()
	cs, err := r.Store.Contacts(r.t.Context(), r.here.id, models.ContactFilter{Query: q, ByName: true, Limit: 10})
	if err != nil {
		r.t.Fatal(err)
	}
	ids := make([]string, len(cs))
	for i, c := range cs {
		ids[i] = c.ID
	}
	return ids
}
