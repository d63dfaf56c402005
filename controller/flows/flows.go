// Package flows brings the texts of flows together with the workspaces that they
// are for: what they may name there, and what is said where callers hear a sound.
package flows

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ringdesk/controller/sounds"
	"ringdesk/dialplan"
	"ringdesk/dialplan/lang"
	"ringdesk/models"
)

// Suffix is how the files of flows end.
const Suffix = ".hcl"

// Read reads files, and all files of folders that end in Suffix. A folder without
// any is an error: it is hardly the one that was meant.
func Read(paths []string) ([]lang.File, error) {
	var files []lang.File
	for _, path := range paths {
		names := []string{path}
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if info.IsDir() {
			if names, err = filepath.Glob(filepath.Join(path, "*"+Suffix)); err != nil {
				return nil, err
			}
			if len(names) == 0 {
				return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("there is no file *" + Suffix + " in it")}
			}
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			files = append(files, lang.File{Name: name, Text: text})
		}
	}
	return files, nil
}

// Installation says what flows may name of a workspace.
func Installation(ctx context.Context, store *models.Store, workspace string) (lang.Installation, error) {
	ws, err := store.Workspace(ctx, workspace)
	if errors.Is(err, models.ErrNotFound) {
		return lang.Installation{}, fmt.Errorf("there is no workspace %s: %w", workspace, err)
	}
	if err != nil {
		return lang.Installation{}, err
	}
	in := lang.Installation{Workspace: ws.Name, Country: ws.Country, TimeZone: ws.TimeZone}
	teams, err := store.Teams(ctx, workspace)
	if err != nil {
		return in, err
	}
	for _, t := range teams {
		in.Teams = append(in.Teams, lang.Team{ID: t.ID, Name: t.Name})
	}
	agents, err := store.Agents(ctx, workspace)
	if err != nil {
		return in, err
	}
	for _, a := range agents {
		in.Agents = append(in.Agents, lang.Agent{ID: a.ID, Name: a.Name, Email: a.Email})
	}
	own, err := store.Sounds(ctx, workspace)
	if err != nil {
		return in, err
	}
	for _, s := range own {
		in.Sounds = append(in.Sounds, lang.Sound{Name: s.Name, Language: s.Language})
	}
	in.Numbers, err = numbers(ctx, store, ws)
	return in, err
}

// numbers lists a workspace's numbers with what their settings come to.
func numbers(ctx context.Context, store *models.Store, ws models.Workspace) ([]lang.Number, error) {
	rows, err := store.Numbers(ctx, ws.ID)
	if err != nil {
		return nil, err
	}
	var all []lang.Number
	err = store.Tx(ctx, func(tx *models.Tx) error {
		all = nil
		for _, n := range rows {
			workspace, team, number, err := tx.RoutingOf(n.ID)
			if err != nil {
				return err
			}
			layers, err := dialplan.ParseLayers(number, team, workspace)
			if err != nil {
				return fmt.Errorf("the settings of %s: %w", n.Number, err)
			}
			s := layers.MergeOver(ws.RingSeconds, ws.QueueSeconds)
			all = append(all, lang.Number{Number: n.Number, Label: n.Label, Settings: &s, Overrides: s.Override.All()})
		}
		return nil
	})
	return all, err
}

// World is what texts are checked against: an installation with the built-in
// sounds; without one only the texts themselves, numbers read as Korean.
func World(in *lang.Installation) lang.World {
	if in == nil {
		return lang.World{E164: reader("KR")}
	}
	with := *in
	for _, p := range sounds.Catalogue() {
		with.Sounds = append(with.Sounds, lang.Sound{Name: p.Name, Language: p.Language, Text: p.Text})
	}
	return lang.World{Installation: &with, E164: reader(in.Country)}
}

func reader(country string) func(string) (string, error) {
	return func(text string) (string, error) { return models.E164(text, country) }
}

// Says gives what is said in a sound, by its name as flow.PlaySounds has it: what
// the installation says, or the catalogue; "" if neither knows, and for a tone.
func Says(in *lang.Installation) func(sound string) string {
	return func(sound string) string {
		language, name, _ := strings.Cut(sound, "/")
		other := ""
		if in != nil {
			for _, s := range in.Sounds {
				if s.Name == name && s.Language == language {
					return s.Text
				}
				if s.Name == name { // better in the wrong language than not at all, as sounds.Resolver has it
					other = s.Text
				}
			}
		}
		if p, ok := sounds.Lookup(language, name); ok && other == "" && name != sounds.Beep {
			return p.Text
		}
		return other
	}
}
