package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/flows"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// withFlows opens the database for the flows of a workspace; without an id it is the only one.
// A ringdesk that runs notices what is changed at once.
func withFlows(s configs.Settings, id string, do func(ctx context.Context, f *flows.Flows, workspace string) error) (err error) {
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{Err: err}
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	ctx := context.Background()
	if id == "" {
		all, err := store.AllWorkspaces(ctx)
		if err != nil {
			return err
		}
		if len(all) != 1 {
			return usageError{Err: fmt.Errorf("there are %d workspaces here: name one by --workspace ID", len(all))}
		}
		id = all[0].ID
	} else if _, err := store.Workspace(ctx, id); err != nil {
		return usageError{Err: fmt.Errorf("workspace %s: %w", id, err)}
	}
	f := &flows.Flows{Store: store, Now: time.Now}
	if s.Flows.Dir != "" {
		f.Folder = &flows.Folder{Path: s.Flows.Dir, Workspace: s.Flows.Workspace}
	}
	err = do(ctx, f, id)
	if errors.As(err, new(*verb.Refusal)) {
		err = usageError{Err: err}
	}
	return err
}

type pushCmd struct {
	Dir       string `arg:"" name:"dir" help:"Folder whose *.hcl files become the next version." type:"existingdir"`
	Message   string `help:"What has changed, for those who read the list of versions."`
	Base      *int   `help:"Refuse if another version than this one is in force." placeholder:"N"`
	Workspace string `help:"Id of the workspace; without it the only one of this installation." placeholder:"ID"`
	remote    `embed:""`
}

// Run publishes the folder's files, unless they are in force already.
func (c pushCmd) Run(s configs.Settings) error {
	files, err := flowFiles(c.Dir)
	if err != nil {
		return usageError{Err: err}
	}
	return c.flows(s, c.Workspace, func(ctx context.Context, f flowsAt) error {
		now, err := f.Current(ctx)
		if err != nil {
			return err
		}
		base := now.Version.Version
		if c.Base != nil {
			base = *c.Base
		} else if now.Version.Checksum == flows.Checksum(files) {
			say("Version %d is in force and has these files already.", base)
			return nil
		}
		v, err := f.Publish(ctx, flows.Draft{Files: files, Base: base, Message: c.Message, Source: flows.FromCommand})
		if wrong, is := errors.AsType[flows.Mistakes](err); is {
			for _, d := range wrong {
				d.File = filepath.Join(c.Dir, d.File)
				say("%s", d.Shown())
			}
			return errors.Join(counted(wrong), errors.New("the flows stay as they are"))
		}
		if err == nil {
			say("Version %d is in force. Calls that are going on keep theirs.", v.Version)
		}
		return err
	})
}

// flowFiles reads a folder's files by their names in it.
func flowFiles(dir string) ([]models.FlowFile, error) {
	read, err := flows.Read([]string{dir})
	if err != nil {
		return nil, err
	}
	files := make([]models.FlowFile, len(read))
	for i, f := range read {
		files[i] = models.FlowFile{Name: filepath.Base(f.Name), Text: string(f.Text)}
	}
	return files, nil
}

type pullCmd struct {
	Dir       string `arg:"" name:"dir" help:"Folder that the files are written to; other *.hcl files in it are a reason to refuse."`
	Version   int    `help:"An older version; without it the one in force, or what the settings say." placeholder:"N"`
	Workspace string `help:"Id of the workspace; without it the only one of this installation." placeholder:"ID"`
	remote    `embed:""`
}

// Run writes the files of a version into a folder.
func (c pullCmd) Run(s configs.Settings) error {
	return c.flows(s, c.Workspace, func(ctx context.Context, f flowsAt) error {
		now, err := f.Current(ctx)
		if err != nil {
			return err
		}
		files, says := now.Files, fmt.Sprintf("version %d, which is in force", now.Version.Version)
		if now.Version.Version == 0 {
			says = "what the settings say, since no version is in force"
		}
		if c.Version > 0 {
			if files, err = f.Files(ctx, c.Version); err != nil {
				return err
			}
			says = fmt.Sprintf("version %d", c.Version)
		}
		if err := c.write(files); err != nil {
			return usageError{Err: err}
		}
		say("%s has %s.", c.Dir, says)
		return nil
	})
}

// write refuses a folder with other flows: they would be pushed together with these.
func (c pullCmd) write(files []models.FlowFile) error {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil {
		return err
	}
	there, err := os.ReadDir(c.Dir)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, f := range files {
		wanted[f.Name] = true
	}
	for _, e := range there {
		if strings.HasSuffix(e.Name(), flows.Suffix) && !wanted[e.Name()] {
			return fmt.Errorf("%s has %s, which is not in the version: remove it, or name another folder", c.Dir, e.Name())
		}
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(c.Dir, f.Name), []byte(f.Text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// replay lets the last calls of the installation go through files, and tells which of them go
// another way.
func (c simulateCmd) replay(s configs.Settings) error {
	if c.Installation != "" || c.Alone || len(c.Files) != 1 {
		return usageError{Err: errors.New("--replay tries the calls of this installation in the flows of one folder: leave out --installation and --alone")}
	}
	files, err := flowFiles(c.Files[0])
	if err != nil {
		return usageError{Err: err}
	}
	return withFlows(s, c.Workspace, func(ctx context.Context, f *flows.Flows, workspace string) error {
		r, err := f.Replay(ctx, workspace, files, c.Replay)
		if wrong, is := errors.AsType[flows.Mistakes](err); is {
			for _, d := range wrong {
				fmt.Fprintln(os.Stderr, d.Shown())
			}
			return counted(wrong)
		}
		if err != nil {
			return err
		}
		if c.JSON {
			return sayJSON(r)
		}
		for _, call := range r.Changed {
			say("%s  %s to %s", call.Call.StartedAt.Local().Format(time.DateTime), cmp.Or(call.Call.From, "withheld"), call.Call.To)
			say("  before: %s ⇒ %s", strings.Join(call.Before, " → "), call.EndBefore)
			say("  after:  %s ⇒ %s", strings.Join(call.After, " → "), call.EndAfter)
		}
		say("%d of the last %d calls go another way.", len(r.Changed), r.Tried)
		return nil
	})
}
