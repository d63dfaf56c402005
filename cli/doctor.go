package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/disk"
	"ringdesk/models"
)

type doctorCmd struct {
	JSON bool `help:"Print the findings as JSON, for programs."`
}

// finding is what one look came to, with what to do about it.
type finding struct {
	Part  string `json:"part"`
	State health `json:"state"`
	Says  string `json:"says"`
}

type health string

const (
	well  health = "ok"
	note  health = "note"  // it may be as it should be: somebody has to know
	wrong health = "wrong" // it keeps calls away, or will
)

// marks are how people see it.
var marks = map[health]string{well: "ok    ", note: "note  ", wrong: "WRONG "}

// found makes a single finding.
func found(part string, is health, says string, args ...any) []finding {
	return []finding{{part, is, fmt.Sprintf(says, args...)}}
}

// looks are what the doctor looks at, in the order in which one mends.
var looks = []func(context.Context, configs.Settings) []finding{
	lookAtData, lookAtDisk, lookAtDatabase, lookAtTasks, lookAtConverters, lookAtClock, lookAtServer, lookAtPorts, lookAtBrowsers, lookAtSIP, lookAtEngine, lookAtOwnDialplan, lookAtTrunks, lookAtStorage, lookAtTURN, lookAtSpeech,
}

// Run looks at everything that keeps calls away, and says what to do. It may be
// used while ringdesk runs, and while it does not.
func (c doctorCmd) Run(s configs.Settings) error {
	all := []finding{}
	faults := 0
	for _, look := range looks {
		for _, f := range look(context.Background(), s) {
			if f.State == wrong {
				faults++
			}
			if !c.JSON {
				say("%s %-9s %s", marks[f.State], f.Part, f.Says)
			}
			all = append(all, f)
		}
	}
	if c.JSON {
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			return err
		}
		say("%s", text)
	}
	if faults > 0 {
		return fmt.Errorf("%d of these must be mended", faults)
	}
	return nil
}

func lookAtData(_ context.Context, s configs.Settings) []finding {
	const part = "data"
	f, err := os.CreateTemp(s.Storage.Data, ".doctor-*")
	if errors.Is(err, fs.ErrNotExist) {
		return found(part, wrong, "there is no folder %s yet: start ringdesk once, or set RINGDESK_DATA to the folder of your installation", s.Storage.Data)
	}
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return found(part, wrong, "the folder %s cannot be written: %v; make it writable for the user that ringdesk runs as", s.Storage.Data, err)
	}
	return []finding{{part, well, s.Storage.Data + " can be written"}}
}

func lookAtDisk(_ context.Context, s configs.Settings) []finding {
	folders := []string{s.Storage.Data, s.Sounds.Folder, cmp.Or(s.Recordings.Folder, filepath.Join(s.Storage.Data, "asterisk"))}
	if err := disk.New(folders, s.KeepFree(), slog.New(slog.DiscardHandler), time.Now).Room(); err != nil {
		return []finding{{"disk", wrong, err.Error()}}
	}
	return []finding{{"disk", well, "there is room for recordings"}}
}

func lookAtDatabase(ctx context.Context, s configs.Settings) []finding {
	const part = "database"
	if err := models.CheckVersion(ctx, s.Database()); errors.Is(err, models.ErrNewer) { // other errors are told below
		return found(part, wrong, "%v", err)
	}
	faults, err := models.QuickCheck(ctx, s.Database())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return found(part, wrong, "there is none at %s yet: start ringdesk once", s.Database())
	case err != nil:
		return found(part, wrong, "%s cannot be checked: %v", s.DatabaseShown(), err)
	case len(faults) > 0 && s.OnPostgres():
		return found(part, wrong, "%s", faults[0])
	case s.OnPostgres():
		return found(part, well, "%s can be reached and fits", s.DatabaseShown())
	case len(faults) > 0:
		return found(part, wrong, "%s is damaged (%s). Stop ringdesk, keep a copy of the file with those that end in -wal and -shm, and put a backup in its place, or save what can be "+
			"read with: sqlite3 %[1]s .recover", s.Database(), faults[0])
	}
	return []finding{{part, well, "every page of " + s.Database() + " is sound"}}
}

// lookAtConverters looks for the programs that make sound of sound.
func lookAtConverters(_ context.Context, s configs.Settings) []finding {
	var all []finding
	for _, c := range []struct{ name, program, setting, lost string }{
		{"lame", s.Recordings.Lame, "RINGDESK_LAME", "recordings are not made"},
		{"sox", s.Sounds.Sox, "RINGDESK_SOX", "no sounds can be uploaded"},
	} {
		path, err := exec.LookPath(c.program)
		if err != nil {
			all = append(all, found(c.name, wrong, "%s cannot be run, so %s: install %s, or set %s", c.program, c.lost, c.name, c.setting)...)
			continue
		}
		all = append(all, finding{c.name, well, path})
	}
	return all
}

// lookAtServer asks the controller that runs how it is.
func lookAtServer(ctx context.Context, s configs.Settings) []finding {
	ctx, cancel := context.WithTimeout(ctx, doctorWait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.OwnURL()+"/readyz", nil)
	if err != nil {
		return []finding{{"server", wrong, err.Error()}}
	}
	resp, err := ownClient(s, doctorWait).Do(req)
	if err != nil {
		return found("server", wrong, "no ringdesk answers at %s (%v): start it (ringdesk run), or set RINGDESK_HTTP to where it is", s.OwnURL(), err)
	}
	defer resp.Body.Close()
	var parts map[string]string
	if err := json.NewDecoder(resp.Body).Decode(&parts); err != nil || parts["status"] == "" {
		return found("server", wrong, "another program than ringdesk answers at %s: set RINGDESK_HTTP", s.OwnURL())
	}
	all := []finding{{"server", well, "ringdesk answers at " + s.OwnURL()}}
	for _, part := range []string{"engine", "database", "disk", "storage", "warning"} {
		if text := strings.TrimSpace(parts[part]); text != "" && text != "ok" {
			all = append(all, finding{"server", wrong, part + ": " + text})
		}
	}
	return all
}
