package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/inbox"
	"ringdesk/controller/tasks"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const file = `이름,전화,이메일,Plan
김철수,010-1111-2222,kim@example.com,gold
,010-1234-5678,,silver
이영희,hello,,
,,,
박지훈,010-3333-4444 / 02-312-3456,park at example,
Anna,,anna@example.com,
김철수,+82 10-1111-2222,,
최서연,"010-1111-2222, 010-1234-5678",,
Anna Lee,,ANNA@example.com,
=cmd(),,x,
`

// work reads in what was started, as the controller does.
func (r *rig) work() {
	r.t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	all := tasks.New(tasks.Options{Store: r.Store}, (&inbox.Importer{Store: r.Store, Now: r.Now}).Tasks())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = all.Run(ctx) }()
	defer func() { <-ended }()
	defer stop()
	for {
		if _, err := r.Store.NextTask(ctx, models.TaskImport); err == models.ErrNotFound {
			return
		}
		if ctx.Err() != nil {
			r.t.Fatal("the import never ends")
		}
		all.Kick(models.TaskImport)
	}
}

// A file is read in once: contacts that have a number or an address of it are
// brought up to date, the others are made, and what cannot be read is left out with
// a reason, as the file had it.
//
// Covers: OUT-4, IN-7
func TestImport_OUT_4_IN_7(t *testing.T) {
	r := newRig(t)
	p, err := r.AddImport(t.Context(), r.here.asAdmin, "contacts.csv", []byte(file))
	if err != nil || p.Import.Total != 9 || p.File.Columns[3].Is != "field:plan" {
		t.Fatalf("%+v, %v", p.File, err)
	}
	columns := []string{"name", "number", "email", "field:plan"}
	for name, tc := range map[string]struct {
		by      verb.By
		columns []string
		kind    verb.Kind
		field   string
	}{
		"an agent":        {r.here.asAgent, columns, verb.Forbidden, ""},
		"another's":       {r.away.asAdmin, columns, verb.NotFound, ""},
		"nothing useful":  {r.here.asAdmin, []string{"", "", "email", ""}, verb.Invalid, "columns"},
		"unknown field":   {r.here.asAdmin, []string{"name", "", "", "field:x"}, verb.Invalid, "columns"},
		"unknown meaning": {r.here.asAdmin, []string{"name", "x"}, verb.Invalid, "columns"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := r.StartImport(t.Context(), tc.by, p.Import.ID, tc.columns)
			refused(t, err, tc.kind, tc.field, "")
		})
	}
	for range 2 { // starting again changes nothing
		if _, err := r.StartImport(t.Context(), r.here.asAdmin, p.Import.ID, columns); err != nil {
			t.Fatal(err)
		}
		r.work()
	}
	i, err := r.Import(t.Context(), r.here.asAdmin, p.Import.ID)
	if err != nil || i.State != models.ImportDone || i.Done != 9 || i.Added != 2 || i.Updated != 3 || len(i.BadEntries()) != 4 {
		t.Errorf("%s: %d done, %d added, %d updated, bad %+v, %v", i.State, i.Done, i.Added, i.Updated, i.BadEntries(), err)
	}
	lead, err := r.Store.Contact(t.Context(), r.here.id, r.here.contact)
	if err != nil || lead.Kind != "lead" || lead.Values()["plan"] != "silver" || len(lead.Numbers) != 2 {
		t.Errorf("%+v, %v", lead, err)
	}
	if got := r.found("1111-2222"); len(got) != 1 {
		t.Errorf("%d contacts with one number", len(got))
	}
	if got := r.found("anna"); len(got) != 1 {
		t.Errorf("%d contacts with one address", len(got))
	}
	report, err := r.ImportReport(t.Context(), r.here.asAdmin, p.Import.ID, true)
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeff이름,전화,이메일,Plan,줄,이유\n" +
		"이영희,hello,,,4,전화번호가 아니에요: hello\n" +
		"박지훈,010-3333-4444 / 02-312-3456,park at example,,6,이메일 주소가 아니에요: park at example\n" +
		"최서연,\"010-1111-2222, 010-1234-5678\",,,9,이미 있는 고객 두 명과 겹쳐요. 먼저 합쳐 주세요.\n" +
		"'=cmd(),,x,,11,이메일 주소가 아니에요: x\n"
	if report != want {
		t.Errorf("report:\n%s\nwant:\n%s", report, want)
	}
}

