package inbox

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"ringdesk/controller/addressbook"
	"ringdesk/controller/audit"
	"ringdesk/controller/spreadsheet"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// reasons are what a report says of an entry that was left out, in English and in
// Korean.
var reasons = map[string][2]string{
	WhyNothing:  {"It has neither a name nor a telephone number.", "이름도 전화번호도 없어요."},
	WhyNumber:   {"This is not a telephone number: %s", "전화번호가 아니에요: %s"},
	WhyEmail:    {"This is not an e-mail address: %s", "이메일 주소가 아니에요: %s"},
	WhyLong:     {"This is too long: %s", "너무 길어요: %s"},
	WhyTwo:      {"It fits two contacts that exist: merge them first.", "이미 있는 고객 두 명과 겹쳐요. 먼저 합쳐 주세요."},
	WhyManyNums: {"A contact can have 10 telephone numbers at most.", "전화번호는 한 고객에 10개까지예요."},
}

// Reason says in a language why an entry was left out.
func Reason(b models.BadEntry, korean bool) string {
	words := reasons[b.Why][0]
	if korean {
		words = reasons[b.Why][1]
	}
	if strings.Contains(words, "%s") {
		return fmt.Sprintf(words, b.Of)
	}
	return words
}

// ImportReport gives the entries that were left out as CSV, as the file had them,
// with the line and the reason behind.
func (b *Inbox) ImportReport(ctx context.Context, by verb.By, id string, korean bool) (string, error) {
	i, err := b.Import(ctx, by, id)
	if err != nil {
		return "", err
	}
	f, err := addressbook.Read(i.File, nil)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString(spreadsheet.Mark)
	w := csv.NewWriter(&out)
	head := make([]string, 0, len(f.Columns)+2)
	for _, c := range f.Columns {
		head = append(head, c.Name)
	}
	line, why := "line", "why"
	if korean {
		line, why = "줄", "이유"
	}
	if err := w.Write(append(head, line, why)); err != nil {
		return "", err
	}
	for _, no := range i.BadEntries() {
		row := make([]string, 0, len(head)+2)
		for _, c := range f.Rows[no.Row].Cells {
			row = append(row, spreadsheet.Harmless(c))
		}
		if err := w.Write(append(row, strconv.Itoa(f.Rows[no.Row].Line), spreadsheet.Harmless(Reason(no, korean)))); err != nil {
			return "", err
		}
	}
	w.Flush()
	return out.String(), w.Error()
}

// exportedAtOnce is how many contacts are read at once.
const exportedAtOnce = 500

// ExportContacts gives all contacts as CSV, by name, in the columns that an import
// reads.
func (b *Inbox) ExportContacts(ctx context.Context, by verb.By, korean bool) (string, error) {
	if err := by.NeedAdmin("export contacts"); err != nil {
		return "", err
	}
	fields, err := b.Store.ProfileFields(ctx, by.Workspace)
	if err != nil {
		return "", err
	}
	head := []string{"name", "email"}
	phone := "phone"
	if korean {
		head, phone = []string{"이름", "이메일"}, "전화번호"
	}
	for n := range mostNumbers {
		head = append(head, phone+strconv.Itoa(n+1))
	}
	for _, f := range fields {
		head = append(head, f.Label)
	}
	var out strings.Builder
	out.WriteString(spreadsheet.Mark)
	w := csv.NewWriter(&out)
	if err := w.Write(head); err != nil {
		return "", err
	}
	rows := 0
	for after := ""; ; {
		cs, err := b.Store.Contacts(ctx, by.Workspace, models.ContactFilter{ByName: true, After: after, Limit: exportedAtOnce})
		if err != nil {
			return "", err
		}
		for _, c := range cs {
			if err := w.Write(exported(c, fields)); err != nil {
				return "", err
			}
			after = c.ID
		}
		if rows += len(cs); len(cs) < exportedAtOnce {
			break
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return "", err
	}
	// Without the entry nothing is given out (SEC-6).
	e := audit.Entry{Action: audit.Exported, Kind: audit.Contact, Changes: audit.Diff(nil, audit.Fields{"rows": rows})}
	return out.String(), b.Store.Tx(ctx, func(tx *models.Tx) error { return audit.Write(tx, by, by.Workspace, b.Now(), e) })
}

func exported(c models.FullContact, fields []models.ProfileField) []string {
	row := []string{spreadsheet.Harmless(c.Name), spreadsheet.Harmless(c.Email)}
	for n := range mostNumbers {
		number := ""
		if n < len(c.Numbers) {
			number = c.Numbers[n]
		}
		row = append(row, number)
	}
	values := c.Values()
	for _, f := range fields {
		row = append(row, spreadsheet.Harmless(values[f.FieldKey]))
	}
	return row
}
