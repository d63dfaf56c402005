package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"ringdesk/api"
	"ringdesk/configs"
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
// demo file's addresses true. ok is false in an installation without a demo.
func ensureDemo(ctx context.Context, s configs.Settings, store *models.Store) (d demo, ok bool, err error) {
	n, err := store.CountWorkspaces(ctx)
	if err != nil {
		return d, false, err
	}
	if n == 0 {
		if d, err = makeDemo(ctx, s, store); err != nil {
			return d, false, fmt.Errorf("the demo workspace cannot be made: %w", err)
		}
	} else if d, err = loadDemo(s); errors.Is(err, os.ErrNotExist) {
		return d, false, nil
	} else if err != nil {
		return d, false, fmt.Errorf("%s cannot be read: %w", s.DemoFile(), err)
	}
	return d, true, d.write(s)
}

// write writes the demo file with the addresses of now.
func (d *demo) write(s configs.Settings) error {
	d.URL, d.SIP = "http://"+s.HTTP, s.SIP
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return writeSecret(s.DemoFile(), append(text, '\n'))
}

func writeSecret(file string, text []byte) error {
	if err := os.WriteFile(file+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// newSecret makes a password of 120 random bits in four groups, which a
// person can type.
func newSecret() string {
	t := strings.ToLower(rand.Text()[:24])
	return t[:6] + "-" + t[6:12] + "-" + t[12:18] + "-" + t[18:]
}

func makeDemo(ctx context.Context, s configs.Settings, store *models.Store) (demo, error) {
	d := demo{
		Owner:     login{"owner@demo.ringdesk.example", newSecret()},
		Agents:    []login{{"mina@demo.ringdesk.example", newSecret()}, {"alex@demo.ringdesk.example", newSecret()}},
		AccessKey: "rd_" + strings.ToLower(rand.Text()[:16]), AccessSecret: newSecret() + "-" + newSecret(),
		Number: demoNumber,
	}
	number, err := models.E164(demoNumber, "KR")
	if err != nil {
		return d, err
	}
	people := []person{
		{login: d.Owner, name: "Olivia Owner", role: "owner"},
		{login: d.Agents[0], name: "김민아 Mina Kim", role: "agent", seat: true},
		{login: d.Agents[1], name: "Alex Park", role: "agent", seat: true},
	}
	for i := range people {
		if people[i].hash, err = api.HashPassword(people[i].Password); err != nil {
			return d, err
		}
	}
	now := models.At(time.Now())
	err = store.Tx(ctx, func(tx *models.Tx) error {
		ws := models.Workspace{ID: models.NewID(), Name: "Demo", Country: s.Country, TimeZone: "Asia/Seoul",
			RingSeconds: defaultRing, QueueSeconds: defaultQueue, CreatedAt: now}
		if err := tx.AddWorkspace(ws); err != nil {
			return err
		}
		for _, p := range people {
			if err := addPerson(tx, ws.ID, p, "en", now); err != nil {
				return err
			}
		}
		for i, f := range [][2]string{{"company", "Company"}, {"plan", "Plan"}, {"city", "City"}} {
			if err := tx.AddProfileField(models.ProfileField{ID: models.NewID(), WorkspaceID: ws.ID, FieldKey: f[0], Label: f[1], Position: i}); err != nil {
				return err
			}
		}
		trunk := models.Trunk{ID: models.NewID(), WorkspaceID: ws.ID, Name: "This machine", CreatedAt: now}
		if err := tx.AddTrunk(trunk, []string{"127.0.0.1"}); err != nil {
			return err
		}
		if err := tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: ws.ID, TrunkID: trunk.ID, Number: number,
			Label: "Support", Record: true, CreatedAt: now}); err != nil {
			return err
		}
		if err := tx.AddAPIKey(apiKey(ws.ID, "demo", d.AccessKey, d.AccessSecret, now)); err != nil {
			return err
		}
		return d.write(s) // before the commit: nobody must be left with passwords that stand nowhere
	})
	return d, err
}

// The defaults of a new workspace (IN-4, IN-6), in seconds.
const (
	defaultRing  = 20
	defaultQueue = 3600
)

// person is an account with its agent.
type person struct {
	login
	name, role, hash string
	seat             bool
}

func addPerson(tx *models.Tx, workspace string, p person, locale string, now models.Time) error {
	account := models.Account{ID: models.NewID(), Email: strings.ToLower(p.Email), Name: p.name, PasswordHash: p.hash, Locale: locale, CreatedAt: now}
	if err := tx.AddAccount(account); err != nil {
		return fmt.Errorf("account %s: %w", p.Email, err)
	}
	return tx.AddAgent(models.Agent{ID: models.NewID(), WorkspaceID: workspace, AccountID: account.ID, Name: p.name, Role: p.role,
		Seat: p.seat, TakesPhone: true, PlacesCalls: p.seat, CreatedAt: now})
}

func apiKey(workspace, name, key, secret string, now models.Time) models.APIKey {
	sum := sha256.Sum256([]byte(secret))
	return models.APIKey{AccessKey: key, WorkspaceID: workspace, Name: name, SecretHash: hex.EncodeToString(sum[:]), CreatedAt: now}
}