// An import that was cut off goes on where it was, and makes nobody twice.
//
// Covers: OUT-4
func TestImportGoesOn_OUT_4(t *testing.T) {
	r := newRig(t)
	var text strings.Builder
	text.WriteString("name\n")
	for i := range 170 {
		fmt.Fprintf(&text, "Person %03d\n", i)
	}
	p, err := r.AddImport(t.Context(), r.here.asAdmin, "x", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.StartImport(t.Context(), r.here.asAdmin, p.Import.ID, []string{"name"}); err != nil {
		t.Fatal(err)
	}
	r.tx(func(tx *models.Tx) error { // a controller that died after the first hundred
		i, err := tx.Import(p.Import.ID)
		if err != nil {
			return err
		}
		i.Done, i.Added = 100, 100
		return tx.ImportProgress(i, nil)
	})
	r.work()
	i, err := r.Import(t.Context(), r.here.asAdmin, p.Import.ID)
	if err != nil || i.State != models.ImportDone || i.Added != 170 {
		t.Errorf("%+v, %v", i, err)
	}
	cs, err := r.Store.Contacts(t.Context(), r.here.id, models.ContactFilter{Query: "Person", ByName: true, Limit: 500})
	if err != nil || len(cs) != 70 || cs[0].Name != "Person 100" {
		t.Errorf("%d contacts, %v", len(cs), err)
	}
}

// What is exported can be imported again, and holds no formula.
//
// Covers: OUT-4
func TestExport_OUT_4(t *testing.T) {
	r := newRig(t)
	if _, err := r.AddContact(t.Context(), r.here.asAgent, inbox.ContactInput{Name: "=1+1", Email: new("kim@example.com"), Profile: map[string]string{"plan": "gold"},
		Numbers: &[]string{"010-9999-8888", "02-312-3456"}}); err != nil {
		t.Fatal(err)
	}
	_, err := r.ExportContacts(t.Context(), r.here.asAgent, true)
	refused(t, err, verb.Forbidden, "", "owner or admin")
	csv, err := r.ExportContacts(t.Context(), r.here.asAdmin, true)
	want := "\ufeff이름,이메일,전화번호1,전화번호2,전화번호3,전화번호4,전화번호5,전화번호6,전화번호7,전화번호8,전화번호9,전화번호10,Plan\n" +
		"'=1+1,kim@example.com,+821099998888,+8223123456,,,,,,,,,gold\n,,+821012345678,114,,,,,,,,,\n"
	if err != nil || csv != want {
		t.Errorf("%s, %v", csv, err)
	}
	p, err := r.AddImport(t.Context(), r.here.asAdmin, "again.csv", []byte(csv))
	if err != nil || p.File.Columns[0].Is != "name" || p.File.Columns[11].Is != "number" || p.File.Columns[12].Is != "field:plan" {
		t.Errorf("%+v, %v", p.File.Columns, err)
	}
}

// Who changes one field undoes no other.
//
// Covers: OUT-4
func TestSingleFields_OUT_4(t *testing.T) {
	r := newRig(t)
	id, err := r.AddContact(t.Context(), r.here.asAgent, inbox.ContactInput{Name: "Kim", Email: new("kim@example.com"), Profile: map[string]string{"plan": "gold"}, Numbers: &[]string{"010-9999-8888"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		in    inbox.ContactChange
		kind  verb.Kind
		field string
	}{
		{inbox.ContactChange{Email: new("")}, "", ""},
		{inbox.ContactChange{Name: new(" ")}, verb.Invalid, "name"},
		{inbox.ContactChange{Numbers: &[]string{"010-9999-8888", "hello"}}, verb.Invalid, "numbers.1"},
		{inbox.ContactChange{Profile: map[string]string{"shoe": "42"}}, verb.Invalid, "profile.shoe"},
		{inbox.ContactChange{Name: new("Kim M.")}, "", ""},
		{inbox.ContactChange{Numbers: &[]string{"+82 10 9999 8888", "02-312-3456"}}, "", ""},
		{inbox.ContactChange{}, "", ""},
	} {
		refused(t, r.ChangeContact(t.Context(), r.here.asAgent, id, step.in), step.kind, step.field, "")
	}
	c, err := r.Store.Contact(t.Context(), r.here.id, id)
	if err != nil || c.Name != "Kim M." || c.Email != "" || c.Values()["plan"] != "gold" {
		t.Errorf("%+v, %v", c, err)
	}
	equal(t, "numbers", c.Numbers, []string{"+821099998888", "+8223123456"})
	refused(t, r.ChangeContact(t.Context(), r.here.asAgent, id, inbox.ContactChange{Profile: map[string]string{"plan": ""}}), "", "", "")
	if c, err := r.Store.Contact(t.Context(), r.here.id, id); err != nil || len(c.Values()) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}
