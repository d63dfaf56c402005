package inbox_test

import (
	"strings"
	"testing"

	"ringdesk/controller/inbox"
	"ringdesk/controller/verb"
)

// Fields keep their keys and values, whatever they are called and wherever they
// stand; the first three are the ring's.
//
// Covers: OUT-4, IN-1
func TestProfileFields_OUT_4_IN_1(t *testing.T) {
	r := newRig(t)
	labels := func() string {
		t.Helper()
		fields, err := r.Store.ProfileFields(t.Context(), r.here.id)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for i, f := range fields {
			if f.Position != i {
				t.Errorf("%s stands at %d, not %d", f.Label, f.Position, i)
			}
			all = append(all, f.Label)
		}
		return strings.Join(all, " ")
	}
	add := func(label string, at *int) string {
		t.Helper()
		id, err := r.AddField(t.Context(), r.here.asAdmin, inbox.FieldInput{Label: &label, Position: at})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	city, grade := add(" City ", nil), add("Grade", new(0))
	if got := labels(); got != "Grade Plan City" {
		t.Errorf("added: %s", got)
	}
	for _, step := range []struct {
		by    verb.By
		id    string
		in    inbox.FieldInput
		kind  verb.Kind
		field string
		want  string
	}{
		{r.here.asAdmin, city, inbox.FieldInput{Position: new(0)}, "", "", "City Grade Plan"},
		{r.here.asAdmin, city, inbox.FieldInput{Label: new("Town")}, "", "", "Town Grade Plan"},
		{r.here.asAdmin, city, inbox.FieldInput{Position: new(99)}, "", "", "Grade Plan Town"},
		{r.here.asAdmin, city, inbox.FieldInput{Label: new("Plan")}, verb.Conflict, "label", "Grade Plan Town"},
		{r.here.asAdmin, city, inbox.FieldInput{Label: new(" ")}, verb.Invalid, "label", "Grade Plan Town"},
		{r.here.asAgent, city, inbox.FieldInput{Label: new("x")}, verb.Forbidden, "", "Grade Plan Town"},
		{r.away.asAdmin, city, inbox.FieldInput{Label: new("x")}, verb.NotFound, "", "Grade Plan Town"},
	} {
		refused(t, r.UpdateField(t.Context(), step.by, step.id, step.in), step.kind, step.field, "")
		if got := labels(); got != step.want {
			t.Errorf("%+v: %s, want %s", step.in, got, step.want)
		}
	}
	refused(t, r.RemoveField(t.Context(), r.here.asAgent, grade), verb.Forbidden, "", "")
	refused(t, r.RemoveField(t.Context(), r.away.asAdmin, grade), verb.NotFound, "", "")
	refused(t, r.RemoveField(t.Context(), r.here.asAdmin, grade), "", "", "")
	add("Last", nil)
	fields, err := r.Store.ProfileFields(t.Context(), r.here.id)
	if err != nil || len(fields) != 3 || fields[0].Label != "Plan" || fields[2].Label != "Last" {
		t.Errorf("%+v, %v", fields, err)
	}
}
