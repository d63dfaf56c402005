package memstore

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"ringdesk/models"
)

// noSettings is a JSON object that leaves everything to its default.
const noSettings = "{}"

func (t *Tx) Number(number string) (models.Number, models.Workspace, error) {
	id, there := t.numberIDs[number]
	if !there {
		return models.Number{}, models.Workspace{}, models.ErrNotFound
	}
	n := t.numbers[id]
	return n, t.workspaces[n.WorkspaceID], nil
}

func (t *Tx) Workspace(id string) (models.Workspace, error) {
	w, there := t.workspaces[id]
	if !there {
		return w, models.ErrNotFound
	}
	return w, nil
}

func (t *Tx) TrunkIDs(workspace string) ([]string, error) {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(t.trunks)) {
		if t.trunks[id].WorkspaceID == workspace {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func (t *Tx) RoutingOf(number string) (workspaceJSON, teamJSON, numberJSON string, err error) {
	n, there := t.numbers[number]
	if !there {
		return "", "", "", models.ErrNotFound
	}
	w := t.workspaces[n.WorkspaceID]
	team := t.teams[cmp.Or(teamOf(n.Settings), teamOf(w.Settings))]
	if team.WorkspaceID != w.ID {
		team = models.Team{}
	}
	return cmp.Or(w.Settings, noSettings), cmp.Or(team.Settings, noSettings), cmp.Or(n.Settings, noSettings), nil
}

func teamOf(settings string) string {
	var s struct {
		Team string `json:"team"`
	}
	if json.Unmarshal([]byte(settings), &s) != nil {
		return ""
	}
	return s.Team
}

func (t *Tx) KnownNumber(workspace string, readings []string) (string, error) {
	if len(readings) == 0 {
		return "", nil
	}
	for _, n := range readings {
		key := numberKey{workspace, n}
		if _, blocked := t.blocks[key]; blocked || t.contactOf[key] != "" {
			return n, nil
		}
	}
	return readings[0], nil
}

func (t *Tx) ContactOfCaller(workspace string, who models.Caller, now models.Time) (models.FullContact, error) {
	c := models.FullContact{}
	var id string
	switch {
	case who.Number != "":
		c.Numbers = []string{who.Number}
		id = t.contactOf[numberKey{workspace, who.Number}]
	case who.Address != "":
		id = t.addressOf[numberKey{workspace, who.Address}]
	}
	if id == "" {
		c.Contact = models.Contact{ID: t.newID(), WorkspaceID: workspace, Kind: "lead", Profile: "{}", CreatedAt: now, CallerAddress: who.Address, CallerName: who.Name}
		return c, t.addContact(c)
	}
	row := t.contacts[id]
	if who.Name != "" && who.Name != row.CallerName {
		change(t, row).CallerName = who.Name
	}
	c.Contact = *row
	return c, nil
}

func (t *Tx) addContact(c models.FullContact) error {
	if t.contacts[c.ID] != nil {
		return t.fails(models.ErrConflict)
	}
	if _, there := t.workspaces[c.WorkspaceID]; !there {
		return t.fails(errReference)
	}
	contact := c.Contact
	put(t, t.contacts, c.ID, &contact)
	if c.CallerAddress != "" && t.addressOf[numberKey{c.WorkspaceID, c.CallerAddress}] == "" {
		put(t, t.addressOf, numberKey{c.WorkspaceID, c.CallerAddress}, c.ID)
	}
	for _, n := range c.Numbers {
		key := numberKey{c.WorkspaceID, n}
		if t.contactOf[key] != "" {
			return t.fails(models.ErrConflict)
		}
		put(t, t.contactOf, key, c.ID)
	}
	put(t, t.numbersOf, c.ID, slices.Clone(c.Numbers))
	return nil
}

func (t *Tx) Contact(workspace, id string) (models.FullContact, error) {
	c := t.contacts[id]
	if c == nil || c.WorkspaceID != workspace {
		return models.FullContact{}, models.ErrNotFound
	}
	return models.FullContact{Contact: *c, Numbers: append([]string{}, t.numbersOf[id]...)}, nil
}

func (t *Tx) AddConversation(c models.Conversation) error {
	if t.conversations[c.ID] != nil {
		return t.fails(models.ErrConflict)
	}
	if _, there := t.workspaces[c.WorkspaceID]; !there || t.contacts[c.ContactID] == nil {
		return t.fails(errReference)
	}
	put(t, t.conversations, c.ID, &c)
	return nil
}

// Conversation finds a conversation of a workspace.
func (t *Tx) Conversation(workspace, id string) (models.Conversation, error) {
	c := t.conversations[id]
	if c == nil || c.WorkspaceID != workspace {
		return models.Conversation{}, models.ErrNotFound
	}
	return *c, nil
}

func (t *Tx) TagConversation(_, conversation, tag string) error {
	switch {
	case t.conversations[conversation] == nil:
		return t.fails(errReference)
	case !slices.Contains(t.tags[conversation], tag):
		put(t, t.tags, conversation, append(slices.Clip(t.tags[conversation]), tag))
	}
	return nil
}

func (t *Tx) Blocked(workspace, number string, now time.Time) (bool, error) {
	b, there := t.blocks[numberKey{workspace, number}]
	return there && number != "" && (b.UntilAt.IsZero() || b.UntilAt.After(models.At(now).Time)), nil
}

// AddAudit keeps nothing: no call reads the audit log.
func (t *Tx) AddAudit(models.AuditEntry, []models.AuditChange) error { return nil }

func (t *Tx) Block(b models.Block) error {
	if b.Number == "" {
		return fmt.Errorf("a withheld number cannot be blocked: %w", models.ErrNumber)
	}
	if _, there := t.workspaces[b.WorkspaceID]; !there {
		return t.fails(errReference)
	}
	key := numberKey{b.WorkspaceID, b.Number}
	if was, there := t.blocks[key]; there {
		b.ID = was.ID
		if was.UntilAt.IsZero() || was.UntilAt.After(b.UntilAt.Time) && !b.UntilAt.IsZero() {
			b.UntilAt = was.UntilAt
		}
	}
	put(t, t.blocks, key, b)
	return nil
}
