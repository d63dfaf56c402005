package models

import (
	"fmt"
	"slices"
	"testing"
)

// Words are words and numbers are numbers: a digit in a name is not looked for in
// everybody's number.
//
// Covers: INBOX-5, OUT-2
func TestContactSearch_INBOX_5(t *testing.T) {
	s := openStore(t)
	ws, _, _ := workspace(t, s, 0)
	add := func(c Contact, numbers ...string) {
		t.Helper()
		c.ID, c.WorkspaceID, c.Kind, c.Profile, c.CreatedAt = NewID(), ws.ID, "member", "{}", At(now)
		must(t, s.Tx(t.Context(), func(tx *Tx) error { return tx.AddContact(FullContact{Contact: c, Numbers: numbers}) }))
	}
	add(Contact{Name: "3M Korea"}, "+8225550142")
	add(Contact{Name: "Lee 2"}, "+821055552101")
	add(Contact{Name: "Lee 12"}, "+821055551111")
	add(Contact{Name: "Anna Lee", Email: "anna@example.com"}, "+16502530000")
	add(Contact{Name: "김철수 부장", CallerName: "Chulsoo"}, "+821099990000")
	add(Contact{CallerAddress: "bob.smith@pbx.example"})
	for i := range 30 {
		add(Contact{Name: fmt.Sprintf("Lee Nr%02d", i)}, fmt.Sprintf("+8210222233%02d", i))
	}
	for q, want := range map[string][]string{
		"3M Korea":            {"3M Korea"},
		"korea 3m":            {"3M Korea"},
		"３Ｍ":                  {"3M Korea"},
		"Lee 2":               {"Lee 2"},
		"2 lee":               {"Lee 2"},
		"Lee 2101":            {"Lee 2"},
		"Lee 010-5555 2101":   {"Lee 2"},
		"Anna 2101":           {},
		"+82 (0)10-5555-2101": {"Lee 2"},
		"010 5555 2101":       {"Lee 2"},
		"1055552101":          {"Lee 2"},
		"821055552101":        {"Lee 2"},
		"0082 10 5555 2101":   {"Lee 2"},
		"001-82-10-5555-2101": {"Lee 2"},
		"０１０５５５５２１０１":         {"Lee 2"},
		"＋８２－１０－５５５５－２１０１": {"Lee 2"},
		"tel:+821055552101":     {"Lee 2"},
		"5555-2101":             {"Lee 2"},
		"2101":                  {"Lee 2"},
		"010-5555":              {"Lee 12", "Lee 2"},
		"00700 1 650 253 0000":  {"Anna Lee"},
		"+1 (650) 253-0000":     {"Anna Lee"},
		"02-555-0142":           {"3M Korea"},
		"철수":                    {"김철수 부장"},
		"김철":                    {"김철수 부장"},
		"부장 김철수":                {"김철수 부장"},
		"철수 9999":               {"김철수 부장"},
		"김영희":                   {},
		"chulsoo":               {"김철수 부장"},
		"anna@example":          {"Anna Lee"},
		"lee anna":              {"Anna Lee"},
		"bob.smith":             {""},
		"7":                     {},
		"%":                     {},
		"_":                     {},
		"Lee ' OR 1=1":          {},
		"010-5555-2101 내선 12 3": {},
	} {
		cs, err := s.Contacts(t.Context(), ws.ID, ContactFilter{Query: q, Limit: 100})
		must(t, err)
		got := []string{}
		for _, c := range cs {
			got = append(got, c.Name)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", q, got, want)
		}
	}
}
