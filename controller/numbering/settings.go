package numbering

import (
	"context"
	"encoding/json"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/people"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// SetSettings replaces how a workspace's calls are handled; settings are the
// JSON of dialplan.Settings.
func (n *Numbering) SetSettings(ctx context.Context, by verb.By, workspace, settings string) error {
	return n.Store.Tx(ctx, func(tx *models.Tx) error {
		w, err := tx.Workspace(workspace)
		if err != nil {
			return err
		}
		text, err := people.CheckSettings(tx, workspace, "", w.Settings, settings)
		if err != nil {
			return err
		}
		if err := tx.SetWorkspaceSettings(workspace, text); err != nil {
			return err
		}
		changes := audit.Diff(audit.Fields{"settings": audit.Settings(w.Settings)}, audit.Fields{"settings": audit.Settings(text)})
		return n.note(tx, by, workspace, audit.Entry{Action: audit.Changed, Kind: audit.Workspace, ID: workspace, Name: w.Name, Changes: changes})
	})
}

// ScopeKind is whose settings are meant.
type ScopeKind string

// The kinds of scopes.
const (
	OfWorkspace ScopeKind = "workspace"
	OfTeam      ScopeKind = "team"
	OfNumber    ScopeKind = "number"
)

// Scope says whose settings are meant: the workspace's, or those of a team or
// number by its id.
type Scope struct {
	Kind ScopeKind
	ID   string
}

// SwitchHours switches operation on or off by hand (IN-10) until the hours that
// hold there change next. It gives what was switched.
func (n *Numbering) SwitchHours(ctx context.Context, by verb.By, s Scope, open bool) (made dialplan.Override, err error) {
	err = n.Store.Tx(ctx, func(tx *models.Tx) error {
		at, err := s.find(tx, by.Workspace)
		if err != nil {
			return err
		}
		made = at.layers.Merge().Hours.Switch(open, n.Now(), at.zone)
		made.By = by.Agent
		return n.override(tx, by, at, &made)
	})
	return made, err
}

// ResetHours takes back what was switched by hand.
func (n *Numbering) ResetHours(ctx context.Context, by verb.By, workspace string, s Scope) error {
	return n.Store.Tx(ctx, func(tx *models.Tx) error {
		at, err := s.find(tx, workspace)
		if err != nil {
			return err
		}
		return n.override(tx, by, at, nil)
	})
}

// place is a scope that was found: its settings, and those behind them whose
// hours hold where it has none.
type place struct {
	Scope
	workspace string
	name      string
	zone      *time.Location
	layers    dialplan.Layers
}

func (s Scope) find(tx *models.Tx, workspace string) (place, error) {
	at := place{Scope: s, workspace: workspace}
	w, err := tx.Workspace(workspace)
	if err != nil {
		return at, err
	}
	if at.zone, err = time.LoadLocation(w.TimeZone); err != nil {
		return at, err
	}
	var number, team string
	at.name = w.Name
	switch s.Kind {
	case OfTeam:
		t, err := tx.Team(workspace, s.ID)
		if err != nil {
			return at, verb.Missing(err, people.UnknownTeam, reason.NoTeam)
		}
		team, at.name = t.Settings, t.Name
	case OfNumber:
		row, err := tx.NumberByID(workspace, s.ID)
		if err != nil {
			return at, verb.Missing(err, UnknownNumber, reason.NoNumber)
		}
		at.name = row.Number
		if _, team, number, err = tx.RoutingOf(s.ID); err != nil {
			return at, err
		}
	case OfWorkspace:
		if s.ID != "" {
			return at, verb.Refuse(verb.Invalid, "id", "id goes with the scopes team and number only: leave it out.").Because(reason.Malformed)
		}
	}
	at.layers, err = dialplan.ParseLayers(number, team, w.Settings)
	return at, err
}

// own are the settings that the scope names.
func (at *place) own() *dialplan.Settings {
	switch at.Kind {
	case OfTeam:
		return &at.layers.Team
	case OfNumber:
		return &at.layers.Number
	default:
		return &at.layers.Workspace
	}
}

// override changes what is switched by hand, and writes that down.
func (n *Numbering) override(tx *models.Tx, by verb.By, at place, to *dialplan.Override) error {
	before, err := json.Marshal(at.own().Override)
	if err != nil {
		return err
	}
	after, err := json.Marshal(to)
	if err != nil {
		return err
	}
	if err := at.setOverride(tx, to); err != nil {
		return err
	}
	e := audit.Entry{Action: audit.Changed, Kind: audit.Workspace, ID: at.workspace, Name: at.name}
	switch at.Kind {
	case OfTeam:
		e.Kind, e.ID = audit.Team, at.ID
	case OfNumber:
		e.Kind, e.ID = audit.Number, at.ID
	}
	e.Changes = audit.Diff(audit.Fields{"override": json.RawMessage(before)}, audit.Fields{"override": json.RawMessage(after)})
	return n.note(tx, by, at.workspace, e)
}

func (at *place) setOverride(tx *models.Tx, o *dialplan.Override) error {
	own := at.own()
	own.Override = o
	text, err := json.Marshal(own)
	if err != nil {
		return err
	}
	switch at.Kind {
	case OfTeam:
		return tx.SetTeamSettings(at.workspace, at.ID, string(text))
	case OfNumber:
		return tx.SetNumberSettings(at.workspace, at.ID, string(text))
	default:
		return tx.SetWorkspaceSettings(at.workspace, string(text))
	}
}
