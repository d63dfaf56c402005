package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// NewWorkspace is a workspace that is to be made.
type NewWorkspace struct {
	Name     string
	Country  string // ISO 3166-1 alpha-2
	TimeZone string // IANA name
	Language string // ko or en, of the desk of those who are invited; "" means ko
}

// AddWorkspace makes a workspace with its owner. It gives its id, and says
// whether the owner keeps an account that they had.
func (p *People) AddWorkspace(ctx context.Context, by verb.By, w NewWorkspace, who Person) (id string, kept bool, err error) {
	err = p.Store.Tx(ctx, func(tx *models.Tx) error {
		id, kept, err = AddWorkspace(tx, by, w, who, models.At(p.Now()))
		return err
	})
	return id, kept, err
}

// AddWorkspace is the verb inside a transaction that makes more than a
// workspace. How long calls ring and wait is left to the settings' defaults.
func AddWorkspace(tx *models.Tx, by verb.By, w NewWorkspace, who Person, now models.Time) (id string, kept bool, err error) {
	if err := checkZone(w.TimeZone); err != nil {
		return "", false, err
	}
	id = models.NewID()
	if err := tx.AddWorkspace(models.Workspace{ID: id, Name: w.Name, Country: w.Country, TimeZone: w.TimeZone, Language: w.Language, CreatedAt: now}); err != nil {
		return "", false, err
	}
	fields := audit.Fields{"name": w.Name, "country": w.Country, "timeZone": w.TimeZone}
	if err := audit.Write(tx, by, id, now.Time, audit.Entry{Action: audit.Created, Kind: audit.Workspace, ID: id, Name: w.Name, Changes: audit.Diff(nil, fields)}); err != nil {
		return "", false, err
	}
	who.Role = owner
	kept, err = Add(tx, by, id, who, now)
	return id, kept, err
}

// WorkspaceChange is what is to be different about a workspace; what is nil stays.
type WorkspaceChange struct {
	Name, Language, Country, TimeZone *string
}

// ChangeWorkspace changes a workspace itself.
func (p *People) ChangeWorkspace(ctx context.Context, by verb.By, workspace string, c WorkspaceChange) error {
	name, err := trimmed(c.Name)
	if err != nil {
		return err
	}
	if c.TimeZone != nil {
		if err := checkZone(*c.TimeZone); err != nil {
			return err
		}
	}
	if c.Country != nil && !models.KnownCountry(*c.Country) {
		return verb.Refuse(verb.Invalid, "country", "There is no country %q: give two capital letters, such as KR.", verb.Short(*c.Country)).Because(reason.BadSetting, "text", fmt.Sprintf("There is no country %q.", verb.Short(*c.Country)))
	}
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		before, err := workspaceFields(tx, workspace)
		if err != nil {
			return err
		}
		if err := tx.UpdateWorkspace(workspace, models.WorkspaceUpdate{Name: name, Language: c.Language, Country: c.Country, TimeZone: c.TimeZone}); err != nil {
			return err
		}
		after, err := workspaceFields(tx, workspace)
		if err != nil {
			return err
		}
		e := audit.Entry{Action: audit.Changed, Kind: audit.Workspace, ID: workspace, Changes: audit.Diff(before, after)}
		e.Name, _ = after["name"].(string)
		return p.note(tx, by, workspace, e)
	})
}

// workspaceFields are what the audit log tells of a workspace.
func workspaceFields(tx *models.Tx, workspace string) (audit.Fields, error) {
	w, err := tx.Workspace(workspace)
	return audit.Fields{"name": w.Name, "language": w.Language, "country": w.Country, "timeZone": w.TimeZone}, err
}

func checkZone(name string) error {
	_, err := time.LoadLocation(name)
	if err == nil && (name == "" || name == "Local") { // the machine's own says nothing
		err = errors.New("it is no name of a zone")
	}
	if err != nil {
		return verb.Refuse(verb.Invalid, "timeZone", "The time zone %q cannot be read (%s): write a name such as Asia/Seoul.", verb.Short(name), verb.Short(err.Error())).Because(reason.BadTimeZone, "zone", verb.Short(name))
	}
	return nil
}

// WorkspaceThere refuses a workspace that there is not, and says which there are.
func WorkspaceThere(tx *models.Tx, id string) error {
	_, err := tx.Workspace(id)
	if !errors.Is(err, models.ErrNotFound) {
		return err
	}
	ws, err := tx.Workspaces()
	if err != nil {
		return err
	}
	known := "there is none yet: make one with `ringdesk admin workspace`"
	if len(ws) > 0 {
		var names []string
		for _, w := range ws {
			names = append(names, fmt.Sprintf("%s (%s)", w.ID, w.Name))
		}
		known = "there is " + strings.Join(names, ", ")
	}
	return verb.Refuse(verb.Invalid, "workspace", "There is no workspace with the id %q; %s.", id, known).Because(reason.NoWorkspace)
}
