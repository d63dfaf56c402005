package flows

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"ringdesk/controller/verb"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

const (
	lookInterval  = 2 * time.Second  // how soon changed files are noticed
	retryInterval = 30 * time.Second // how soon it is noticed that a mistake is none any more, since a team was made, say
)

// Folder is a folder of the server whose files are the flows of a workspace. It is looked at
// again and again, since not every file system tells of changes.
type Folder struct {
	Path      string
	Workspace string // its id; "" is the only one of the installation
	Log       *slog.Logger

	seen string    // checksum of the files as they were looked at last; Look's alone, as is next
	next time.Time // when files with a mistake are tried again

	mu    sync.Mutex
	state FolderState
	is    string // id of the workspace, once it is known
}

// FolderState is how a folder stands.
type FolderState struct {
	Path     string
	Trouble  string            // why it cannot be read; "" when it can
	Mistakes []lang.Diagnostic // of its files as they are now
}

// Rules says whether the folder holds the flows of a workspace. A nil Folder rules nothing.
func (d *Folder) Rules(workspace string) bool {
	if d == nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.is == workspace || d.is == "" && (d.Workspace == "" || d.Workspace == workspace)
}

// State tells how the folder stands.
func (d *Folder) State() FolderState {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.state
	s.Path = d.Path
	return s
}

// Run publishes the folder's files at the start and whenever they have changed, until ctx
// ends. Files with a mistake change nothing but the state.
func (d *Folder) Run(ctx context.Context, f *Flows) error {
	tick := time.NewTicker(lookInterval)
	defer tick.Stop()
	for {
		_ = d.Look(ctx, f) // the state and the log tell
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Look publishes the folder's files if they have changed since the last time, or were wrong
// then and that is some time ago.
func (d *Folder) Look(ctx context.Context, f *Flows) error {
	files, err := d.read()
	sum := Checksum(files)
	if err == nil {
		if sum == d.seen && (!d.failed() || f.Now().Before(d.next)) {
			return nil
		}
		err = d.publish(ctx, f, files)
	}
	d.seen, d.next = sum, f.Now().Add(retryInterval)
	d.told(err)
	return err
}

// read gives the folder's files by their names. One without any is no mistake: calls go as the
// settings say then.
func (d *Folder) read() ([]models.FlowFile, error) {
	if _, err := os.ReadDir(d.Path); err != nil { // Glob would find nothing in a folder that is not there
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(escaped(d.Path), "*"+Suffix))
	if err != nil {
		return nil, err
	}
	var files []models.FlowFile
	for _, name := range names {
		text, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) { // it went meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		files = append(files, models.FlowFile{Name: filepath.Base(name), Text: string(text)})
	}
	return files, nil
}

// escaped is a path in which no character is a pattern.
func escaped(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// publish puts the files in force, unless they are already.
func (d *Folder) publish(ctx context.Context, f *Flows, files []models.FlowFile) error {
	id, err := d.workspace(ctx, f.Store)
	if err != nil {
		return err
	}
	now, err := f.Current(ctx, id)
	if err != nil {
		return err
	}
	if now.Version.Checksum == Checksum(files) || now.Version.Version == 0 && len(files) == 0 {
		found, err := f.Check(ctx, id, files) // a team may have gone since
		if lang.Failed(found) {
			return Mistakes(found)
		}
		return err
	}
	v, err := f.Publish(ctx, verb.By{}, id, Draft{Files: files, Base: now.Version.Version, Source: FromFolder})
	if err == nil {
		d.Log.Info("the flows of the folder are in force", "folder", d.Path, "version", v.Version)
	}
	return err
}

// errSeveral says that nobody knows whose flows the folder holds.
var errSeveral = errors.New("there are several workspaces: name the one of the folder by RINGDESK_FLOWS_WORKSPACE")

// errNoWorkspace says that the installation is new.
var errNoWorkspace = errors.New("there is no workspace yet")

// workspace finds the id of the folder's workspace.
func (d *Folder) workspace(ctx context.Context, store *models.Store) (string, error) {
	id := d.Workspace
	if id == "" {
		all, err := store.AllWorkspaces(ctx)
		switch {
		case err != nil:
			return "", err
		case len(all) == 0:
			return "", errNoWorkspace
		case len(all) > 1:
			return "", errSeveral
		}
		id = all[0].ID
	} else if _, err := store.Workspace(ctx, id); err != nil {
		return "", err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.is = id
	return id, nil
}

// failed says whether the files could not be put in force.
func (d *Folder) failed() bool {
	s := d.State()
	return s.Trouble != "" || lang.Failed(s.Mistakes)
}

// told keeps how it went, and writes into the log what is new of it.
func (d *Folder) told(err error) {
	var s FolderState
	var mistakes Mistakes
	if errors.As(err, &mistakes) {
		s.Mistakes = mistakes
	} else if err != nil {
		s.Trouble = err.Error()
	}
	d.mu.Lock()
	before := d.state
	d.state = s
	d.mu.Unlock()
	if s.Trouble != "" && s.Trouble != before.Trouble {
		d.Log.Error("the folder of flows cannot be used; the flows stay as they are", "folder", d.Path, "error", s.Trouble)
	}
	if text := mistakes.Error(); lang.Failed(mistakes) && text != Mistakes(before.Mistakes).Error() {
		for _, m := range mistakes {
			d.Log.Error("a mistake in the folder of flows; the flows stay as they are", "folder", d.Path, "file", m.File, "line", m.Line, "column", m.Column, "severity", m.Severity, "mistake", m.Text)
		}
	}
}
