package inbox

import (
	"context"
	"maps"
	"slices"
	"time"

	"ringdesk/controller/addressbook"
	"ringdesk/controller/tasks"
	"ringdesk/models"
)

// importedAtOnce is how many entries one transaction reads in, so that calls do not
// wait for it.
const importedAtOnce = 50

// Importer reads files of contacts in (models.TaskImport).
type Importer struct {
	Store *models.Store
	Now   func() time.Time
}

// Tasks is the kind of work that it does.
func (m *Importer) Tasks() tasks.Kind {
	return tasks.Kind{Name: models.TaskImport, Do: m.attempt, Pauses: []time.Duration{time.Second, 10 * time.Second, time.Minute, 10 * time.Minute}}
}

// attempt reads in what is left of a file. How far it has come stands in the
// transaction of the contacts themselves, so that a crash neither repeats nor leaves
// out any.
func (m *Importer) attempt(ctx context.Context, a tasks.Attempt) tasks.Result {
	i, err := m.Store.ImportByID(ctx, a.Subject)
	if err != nil {
		return tasks.Result{Err: err}
	}
	w, err := m.Store.Workspace(ctx, i.WorkspaceID)
	if err != nil {
		return tasks.Result{Err: err}
	}
	f, err := addressbook.Read(i.File, nil)
	if err != nil {
		return tasks.Result{Err: err, Over: true}
	}
	for i.State == models.ImportRunning {
		if err := ctx.Err(); err != nil {
			return tasks.Result{Err: err}
		}
		err := m.Store.Tx(ctx, func(tx *models.Tx) error {
			i, err = tx.Import(i.ID)
			if err != nil || i.State != models.ImportRunning {
				return err
			}
			return m.readIn(tx, &i, f.Rows, w.Country)
		})
		if err != nil {
			return tasks.Result{Err: err}
		}
	}
	return tasks.Result{}
}

// readIn reads the next entries in.
func (m *Importer) readIn(tx *models.Tx, i *models.ContactImport, rows []addressbook.Row, country string) error {
	columns, left := i.ColumnsAre(), i.BadEntries()
	for range importedAtOnce {
		if i.Done >= len(rows) {
			i.State, i.EndedAt = models.ImportDone, models.At(m.Now())
			break
		}
		e, no := readEntry(columns, rows[i.Done].Cells, country)
		added := false
		var err error
		if no == nil {
			if added, no, err = m.take(tx, *i, e); err != nil {
				return err
			}
		}
		switch {
		case no != nil:
			left = append(left, models.BadEntry{Row: i.Done, Why: no.why, Of: no.of})
		case added:
			i.Added++
		default:
			i.Updated++
		}
		i.Done++
	}
	return tx.ImportProgress(*i, left)
}

// take makes a contact of an entry, or brings up to date the one that has its
// numbers or, without any, its address.
func (m *Importer) take(tx *models.Tx, i models.ContactImport, e entry) (added bool, no *bad, err error) {
	ids, err := tx.ContactsWithNumbers(i.WorkspaceID, e.numbers)
	if err == nil && len(ids) == 0 && e.email != "" {
		ids, err = tx.ContactsWithEmail(i.WorkspaceID, e.email)
	}
	switch {
	case err != nil:
		return false, nil, err
	case len(ids) > 1:
		return false, &bad{WhyTwo, ""}, nil
	case len(ids) == 0:
		c := models.FullContact{Contact: models.Contact{ID: models.NewID(), WorkspaceID: i.WorkspaceID, Kind: "lead", Name: e.name, Email: e.email,
			Profile: models.EncodeProfile(e.profile), CreatedAt: models.At(m.Now())}, Numbers: e.numbers}
		if e.name != "" {
			c.Kind = member
		}
		return true, nil, tx.AddContact(c)
	}
	had, err := tx.Contact(i.WorkspaceID, ids[0])
	if err != nil {
		return false, nil, err
	}
	u, no := e.update(had)
	if no != nil {
		return false, no, nil
	}
	return false, nil, tx.UpdateContact(i.WorkspaceID, had.ID, u)
}

// update is what an entry changes of a contact: what it leaves empty stays.
func (e entry) update(had models.FullContact) (models.ContactUpdate, *bad) {
	u := models.ContactUpdate{}
	if e.name != "" {
		u.Name, u.Kind = &e.name, new(member)
	}
	if e.email != "" {
		u.Email = &e.email
	}
	values := had.Values()
	if values == nil {
		values = map[string]string{}
	}
	maps.Copy(values, e.profile)
	u.Profile = new(models.EncodeProfile(values))
	numbers := slices.Clone(had.Numbers)
	for _, n := range e.numbers {
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) > mostNumbers {
		return u, &bad{WhyManyNums, ""}
	}
	if len(numbers) > len(had.Numbers) {
		u.Numbers = &numbers
	}
	return u, nil
}
