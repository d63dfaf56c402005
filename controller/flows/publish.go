package flows

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

// Flows carries out what may be done to the flows of a workspace (DP-1, DP-2): the API, the
// command line and a watched folder do the same.
type Flows struct {
	Store *models.Store
	Now   func() time.Time
	// Folder holds the flows of a workspace, which nobody else may publish then; nil if
	// there is none.
	Folder *Folder
}

// Source is where a version comes from.
type Source string

// The sources.
const (
	FromScreen  Source = "screen"
	FromAPI     Source = "api"
	FromCommand Source = "command"
	FromFolder  Source = "folder"
)

// maxText is how many bytes all files of a version may have together.
const maxText = 512 << 10

// Draft is what shall become the next version.
type Draft struct {
	Files    []models.FlowFile
	Base     int // the version in force that was changed; 0 when there was none
	Message  string
	Source   Source
	restores int
}

// Mistakes are what is wrong with files, among them at least one error.
type Mistakes []lang.Diagnostic

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, d := range m {
		lines[i] = d.String()
	}
	return strings.Join(lines, "\n")
}

// Check says what is wrong with files as a version of the workspace's flows.
func (f *Flows) Check(ctx context.Context, workspace string, files []models.FlowFile) ([]lang.Diagnostic, error) {
	_, found, err := f.compile(ctx, workspace, files)
	return found, err
}

// compile makes a program of files; with an error among the diagnostics there is none.
func (f *Flows) compile(ctx context.Context, workspace string, files []models.FlowFile) (*flow.Program, []lang.Diagnostic, error) {
	if err := fits(files); err != nil {
		return nil, nil, err
	}
	in, err := Installation(ctx, f.Store, workspace)
	if err != nil {
		return nil, nil, err
	}
	p, found := lang.Compile(sources(files), World(&in))
	return p, found, nil
}

// fits refuses files that no version may have.
func fits(files []models.FlowFile) error {
	size, seen := 0, map[string]bool{}
	for _, file := range files {
		if size += len(file.Text); size > maxText {
			return verb.Refuse(verb.Invalid, "files", "The files may have %d KiB together: leave something out.", maxText>>10).Because(reason.FlowsTooLong, "max", strconv.Itoa(maxText>>10))
		}
		if seen[file.Name] {
			return verb.Refuse(verb.Invalid, "files", "There are two files %s: give one another name.", file.Name).Because(reason.FlowFileTwice, "name", file.Name)
		}
		seen[file.Name] = true
	}
	return nil
}

// sources are files as the language reads them.
func sources(files []models.FlowFile) []lang.File {
	all := make([]lang.File, len(files))
	for i, file := range files {
		all[i] = lang.File{Name: file.Name, Text: []byte(file.Text)}
	}
	return all
}

// Publish puts files in force as the next version. Files with mistakes are refused as
// Mistakes, and the flows stay as they are; the same holds when the version in force is
// no longer the one that was changed.
func (f *Flows) Publish(ctx context.Context, by verb.By, workspace string, d Draft) (models.FlowVersion, error) {
	if d.Source != FromFolder && f.Folder.Rules(workspace) {
		return models.FlowVersion{}, verb.Refuse(verb.Conflict, "", "The flows are the files of the folder %s on the server: change them there.", f.Folder.Path).Because(reason.FlowsInFolder, "path", f.Folder.Path)
	}
	p, found, err := f.compile(ctx, workspace, d.Files)
	if err != nil {
		return models.FlowVersion{}, err
	}
	if p == nil {
		return models.FlowVersion{}, Mistakes(found)
	}
	p.Version = d.Base + 1
	program, err := json.Marshal(p)
	if err != nil {
		return models.FlowVersion{}, err
	}
	kind, id, name := audit.Author(by)
	v := models.FlowVersion{WorkspaceID: workspace, Version: p.Version, At: models.At(f.Now()), ByKind: kind, ByID: id, ByName: name, Source: string(d.Source),
		Message: strings.TrimSpace(d.Message), Restores: d.restores, Program: string(program), Checksum: Checksum(d.Files)}
	v.SetFiles(sorted(d.Files))
	err = f.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.AddFlowVersion(v, d.Base); err != nil {
			return err
		}
		e := audit.Entry{Action: audit.Changed, Kind: audit.Flows, ID: strconv.Itoa(v.Version), Name: "v" + strconv.Itoa(v.Version)}
		if d.restores > 0 {
			e.Action = audit.Restored
		}
		e.Changes = audit.Diff(audit.Fields{"version": shownVersion(d.Base)},
			audit.Fields{"version": shownVersion(v.Version), "source": v.Source, "message": v.Message, "restores": shownVersion(d.restores), "checksum": v.Checksum})
		return audit.Write(tx, by, workspace, f.Now(), e)
	})
	if errors.Is(err, models.ErrConflict) {
		err = f.changed(ctx, workspace)
	}
	return v, err
}

// shownVersion is a version in the audit log; none says nothing.
func shownVersion(v int) string {
	if v == 0 {
		return ""
	}
	return strconv.Itoa(v)
}

// changed says who has published what was not seen yet, and when.
func (f *Flows) changed(ctx context.Context, workspace string) error {
	ws, err := f.Store.Workspace(ctx, workspace)
	if err != nil {
		return err
	}
	v, err := f.Store.FlowVersion(ctx, workspace, ws.ActiveFlow)
	if errors.Is(err, models.ErrNotFound) {
		return verb.Refuse(verb.Conflict, "base", "No version is in force: base is 0 then.").Because(reason.ChangedMeanwhile)
	}
	if err != nil {
		return err
	}
	names, err := f.Store.AgentNames(ctx, workspace)
	if err != nil {
		return err
	}
	name, at := v.ByName, v.At.UTC().Format(time.RFC3339)
	if v.ByKind == "agent" {
		name = names[v.ByID]
	}
	if name == "" {
		name = v.Source
	}
	return verb.Refuse(verb.Conflict, "base", "Version %d is in force, published by %s at %s: see what it changes, then publish again.", v.Version, name, at).
		Because(reason.FlowsChanged, "version", strconv.Itoa(v.Version), "name", name, "at", at)
}

// Restore puts the files of an older version in force, as a new version.
func (f *Flows) Restore(ctx context.Context, by verb.By, workspace string, version int, d Draft) (models.FlowVersion, error) {
	old, err := f.Version(ctx, workspace, version)
	if err != nil {
		return old, err
	}
	d.Files, d.restores = old.Files(), version
	return f.Publish(ctx, by, workspace, d)
}

// Version finds a version.
func (f *Flows) Version(ctx context.Context, workspace string, version int) (models.FlowVersion, error) {
	v, err := f.Store.FlowVersion(ctx, workspace, version)
	return v, verb.Missing(err, fmt.Sprintf("There is no version %d of the flows.", version), reason.NoFlowVersion)
}

// Checksum tells files from others: SHA-256 of names and texts, in hexadecimal digits.
func Checksum(files []models.FlowFile) string {
	h := sha256.New()
	for _, file := range sorted(files) {
		fmt.Fprintf(h, "%d %s\n%d %s\n", len(file.Name), file.Name, len(file.Text), file.Text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// sorted gives files by name.
func sorted(files []models.FlowFile) []models.FlowFile {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b models.FlowFile) int { return strings.Compare(a.Name, b.Name) })
	return files
}
