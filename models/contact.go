package models

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ringdesk/controller/journal"
	"ringdesk/models/search"

	"gorm.io/gorm"
)

// Contact is a customer.
type Contact struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	Kind        string // member (known) or lead (made from an unknown caller)
	Name        string
	Email       string
	Profile     string // JSON object: field key to value
	CreatedAt   Time
	// The carrier's word: user@host of a caller who has no number, and the display
	// name of the latest call.
	CallerAddress string
	CallerName    string
}

// Caller is who calls, or is called.
type Caller struct {
	Number  string // as KnownNumber gives it; "" for none, or a withheld one
	Address string // user@host of one who has no number
	Name    string // the carrier's word
}

// ContactNumber is a telephone number of a contact; a number belongs to at
// most one contact of a workspace.
type ContactNumber struct {
	WorkspaceID string `gorm:"primaryKey"`
	Number      string `gorm:"primaryKey"` // E.164
	ContactID   string
	Position    int
}

// addedContact is a contact's row with its place in the order of names.
type addedContact struct {
	Contact
	SortName string
	Initial  string
}

// TableName implements gorm's Tabler.
func (addedContact) TableName() string { return "contacts" }

// FullContact is a contact with its numbers.
type FullContact struct {
	Contact
	Numbers []string `gorm:"-"`
}

// Values gives the profile by field key.
func (c Contact) Values() map[string]string { return decode[map[string]string](c.Profile) }

// ContactUpdate says what of a contact changes; what is nil stays as it is.
type ContactUpdate struct {
	Kind       *string
	Name       *string
	Email      *string
	Profile    *string   // as EncodeProfile gives it
	CallerName *string   // the carrier's word
	Numbers    *[]string // E.164: all that the contact has then, in this order
}

func (u ContactUpdate) columns() columns {
	set := columns{}
	put(set, "kind", u.Kind)
	put(set, "name", u.Name)
	put(set, "email", u.Email)
	put(set, "profile", u.Profile)
	put(set, "caller_name", u.CallerName)
	return set
}

// ContactOfCaller finds the contact with this number or address, or makes a lead
// (IN-7). A caller who has neither becomes another anonymous lead every time.
func (t *Tx) ContactOfCaller(workspace string, who Caller, now Time) (FullContact, error) {
	c, err := t.callerContact(workspace, who)
	switch {
	case err == ErrNotFound:
		c.Contact = Contact{ID: NewID(), WorkspaceID: workspace, Kind: "lead", Profile: "{}", CreatedAt: now, CallerAddress: who.Address, CallerName: who.Name}
		return c, t.AddContact(c)
	case err != nil || who.Name == "" || who.Name == c.CallerName:
		return c, err
	}
	c.CallerName = who.Name
	return c, t.UpdateContact(workspace, c.ID, ContactUpdate{CallerName: &who.Name})
}

// callerContact finds a caller's contact. If there is none, what it gives has the
// caller's number only.
func (t *Tx) callerContact(workspace string, who Caller) (c FullContact, err error) {
	switch {
	case who.Number != "":
		c.Numbers = []string{who.Number}
		var id string
		if id, err = value[string](t.db, "SELECT contact_id FROM contact_numbers WHERE workspace_id = ? AND number = ?", workspace, who.Number); err == nil {
			c.Contact, err = find[Contact](t.db, "id = ?", id)
		}
	case who.Address != "":
		if c.Contact, err = find[Contact](t.db, "workspace_id = ? AND caller_address = ?", workspace, who.Address); err == nil {
			return t.Contact(workspace, c.ID) // perhaps of another that it was merged into
		}
	default:
		err = ErrNotFound
	}
	return c, err
}

