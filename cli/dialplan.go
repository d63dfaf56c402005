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

	"ringdesk/configs"
	"ringdesk/controller/durable"
	"ringdesk/controller/flows"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

// dialplanCmd is what an engineer does with flows (DP-1, DP-2). None of it needs
// a ringdesk that runs, and only push changes what calls do.
type dialplanCmd struct {
	Check    checkCmd    `cmd:"" help:"Say what is wrong with flows, each mistake with file, line and column. Exits with 1 if anything is."`
	Fmt      fmtCmd      `cmd:"" help:"Give files of flows their one form."`
	Show     showCmd     `cmd:"" help:"Print the flow of a number: the one in force, or what its settings say, to start from."`
	Simulate simulateCmd `cmd:"" help:"Say what a call would do, step by step."`
	Push     pushCmd     `cmd:"" help:"Put the flows of a folder in force, as the next version."`
	Pull     pullCmd     `cmd:"" help:"Write the flows in force, or an older version, into a folder."`
	Dump     dumpCmd     `cmd:"" help:"Print the names that flows may use in a workspace (teams, agents, numbers, sounds), for checking elsewhere."`
}

// against is what flows are checked against.
type against struct {
	Workspace    string `help:"Id of the workspace whose names count; without it the only one of this installation." placeholder:"ID"`
	Installation string `help:"File of ringdesk dialplan dump, in place of this installation." type:"path" placeholder:"FILE"`
	Alone        bool   `help:"Check the files alone: any name of a team, agent, number or sound will do."`
}

// read gives the names that count; nil where the files stand alone.
func (a against) read(s configs.Settings) (*lang.Installation, error) {
	switch {
	case a.Alone:
		return nil, nil
	case a.Installation != "":
		return readInstallation(a.Installation)
	}
	if s.OnPostgres() {
		return ofWorkspace(s, a.Workspace)
	}
	if _, err := os.Stat(s.Database()); err != nil && a.Workspace == "" {
		return nil, usageError{Err: fmt.Errorf("there is no installation here: name one by --installation FILE (ringdesk dialplan dump makes it), or check the files --alone")}
	}
	return ofWorkspace(s, a.Workspace)
}

func readInstallation(file string) (*lang.Installation, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usageError{Err: err}
	}
	var in lang.Installation
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return nil, usageError{Err: fmt.Errorf("%s is no file of ringdesk dialplan dump: %w", file, err)}
	}
	return &in, nil
}

// ofWorkspace reads the names of a workspace of this installation.
func ofWorkspace(s configs.Settings, id string) (in *lang.Installation, err error) {
	return in, withFlows(s, id, func(ctx context.Context, f *flows.Flows, workspace string) error {
		found, err := flows.Installation(ctx, f.Store, workspace)
		in = &found
		return err
	})
}

type checkCmd struct {
	Files   []string `arg:"" name:"dir|file" help:"Files of flows, or folders of them (*.hcl): all flows of a workspace together."`
	JSON    bool     `help:"Print the mistakes as JSON, for programs."`
	against `embed:""`
}

func (c checkCmd) Run(s configs.Settings) error {
	in, err := c.read(s)
	if err != nil {
		return err
	}
	files, err := flows.Read(c.Files)
	if err != nil {
		return usageError{Err: err}
	}
	_, found := lang.Compile(files, flows.World(in))
	if c.JSON {
		if found == nil {
			found = []lang.Diagnostic{}
		}
		if err := sayJSON(found); err != nil {
			return err
		}
	} else {
		for _, d := range found {
			say("%s", d.Shown())
		}
	}
	return counted(found)
}

// counted is the error of a check that has found any.
func counted(found []lang.Diagnostic) error {
	errs := 0
	for _, d := range found {
		if d.Severity == lang.Error {
			errs++
		}
	}
	if errs == 0 {
		return nil
	}
	return fmt.Errorf("%d of these must be mended", errs)
}

func sayJSON(v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		say("%s", text)
	}
	return err
}

type fmtCmd struct {
	Files []string `arg:"" name:"dir|file" help:"Files of flows, or folders of them (*.hcl)."`
	Check bool     `help:"Change nothing; exit with 1 if a file has another form."`
}

func (c fmtCmd) Run(configs.Settings) error {
	files, err := flows.Read(c.Files)
	if err != nil {
		return usageError{Err: err}
	}
	other := 0
	for _, f := range files {
		text := lang.Format(f.Name, f.Text)
		if bytes.Equal(text, f.Text) {
			continue
		}
		other++
		say("%s", f.Name)
		if c.Check {
			continue
		}
		if err := replaceText(f.Name, text); err != nil {
			return err
		}
	}
	if c.Check && other > 0 {
		return fmt.Errorf("%d of the files have another form: ringdesk dialplan fmt gives them theirs", other)
	}
	return nil
}

// replaceText puts a new text into a file that somebody may be reading.
func replaceText(file string, text []byte) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	return durable.Replace(file, text, info.Mode().Perm())
}

type showCmd struct {
	Number  string `arg:"" help:"The business number."`
	against `embed:""`
	remote  `embed:""`
}

func (c showCmd) Run(s configs.Settings) error {
	if c.Installation == "" && !c.Alone {
		return c.flows(s, c.Workspace, func(ctx context.Context, f flowsAt) error {
			file, err := f.FileOf(ctx, c.Number)
			fmt.Print(file.Text)
			return err
		})
	}
	in, err := c.read(s)
	if err != nil {
		return err
	}
	if in == nil {
		return usageError{Err: errors.New("a number's settings are known to an installation alone: leave out --alone")}
	}
	n, err := numberIn(in, c.Number)
	if err != nil {
		return err
	}
	fmt.Print(string(lang.FromSettings(n.Number, n.Merged(), in.Teams)))
	return nil
}

// numberIn finds a business number, however it is spelt.
func numberIn(in *lang.Installation, text string) (lang.Number, error) {
	number, err := models.E164(text, cmp.Or(in.Country, "KR"))
	if err != nil {
		return lang.Number{}, usageError{Err: fmt.Errorf("%q is no telephone number: %w", text, err)}
	}
	i := slices.IndexFunc(in.Numbers, func(n lang.Number) bool { return n.Number == number })
	if i < 0 {
		return lang.Number{}, usageError{Err: fmt.Errorf("the workspace has no number %s", number)}
	}
	return in.Numbers[i], nil
}

type dumpCmd struct {
	Workspace string `help:"Id of the workspace; without it the only one of this installation." placeholder:"ID"`
}

func (c dumpCmd) Run(s configs.Settings) error {
	in, err := against{Workspace: c.Workspace}.read(s)
	if err != nil {
		return err
	}
	return sayJSON(in)
}
