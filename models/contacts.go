package models

import (
	"context"
	"fmt"
	"strings"
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
}

// ContactNumber is a telephone number of a contact; a number belongs to at
// most one contact of a workspace.
type ContactNumber struct {
	WorkspaceID string `gorm:"primaryKey"`
	Number      string `gorm:"primaryKey"` // E.164
	ContactID   string
	Position    int
}

// ProfileField is a field that the workspace keeps of its contacts. The first
// three by position stand in the ring box (IN-1).
type ProfileField struct {
	ID          string `gorm:"primaryKey"`
	WorkspaceID string
	FieldKey    string
	Label       string
	Position    int
}

// FullContact is a contact with its numbers.
type FullContact struct {
	Contact
	Numbers []string `gorm:"-"`
}

// Values gives the profile by field key.
func (c Contact) Values() map[string]string { return decode[map[string]string](c.Profile) }

// ContactOfCaller finds the contact with this number, or makes a lead
// (IN-7). An empty number makes an anonymous lead every time.
func (t *Tx) ContactOfCaller(workspace, number string, now Time) (FullContact, error) {
	if number != "" {
		n, err := one[ContactNumber](t.db, "workspace_id = ? AND number = ?", workspace, number)
		if err == nil {
			c, err := one[Contact](t.db, "id = ?", n.ContactID)
			return FullContact{Contact: c, Numbers: []string{number}}, err
		}
		if err != ErrNotFound {
			return FullContact{}, err
		}
	}
	c := FullContact{Contact: Contact{ID: NewID(), WorkspaceID: workspace, Kind: "lead", Profile: "{}", CreatedAt: now}}
	if number != "" {
		c.Numbers = []string{number}
	}
	return c, t.SaveContact(c, true)
}

// SaveContact writes a contact and its numbers. A number of another contact
// gives ErrConflict.
func (t *Tx) SaveContact(c FullContact, isNew bool) error {
	if isNew {
		if err := create(t.db, &c.Contact); err != nil {
			return err
		}
	} else {
		if err := t.db.Model(&Contact{}).Where("id = ? AND workspace_id = ?", c.ID, c.WorkspaceID).
			Select("kind", "name", "email", "profile").Updates(&c.Contact).Error; err != nil {
			return err
		}
		if err := t.db.Where("contact_id = ?", c.ID).Delete(&ContactNumber{}).Error; err != nil {
			return err
		}
	}
	for i, n := range c.Numbers {
		if err := create(t.db, &ContactNumber{WorkspaceID: c.WorkspaceID, Number: n, ContactID: c.ID, Position: i}); err != nil {
			return fmt.Errorf("number %s: %w", n, err)
		}
	}
	return t.Changed(c.WorkspaceID, "contact", c.ID)
}

// EncodeProfile makes the stored form of profile values.
func EncodeProfile(values map[string]string) string {
	if values == nil {
		return "{}"
	}
	return encode(values)
}

// Contact finds a contact of a workspace.
func (s *Store) Contact(ctx context.Context, workspace, id string) (FullContact, error) {
	cs, err := s.ContactsByID(ctx, workspace, []string{id})
	if err != nil {
		return FullContact{}, err
	}
	c, ok := cs[id]
	if !ok {
		return FullContact{}, ErrNotFound
	}
	return c, nil
}

// ContactsByID finds several contacts of a workspace.
func (s *Store) ContactsByID(ctx context.Context, workspace string, ids []string) (map[string]FullContact, error) {
	var cs []Contact
	if err := s.read.WithContext(ctx).Where("workspace_id = ? AND id IN ?", workspace, ids).Find(&cs).Error; err != nil {
		return nil, err
	}
	full, err := s.withNumbers(ctx, cs)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]FullContact, len(full))
	for _, c := range full {
		byID[c.ID] = c
	}
	return byID, nil
}

// Contacts lists a page of contacts, newest first: those older than the
// contact with id before ("" for the first page) whose name, e-mail address or number has
// the text q in it.
func (s *Store) Contacts(ctx context.Context, workspace, q, before string, limit int) ([]FullContact, error) {
	db := s.read.WithContext(ctx).Where("workspace_id = ?", workspace)
	if before != "" {
		db = db.Where("id < ?", before)
	}
	if q = strings.TrimSpace(q); q != "" {
		like := "%" + escapeLike(q) + "%"
		digits := "%" + strings.TrimLeft(onlyDigits(q), "0") + "%"
		if digits == "%%" {
			digits = "-"
		}
		db = db.Where(`(name LIKE ? ESCAPE '\' OR email LIKE ? ESCAPE '\' OR id IN
			(SELECT contact_id FROM contact_numbers WHERE workspace_id = ? AND number LIKE ?))`, like, like, workspace, digits)
	}
	var cs []Contact
	if err := db.Order("id DESC").Limit(limit).Find(&cs).Error; err != nil {
		return nil, err
	}
	return s.withNumbers(ctx, cs)
}

func (s *Store) withNumbers(ctx context.Context, cs []Contact) ([]FullContact, error) {
	ids := make([]string, len(cs))
	at := make(map[string]int, len(cs))
	full := make([]FullContact, len(cs))
	for i, c := range cs {
		ids[i], at[c.ID], full[i] = c.ID, i, FullContact{Contact: c, Numbers: []string{}}
	}
	var ns []ContactNumber
	if err := s.read.WithContext(ctx).Where("contact_id IN ?", ids).Order("position").Find(&ns).Error; err != nil {
		return nil, err
	}
	for _, n := range ns {
		full[at[n.ContactID]].Numbers = append(full[at[n.ContactID]].Numbers, n.Number)
	}
	return full, nil
}

// ProfileFields lists the workspace's fields in their order.
func (s *Store) ProfileFields(ctx context.Context, workspace string) ([]ProfileField, error) {
	var fs []ProfileField
	return fs, s.read.WithContext(ctx).Where("workspace_id = ?", workspace).Order("position, id").Find(&fs).Error
}

// AddProfileField makes a profile field.
func (t *Tx) AddProfileField(f ProfileField) error { return create(t.db, &f) }

func escapeLike(q string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(q)
}

func onlyDigits(q string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, q)
}
