package inbox

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"ringdesk/controller/addressbook"
	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

const unknownImport = "There is no import with this id in your workspace."

// Preview is a file of contacts as it would be read in.
type Preview struct {
	Import models.ContactImport
	File   addressbook.File
	Fields []addressbook.Field
}

// AddImport takes in a file of contacts and says how it would be read; nothing is
// changed yet (OUT-4).
func (b *Inbox) AddImport(ctx context.Context, by verb.By, name string, raw []byte) (Preview, error) {
	if err := by.NeedAdmin("import contacts"); err != nil {
		return Preview{}, err
	}
	fields, err := b.fields(ctx, by.Workspace)
	if err != nil {
		return Preview{}, err
	}
	f, err := addressbook.Read(raw, fields)
	if err != nil {
		return Preview{}, verb.Refuse(verb.Invalid, "file", "We cannot read this file: %s.", err.Error()).Because(reason.BadFile, "text", err.Error())
	}
	i := models.ContactImport{ID: models.NewID(), WorkspaceID: by.Workspace, AgentID: by.Agent, Name: verb.Short(name), File: raw, State: models.ImportPreview,
		Total: len(f.Rows), CreatedAt: b.now()}
	return Preview{i, f, fields}, b.Store.Tx(ctx, func(tx *models.Tx) error { return tx.AddImport(i) })
}

// fields are the workspace's profile fields, which columns can be.
func (b *Inbox) fields(ctx context.Context, workspace string) ([]addressbook.Field, error) {
	rows, err := b.Store.ProfileFields(ctx, workspace)
	fields := make([]addressbook.Field, len(rows))
	for i, f := range rows {
		fields[i] = addressbook.Field{Key: f.FieldKey, Label: f.Label}
	}
	return fields, err
}

// StartImport has a file read in by durable work, with what each column is. What
// was started already goes on.
func (b *Inbox) StartImport(ctx context.Context, by verb.By, id string, columns []string) (models.ContactImport, error) {
	if err := by.NeedAdmin("import contacts"); err != nil {
		return models.ContactImport{}, err
	}
	if _, err := b.Import(ctx, by, id); err != nil {
		return models.ContactImport{}, err
	}
	fields, err := b.fields(ctx, by.Workspace)
	if err != nil {
		return models.ContactImport{}, err
	}
	if err := checkColumns(columns, fields); err != nil {
		return models.ContactImport{}, err
	}
	err = b.Store.Tx(ctx, func(tx *models.Tx) error {
		err := tx.StartImport(by.Workspace, id, columns)
		if errors.Is(err, models.ErrNotFound) { // it was started before
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.AddTask(models.TaskImport, id, b.Now()); err != nil {
			return err
		}
		i, err := tx.Import(id)
		if err != nil {
			return err
		}
		e := audit.Entry{Action: audit.Imported, Kind: audit.Contact, ID: id, Name: i.Name, Changes: audit.Diff(nil, audit.Fields{"rows": i.Total})}
		if err := audit.Write(tx, by, by.Workspace, b.Now(), e); err != nil {
			return err
		}
		return tx.KickTasks(id)
	})
	if err != nil {
		return models.ContactImport{}, err
	}
	return b.Import(ctx, by, id)
}

// checkColumns refuses columns that are nothing, and those of which no contact can
// be made.
func checkColumns(columns []string, fields []addressbook.Field) error {
	useful := false
	for _, c := range columns {
		key, isField := strings.CutPrefix(c, addressbook.FieldOf)
		switch {
		case isField && slices.ContainsFunc(fields, func(f addressbook.Field) bool { return f.Key == key }):
		case slices.Contains([]string{"", addressbook.Email}, c):
		case slices.Contains([]string{addressbook.Name, addressbook.Number, addressbook.Given, addressbook.Family}, c):
			useful = true
		default:
			return verb.Refuse(verb.Invalid, "columns", "A column cannot be %q.", verb.Short(c)).Because(reason.Malformed)
		}
	}
	if !useful {
		return verb.Refuse(verb.Invalid, "columns", "Say which column has the names or the telephone numbers.").Because(reason.ImportNeedsNames)
	}
	return nil
}

// Import finds an import.
func (b *Inbox) Import(ctx context.Context, by verb.By, id string) (models.ContactImport, error) {
	if err := by.NeedAdmin("import contacts"); err != nil {
		return models.ContactImport{}, err
	}
	i, err := b.Store.Import(ctx, by.Workspace, id)
	return i, verb.Missing(err, unknownImport)
}

// The reasons for which an entry is left out.
const (
	WhyNothing  = "nothing" // it has neither a name nor a number
	WhyNumber   = "number"  // a number cannot be read
	WhyEmail    = "email"   // an address cannot be read
	WhyLong     = "long"    // a value is too long
	WhyTwo      = "two"     // its numbers belong to two contacts
	WhyManyNums = "numbers" // the contact would have too many numbers
)

// bad is why an entry is left out.
type bad struct{ why, of string }

// The bounds of what a contact holds (ContactInput of the API).
const (
	longestName  = 200
	longestEmail = 254
	longestField = 500
)

// entry is a contact as a file has it.
type entry struct {
	name, email string
	numbers     []string
	profile     map[string]string
}

// readEntry reads the cells of an entry; numbers without a country code are the
// country's.
func readEntry(columns, cells []string, country string) (entry, *bad) {
	e := entry{profile: map[string]string{}}
	var given, family string
	for i, cell := range cells {
		if i >= len(columns) || cell == "" {
			continue
		}
		key, isField := strings.CutPrefix(columns[i], addressbook.FieldOf)
		switch {
		case isField:
			e.profile[key] = cell
		case columns[i] == addressbook.Name:
			e.name = cell
		case columns[i] == addressbook.Given:
			given = cell
		case columns[i] == addressbook.Family:
			family = cell
		case columns[i] == addressbook.Email:
			e.email = cell
		case columns[i] == addressbook.Number:
			if no := e.addNumbers(cell, country); no != nil {
				return e, no
			}
		}
	}
	if e.name == "" {
		e.name = addressbook.FullName(family, given)
	}
	return e, e.check()
}

// addNumbers reads a cell of numbers, of which some programs write several.
func (e *entry) addNumbers(cell, country string) *bad {
	for text := range strings.FieldsFuncSeq(strings.ReplaceAll(cell, ":::", "\n"), func(r rune) bool { return strings.ContainsRune("/;,\n", r) }) {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		n, err := models.E164(text, country)
		if err != nil {
			return &bad{WhyNumber, verb.Short(text)}
		}
		if !slices.Contains(e.numbers, n) {
			e.numbers = append(e.numbers, n)
		}
	}
	return nil
}

func (e *entry) check() *bad {
	if e.name == "" && len(e.numbers) == 0 {
		return &bad{WhyNothing, ""}
	}
	if utf8.RuneCountInString(e.name) > longestName {
		return &bad{WhyLong, verb.Short(e.name)}
	}
	if e.email != "" && (utf8.RuneCountInString(e.email) > longestEmail || !isEmail(e.email)) {
		return &bad{WhyEmail, verb.Short(e.email)}
	}
	for _, v := range e.profile {
		if utf8.RuneCountInString(v) > longestField {
			return &bad{WhyLong, verb.Short(v)}
		}
	}
	if len(e.numbers) > mostNumbers {
		return &bad{WhyManyNums, ""}
	}
	return nil
}
