package inbox_test

import (
	"maps"
	"testing"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
)

// A new contact is a member; its numbers are kept as E.164, read as the workspace's
// country writes them, and belong to no other contact.
//
// Covers: OUT-4, IN-7
func TestNewContacts_OUT_4_IN_7(t *testing.T) {
	r := newRig(t)
	for name, tc := range map[string]struct {
		in      inbox.ContactInput
		numbers []string
		kind    verb.Kind
		field   string
	}{
		"name only":          {inbox.ContactInput{Name: " Kim "}, []string{}, "", ""},
		"numbers, each once": {inbox.ContactInput{Name: "Kim", Numbers: &[]string{"010-2222-3333", "+82 10 2222 3333", "+49 30 123456"}}, []string{"+821022223333", "+4930123456"}, "", ""},
		"no name":            {inbox.ContactInput{Name: " "}, nil, verb.Invalid, "name"},
		"no number":          {inbox.ContactInput{Name: "Kim", Numbers: &[]string{"010-2222-4444", "hello"}}, nil, verb.Invalid, "numbers.1"},
		"another's number":   {inbox.ContactInput{Name: "Kim", Numbers: &[]string{"010-1234-5678"}}, nil, verb.Conflict, "numbers"},
		"no address":         {inbox.ContactInput{Name: "Kim", Email: new("Kim <kim@example.com>")}, nil, verb.Invalid, "email"},
		"no such field":      {inbox.ContactInput{Name: "Kim", Profile: map[string]string{"grade": "a"}}, nil, verb.Invalid, "profile.grade"},
	} {
		t.Run(name, func(t *testing.T) {
			before := r.lastChange()
			id, err := r.AddContact(t.Context(), r.here.asAgent, tc.in)
			refused(t, err, tc.kind, tc.field, "")
			if tc.kind != "" {
				if r.lastChange() != before {
					t.Error("a refused contact was told")
				}
				return
			}
			c, err := r.Store.Contact(t.Context(), r.here.id, id)
			if err != nil || c.Kind != "member" || c.Name != "Kim" || len(c.Values()) != 0 {
				t.Errorf("%+v, %v", c, err)
			}
			equal(t, "numbers", c.Numbers, tc.numbers)
			if after := r.lastChange(); after != before+1 {
				t.Errorf("told %d times", after-before)
			}
		})
	}
	// The same number is free in another workspace.
	if _, err := r.AddContact(t.Context(), r.away.asAgent, inbox.ContactInput{Name: "Kim", Numbers: &[]string{"010-2222-3333"}}); err != nil {
		t.Error(err)
	}
}

// What a change leaves out stays; a lead that gets a name is a member and never a
// lead again.
//
// Covers: OUT-4, IN-7
func TestChangedContacts_OUT_4_IN_7(t *testing.T) {
	r := newRig(t)
	other, err := r.AddContact(t.Context(), r.here.asAgent, inbox.ContactInput{Name: "Lee", Numbers: &[]string{"010-5555-6666"}})
	if err != nil {
		t.Fatal(err)
	}
	had := []string{"+821012345678", "114"}
	for _, step := range []struct {
		name    string
		in      inbox.ContactInput
		is      string
		email   string
		profile map[string]string
		numbers []string
		kind    verb.Kind
		field   string
	}{
		{"a lead without a name", inbox.ContactInput{Email: new("kim@example.com")}, "lead", "kim@example.com", nil, had, "", ""},
		{"a caller's short code stays", inbox.ContactInput{Numbers: &[]string{"114", "02-123-4567"}}, "lead", "kim@example.com", nil, []string{"114", "+8221234567"}, "", ""},
		{"another's number", inbox.ContactInput{Name: "Kim", Numbers: &[]string{"010-5555-6666"}}, "lead", "kim@example.com", nil, []string{"114", "+8221234567"}, verb.Conflict, "numbers"},
		{"a name", inbox.ContactInput{Name: "Kim", Profile: map[string]string{"plan": " gold "}}, "member", "kim@example.com", map[string]string{"plan": "gold"}, []string{"114", "+8221234567"}, "", ""},
		{"the name taken away", inbox.ContactInput{Name: ""}, "member", "kim@example.com", map[string]string{"plan": "gold"}, []string{"114", "+8221234567"}, verb.Invalid, "name"},
		{"emptied", inbox.ContactInput{Name: "Kim", Email: new(""), Profile: map[string]string{"plan": " "}, Numbers: &[]string{}}, "member", "", nil, []string{}, "", ""},
	} {
		t.Run(step.name, func(t *testing.T) {
			refused(t, r.UpdateContact(t.Context(), r.here.asAgent, r.here.contact, step.in), step.kind, step.field, "")
			c, err := r.Store.Contact(t.Context(), r.here.id, r.here.contact)
			if err != nil || c.Kind != step.is || c.Email != step.email || !maps.Equal(c.Values(), step.profile) {
				t.Errorf("%+v, %v", c, err)
			}
			equal(t, "numbers", c.Numbers, step.numbers)
		})
	}
	refused(t, r.UpdateContact(t.Context(), r.away.asAdmin, other, inbox.ContactInput{Name: "Mine"}), verb.NotFound, "", inbox.UnknownContact)
	if c, err := r.Store.Contact(t.Context(), r.here.id, other); err != nil || c.Name != "Lee" {
		t.Errorf("another workspace changed %+v, %v", c, err)
	}
}
