package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/flows"
	"ringdesk/controller/queues"
	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/dialplan/simulate"
	"ringdesk/models"
)

type simulateCmd struct {
	Files   []string `arg:"" optional:"" name:"dir|file" help:"Files of flows, or folders of them (*.hcl). Without any, and for a number that has no flow in them, it is what the number's settings say."`
	From    string   `help:"Who calls; withheld leaves the number out."`
	To      string   `help:"The business number."`
	At      string   `help:"When: 2026-12-25T10:00 in the workspace's time zone, or with a zone of its own; now if left out."`
	Keys    []string `help:"What the caller presses: one for each step that takes keys, all digits of an input together; - is silence." placeholder:"1,1234#,-"`
	State   string   `help:"JSON file of how things stand: contact, queues, lookups' answers, how queues end (docs/flows.md)." type:"path" placeholder:"FILE"`
	Replay  int      `help:"Instead of one call try the last N real ones of this installation, and tell which go another way than by the flows in force." placeholder:"N"`
	JSON    bool     `help:"Print the way as JSON, for programs."`
	against `embed:""`
}

func (c simulateCmd) Run(s configs.Settings) error {
	if c.Replay > 0 {
		return c.replay(s)
	}
	if c.From == "" || c.To == "" {
		return usageError{Err: errors.New("say who calls whom: --from NUMBER --to NUMBER")}
	}
	in, err := c.read(s)
	if err != nil {
		return err
	}
	sc, err := c.scenario(in)
	if err != nil {
		return usageError{Err: err}
	}
	if in != nil && c.Installation == "" {
		if sc.Queue, err = c.queues(s, in.Teams); err != nil {
			return err
		}
	}
	p, err := c.program(in, sc)
	if err != nil {
		return err
	}
	result, err := simulate.Run(p, sc)
	if err != nil {
		return err
	}
	if c.JSON {
		return sayJSON(result)
	}
	return simulate.Print(os.Stdout, result)
}

// scenario is the call that is asked for.
func (c simulateCmd) scenario(in *lang.Installation) (sc simulate.Scenario, err error) {
	country, zone := "KR", "Asia/Seoul"
	if in != nil {
		country, zone = cmp.Or(in.Country, country), cmp.Or(in.TimeZone, zone)
	}
	sc = simulate.Scenario{Keys: c.Keys, TimeZone: zone, Say: flows.Says(in)}
	if c.From != "" && c.From != "withheld" {
		if sc.From, err = models.E164(c.From, country); err != nil {
			return sc, fmt.Errorf("--from %s is no telephone number: %w", c.From, err)
		}
	}
	if sc.To, err = models.E164(c.To, country); err != nil {
		return sc, fmt.Errorf("--to %s is no telephone number: %w", c.To, err)
	}
	if sc.At, err = moment(c.At, zone); err != nil {
		return sc, err
	}
	for _, k := range c.Keys {
		if k == "" || k != "-" && strings.Trim(k, flow.Keys) != "" {
			return sc, fmt.Errorf("--keys has %q: write the keys 0 to 9, * and #, or - for silence", k)
		}
	}
	if in != nil {
		if n, err := numberIn(in, sc.To); err == nil {
			sc.Label, sc.State.Settings = n.Label, n.Merged()
		}
	}
	if c.State == "" {
		return sc, nil
	}
	text, err := os.ReadFile(c.State)
	if err != nil {
		return sc, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&sc.State); err != nil {
		return sc, fmt.Errorf("--state %s: %w", c.State, err)
	}
	return sc, sc.State.Settings.Validate()
}

// moment reads --at.
func moment(text, zone string) (time.Time, error) {
	if text == "" {
		return time.Now(), nil
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04"} {
		if at, err := time.ParseInLocation(form, text, dialplan.Location(zone)); err == nil {
			return at, nil
		}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("--at %s is no moment: write it as 2026-12-25T10:00", text)
	}
	return at, nil
}

// queues are how the queues of this installation's teams stand now.
func (c simulateCmd) queues(s configs.Settings, teams []lang.Team) (func(team string) flow.Figures, error) {
	stand := map[string]flow.Figures{}
	err := withFlows(s, c.Workspace, func(ctx context.Context, f *flows.Flows, workspace string) error {
		for _, t := range append(slices.Clone(teams), lang.Team{}) { // one without an id is everybody
			figures, err := queues.Figures(ctx, f.Store, workspace, t.ID, f.Now())
			if err != nil {
				return err
			}
			stand[t.ID] = figures
		}
		return nil
	})
	return func(team string) flow.Figures { return stand[team] }, err
}

// program has the flow of the call: that of the files, or of the number's settings.
func (c simulateCmd) program(in *lang.Installation, sc simulate.Scenario) (*flow.Program, error) {
	world := flows.World(in)
	if len(c.Files) > 0 {
		files, err := flows.Read(c.Files)
		if err != nil {
			return nil, usageError{Err: err}
		}
		p, found := lang.Compile(files, world)
		if p == nil {
			for _, d := range found {
				fmt.Fprintln(os.Stderr, d.Shown())
			}
			return nil, counted(found)
		}
		if simulate.Begins(p, sc).Flow != "" {
			return p, nil
		}
	}
	if in == nil {
		return nil, usageError{Err: fmt.Errorf("no flow of the files has the number %s", sc.To)}
	}
	if _, err := numberIn(in, sc.To); err != nil {
		return nil, err
	}
	text := lang.FromSettings(sc.To, sc.State.Settings, in.Teams)
	p, found := lang.Compile([]lang.File{{Name: "settings of " + sc.To, Text: text}}, world)
	if p == nil {
		return nil, errors.Join(fmt.Errorf("what the settings of %s say is no right flow; this is a fault of ringdesk", sc.To), fmt.Errorf("%s", found[0]))
	}
	return p, nil
}