// KnownNumber chooses one of the readings of a caller's number: the first that a
// contact or a block has, or simply the first if none has any. No reading gives "".
func (t *Tx) KnownNumber(workspace string, readings []string) (string, error) {
	if len(readings) == 0 {
		return "", nil
	}
	if len(readings) > 1 {
		var known []string
		err := t.db.Raw(`SELECT number FROM contact_numbers WHERE workspace_id = ? AND number IN ?
			UNION SELECT number FROM blocks WHERE workspace_id = ? AND number IN ?`, workspace, readings, workspace, readings).Scan(&known).Error
		if err != nil {
			return "", err
		}
		for _, n := range readings {
			if slices.Contains(known, n) {
				return n, nil
			}
		}
	}
	return readings[0], nil
}

// AddContact makes a contact with its numbers. A number of another contact gives
// ErrConflict.
func (t *Tx) AddContact(c FullContact) error {
	row := addedContact{Contact: c.Contact}
	row.SortName, row.Initial = sortName(c)
	if err := create(t.db, &row); err != nil {
		return err
	}
	if err := t.addNumbers(c.WorkspaceID, c.ID, c.Numbers); err != nil {
		return err
	}
	if err := writeContactTokens(t.db, c); err != nil {
		return err
	}
	return t.Changed(c.WorkspaceID, journal.TopicContact, c.ID)
}

// UpdateContact changes a contact; an empty update changes nothing. A number of
// another contact gives ErrConflict.
func (t *Tx) UpdateContact(workspace, id string, u ContactUpdate) error {
	set := u.columns()
	if len(set) == 0 && u.Numbers == nil {
		return nil
	}
	if len(set) > 0 {
		if err := gone(t.db.Model(&Contact{}).Where("workspace_id = ? AND id = ?", workspace, id).Updates(set)); err != nil {
			return err
		}
	}
	if u.Numbers != nil {
		if err := t.db.Where("workspace_id = ? AND contact_id = ?", workspace, id).Delete(&ContactNumber{}).Error; err != nil {
			return err
		}
		if err := t.addNumbers(workspace, id, *u.Numbers); err != nil {
			return err
		}
	}
	if err := t.indexContactAgain(workspace, id); err != nil {
		return err
	}
	return t.Changed(workspace, journal.TopicContact, id)
}

func (t *Tx) addNumbers(workspace, contact string, numbers []string) error {
	for i, n := range numbers {
		if err := create(t.db, &ContactNumber{WorkspaceID: workspace, Number: n, ContactID: contact, Position: i}); err != nil {
			return fmt.Errorf("number %s: %w", n, err)
		}
	}
	return nil
}

// NumberTaken gives the first of the numbers that belongs to another contact
// of the workspace than the given one, or "".
func (t *Tx) NumberTaken(workspace, contact string, numbers []string) (string, error) {
	var taken []ContactNumber
	err := t.db.Where("workspace_id = ? AND number IN ? AND contact_id <> ?", workspace, numbers, contact).
		Order("number").Limit(1).Find(&taken).Error
	if err != nil || len(taken) == 0 {
		return "", err
	}
	return taken[0].Number, nil
}

// EncodeProfile makes the stored form of profile values.
func EncodeProfile(values map[string]string) string {
	if values == nil {
		return "{}"
	}
	return encode(values)
}

func contactsByID(db *gorm.DB, workspace string, ids ...string) ([]FullContact, error) {
	var cs []Contact
	if err := db.Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&cs).Error; err != nil {
		return nil, err
	}
	return withNumbers(db, cs)
}

// contact finds a contact, or the one that it was merged into.
func contact(db *gorm.DB, workspace, id string) (FullContact, error) {
	var into string
	if err := db.Raw("SELECT merged_into FROM contacts WHERE id = ?", id).Scan(&into).Error; err != nil {
		return FullContact{}, err
	}
	if into != "" {
		return contact(db, workspace, into)
	}
	cs, err := contactsByID(db, workspace, id)
	if err == nil && len(cs) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return FullContact{}, err
	}
	return cs[0], nil
}

