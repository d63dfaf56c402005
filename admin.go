package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"ringdesk/api"
	"ringdesk/configs"
	"ringdesk/models"
)

// adminCmd changes the database directly, so that a first owner can be made
// and a lost password replaced. It may be used while ringdesk runs.
type adminCmd struct {
	Workspace workspaceCmd `cmd:"" help:"Make a workspace with its owner; prints the owner's password."`
	Agent     agentCmd     `cmd:"" help:"Add an agent to a workspace; prints the password."`
	Number    numberCmd    `cmd:"" help:"Add a trunk's business number to a workspace."`
	Key       keyCmd       `cmd:"" help:"Make an API key; prints its secret once."`
	Refused   refusedCmd   `cmd:"" help:"List calls that no workspace took, such as to unknown numbers."`
}

type workspaceCmd struct {
	Name     string `arg:"" help:"The business's name."`
	Owner    string `arg:"" help:"The owner's e-mail address."`
	TimeZone string `default:"Asia/Seoul" help:"IANA time zone."`
}

func (c workspaceCmd) Run(s configs.Settings) error {
	if _, err := time.LoadLocation(c.TimeZone); err != nil {
		return usageError{fmt.Errorf("time zone %q: %w; write a name such as Asia/Seoul", c.TimeZone, err)}
	}
	owner, err := newPerson(c.Owner, "Owner", "owner", true)
	if err != nil {
		return err
	}
	ws := models.Workspace{ID: models.NewID(), Name: c.Name, Country: s.Country, TimeZone: c.TimeZone,
		RingSeconds: defaultRing, QueueSeconds: defaultQueue, CreatedAt: models.At(time.Now())}
	err = change(s, func(_ context.Context, tx *models.Tx) error {
		if err := tx.AddWorkspace(ws); err != nil {
			return err
		}
		return addPerson(tx, ws.ID, owner, "ko", ws.CreatedAt)
	})
	if err != nil {
		return err
	}
	say("workspace %s\nowner     %s   %s", ws.ID, owner.Email, owner.Password)
	return nil
}

type agentCmd struct {
	Workspace string `arg:"" help:"The workspace's id."`
	Email     string `arg:"" help:"E-mail address."`
	Name      string `arg:"" help:"Name."`
	Role      string `enum:"owner,admin,agent" default:"agent" help:"owner, admin or agent."`
	Seat      bool   `default:"true" negatable:"" help:"Operator seat: may take calls."`
}

func (c agentCmd) Run(s configs.Settings) error {
	p, err := newPerson(c.Email, c.Name, c.Role, c.Seat)
	if err != nil {
		return err
	}
	err = change(s, func(_ context.Context, tx *models.Tx) error {
		return addPerson(tx, c.Workspace, p, "ko", models.At(time.Now()))
	})
	if err == nil {
		say("%s   %s   %s", c.Role, p.Email, p.Password)
	}
	return err
}

type numberCmd struct {
	Workspace string   `arg:"" help:"The workspace's id."`
	Number    string   `arg:"" help:"The telephone number."`
	Hosts     []string `arg:"" help:"Addresses that the carrier's calls come from."`
	Label     string   `default:"" help:"What agents see beside the number."`
	Record    bool     `default:"true" negatable:"" help:"Record its calls."`
}

func (c numberCmd) Run(s configs.Settings) error {
	e164, err := models.E164(c.Number, s.Country)
	if err != nil {
		return usageError{fmt.Errorf("%q: %w", c.Number, err)}
	}
	now := models.At(time.Now())
	trunk := models.Trunk{ID: models.NewID(), WorkspaceID: c.Workspace, Name: strings.Join(c.Hosts, ", "), CreatedAt: now}
	err = change(s, func(_ context.Context, tx *models.Tx) error {
		if err := tx.AddTrunk(trunk, c.Hosts); err != nil {
			return err
		}
		return tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: c.Workspace, TrunkID: trunk.ID, Number: e164, Label: c.Label, Record: c.Record, CreatedAt: now})
	})
	if err == nil {
		say("%s is added. A ringdesk that runs gives its trunk to the phone system when it next connects to it, and at once when the number is\n"+
			"added over the API instead (POST /trunks, then POST /numbers)", e164)
	}
	return err
}

type keyCmd struct {
	Workspace string `arg:"" help:"The workspace's id."`
	Name      string `arg:"" help:"What it is for."`
}

func (c keyCmd) Run(s configs.Settings) error {
	key, secret := "rd_"+strings.ToLower(rand.Text()[:16]), newSecret()+"-"+newSecret()
	err := change(s, func(_ context.Context, tx *models.Tx) error {
		return tx.AddAPIKey(apiKey(c.Workspace, c.Name, key, secret, models.At(time.Now())))
	})
	if err == nil {
		say("x-access-key: %s\nx-access-secret: %s", key, secret)
	}
	return err
}

type refusedCmd struct {
	Hours int `default:"24" help:"How far back to look."`
}

// Run helps whoever wonders where a carrier's calls have gone (MISS-1,
// unregisteredNumber).
func (c refusedCmd) Run(s configs.Settings) error {
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{err}
	}
	es, err := store.RefusedSince(context.Background(), time.Now().Add(-time.Duration(c.Hours)*time.Hour), 1000)
	for _, e := range es {
		say("%s  %s", e.At.Local().Format(time.DateTime), e.Data)
	}
	if err == nil && len(es) == 0 {
		say("no call was refused in the last %d hours", c.Hours)
	}
	return errors.Join(err, store.Close())
}

func newPerson(email, name, role string, seat bool) (person, error) {
	if !strings.Contains(email, "@") {
		return person{}, usageError{fmt.Errorf("%q is no e-mail address", email)}
	}
	p := person{login: login{strings.ToLower(email), newSecret()}, name: name, role: role, seat: seat}
	var err error
	p.hash, err = api.HashPassword(p.Password)
	return p, err
}

func change(s configs.Settings, do func(context.Context, *models.Tx) error) error {
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{err}
	}
	ctx := context.Background()
	err = store.Tx(ctx, func(tx *models.Tx) error { return do(ctx, tx) })
	if errors.Is(err, models.ErrConflict) {
		err = usageError{fmt.Errorf("it exists already: %w", err)}
	}
	return errors.Join(err, store.Close())
}
