package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/durable"
	"ringdesk/controller/numbering"
	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// login is one person's way in.
type login struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

// demo is what the demo file tells: the only place where the generated
// passwords stand in clear.
type demo struct {
	URL          string  `json:"url"`
	Owner        login   `json:"owner"`
	Agents       []login `json:"agents"`
	AccessKey    string  `json:"accessKey"`
	AccessSecret string  `json:"accessSecret"`
	SIP          string  `json:"sip"`
	Number       string  `json:"number"`
}

const demoNumber = "07076660001"

// demoPerMinute is how often programs may ask with the demo's API key in a minute.
const demoPerMinute = 6000

// loadDemo reads the demo file.
func loadDemo(s configs.Settings) (demo, error) {
	var d demo
	text, err := os.ReadFile(s.DemoFile())
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(text, &d)
}

// ensureDemo makes the demo workspace in an empty database, and keeps the
// demo file's addresses true.
func ensureDemo(ctx context.Context, s configs.Settings, store *models.Store) (d demo, is demoState, err error) {
	n, err := store.CountWorkspaces(ctx)
	if err != nil {
		return d, noDemo, err
	}
	is = oldDemo
	if n == 0 {
		is = newDemo
		store.AllowLocalTrunks() // the demo's carrier is this machine
		if d, err = makeDemo(ctx, s, store); err != nil {
			return d, noDemo, fmt.Errorf("the demo workspace cannot be made: %w", err)
		}
	} else if d, err = loadDemo(s); errors.Is(err, os.ErrNotExist) {
		return d, noDemo, nil
	} else if err != nil {
		return d, noDemo, fmt.Errorf("%s cannot be read: %w", s.DemoFile(), err)
	}
	return d, is, d.write(s)
}

// demoState says whether an installation has a demo workspace.
type demoState int

const (
	noDemo  demoState = iota
	oldDemo           // its logins were shown at an earlier start
	newDemo
)

// write writes the demo file with the addresses of now.
func (d *demo) write(s configs.Settings) error {
	d.URL, d.SIP = s.OwnURL(), s.SIP.Address
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return durable.Replace(s.DemoFile(), append(text, '\n'), 0o600)
}

// staff are who works in the demo workspace besides its owner.
var staff = []struct{ email, name string }{
	{"mina@demo.ringdesk.example", "김민아 Mina Kim"}, {"alex@demo.ringdesk.example", "Alex Park"},
}

func makeDemo(ctx context.Context, s configs.Settings, store *models.Store) (demo, error) {
	d := demo{Number: demoNumber}
	owner, password, err := people.NewPerson("owner@demo.ringdesk.example", "Olivia Owner", "en", "owner", false)
	if err != nil {
		return d, err
	}
	d.Owner = login{owner.Email, password}
	agents := make([]people.Person, len(staff))
	for i, a := range staff {
		if agents[i], password, err = people.NewPerson(a.email, a.name, "en", "agent", true); err != nil {
			return d, err
		}
		d.Agents = append(d.Agents, login{a.email, password})
	}
	err = store.Tx(ctx, func(tx *models.Tx) error { return d.fill(tx, s, owner, agents) })
	return d, err
}

// fill makes the demo workspace with all that is in it, and writes the demo
// file before the commit: nobody must be left with passwords that stand nowhere.
func (d *demo) fill(tx *models.Tx, s configs.Settings, owner people.Person, agents []people.Person) error {
	now := models.At(time.Now())
	ws, _, err := people.AddWorkspace(tx, verb.Operator, people.NewWorkspace{Name: "Demo", Country: s.Calls.Country, TimeZone: "Asia/Seoul"}, owner, now)
	if err != nil {
		return err
	}
	for _, a := range agents {
		if _, err := people.Add(tx, verb.Operator, ws, a, now); err != nil {
			return err
		}
	}
	for i, f := range [][2]string{{"company", "Company"}, {"plan", "Plan"}, {"city", "City"}} {
		if err := tx.AddProfileField(models.ProfileField{ID: models.NewID(), WorkspaceID: ws, FieldKey: f[0], Label: f[1], Position: i}); err != nil {
			return err
		}
	}
	trunk, err := numbering.AddTrunk(tx, verb.Operator, ws, numbering.TrunkChange{Name: new("This machine"), Hosts: &[]string{"127.0.0.1"}}, now)
	if err != nil {
		return err
	}
	number, err := models.E164(demoNumber, "KR")
	if err != nil {
		return err
	}
	if _, err := numbering.AddNumber(tx, verb.Operator, ws, number, numbering.NumberChange{TrunkID: &trunk.ID, Label: new("Support")}, now); err != nil {
		return err
	}
	key, err := people.AddKey(tx, verb.Operator, ws, people.KeyChange{Name: new("demo"), PerMinute: new(demoPerMinute)}, now)
	if err != nil {
		return err
	}
	d.AccessKey, d.AccessSecret = key.AccessKey, key.Secret
	return d.write(s)
}