// withNumbers gives contacts their numbers.
func withNumbers(db *gorm.DB, cs []Contact) ([]FullContact, error) {
	ids := make([]string, len(cs))
	at := make(map[string]int, len(cs))
	full := make([]FullContact, len(cs))
	for i, c := range cs {
		ids[i], at[c.ID], full[i] = c.ID, i, FullContact{Contact: c, Numbers: []string{}}
	}
	var ns []ContactNumber
	if err := db.Where("contact_id IN ?", ids).Order("position").Find(&ns).Error; err != nil {
		return nil, err
	}
	for _, n := range ns {
		full[at[n.ContactID]].Numbers = append(full[at[n.ContactID]].Numbers, n.Number)
	}
	return full, nil
}

// Contact finds a contact of a workspace inside the transaction.
func (t *Tx) Contact(workspace, id string) (FullContact, error) {
	return contact(t.db, workspace, id)
}

// Contact finds a contact of a workspace.
func (s *Store) Contact(ctx context.Context, workspace, id string) (FullContact, error) {
	return contact(s.read.WithContext(ctx), workspace, id)
}

// ContactsByID finds several contacts of a workspace, by id.
func (s *Store) ContactsByID(ctx context.Context, workspace string, ids []string) (map[string]FullContact, error) {
	cs, err := contactsByID(s.read.WithContext(ctx), workspace, ids...)
	byID := make(map[string]FullContact, len(cs))
	for _, c := range cs {
		byID[c.ID] = c
	}
	return byID, err
}

// ContactFilter says which contacts to list.
type ContactFilter struct {
	Query  string // what is searched for; "" for everything
	ByName bool   // in the order of names; otherwise the newest first
	From   string // by name: the initial to begin with; "" for the first
	After  string // id of the last contact of the page before
	Limit  int
}

// Contacts lists a page of contacts.
func (s *Store) Contacts(ctx context.Context, workspace string, f ContactFilter) ([]FullContact, error) {
	read := s.read.WithContext(ctx)
	db := read.Where("workspace_id = ? AND merged_into = ''", workspace)
	if strings.TrimSpace(f.Query) != "" {
		ws, err := s.Workspace(ctx, workspace)
		if err != nil {
			return nil, err
		}
		query := parseSearch(f.Query, ws.Country)
		if query.Empty() {
			return nil, nil
		}
		f := fullTextOf(db)
		db = db.Where("search_doc IN (SELECT rowid FROM contact_tokens WHERE "+f.found("contact_tokens")+")", f.matchAll(query))
	}
	var cs []Contact
	if err := inOrder(db, f).Limit(f.Limit).Find(&cs).Error; err != nil {
		return nil, err
	}
	return withNumbers(read, cs)
}

// inOrder puts contacts in order and begins where a page begins.
func inOrder(db *gorm.DB, f ContactFilter) *gorm.DB {
	if !f.ByName {
		if f.After != "" {
			db = db.Where("id < ?", f.After)
		}
		return db.Order("id DESC")
	}
	if from, ok := search.SortFrom(f.From); ok {
		db = db.Where("sort_name >= ?", from)
	}
	if f.After != "" {
		db = db.Where("(sort_name, id) > (SELECT sort_name, id FROM contacts WHERE id = ?)", f.After)
	}
	return db.Order("sort_name, id")
}

// Initial is how many contacts stand under one initial.
type Initial struct {
	Initial string
	Count   int
}

// Initials counts the contacts by initial, in the order of the initials.
func (s *Store) Initials(ctx context.Context, workspace string) ([]Initial, error) {
	var is []Initial
	err := s.read.WithContext(ctx).Raw("SELECT initial, COUNT(*) AS count FROM contacts WHERE workspace_id = ? AND merged_into = '' GROUP BY initial", workspace).
		Scan(&is).Error
	slices.SortFunc(is, func(a, b Initial) int {
		x, _ := search.SortFrom(a.Initial)
		y, _ := search.SortFrom(b.Initial)
		return strings.Compare(x, y)
	})
	return is, err
}
