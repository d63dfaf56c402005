package powercut_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ringdesk/models"
	"ringdesk/testkit/powercut"
)

// theStore is one record of a store at work for all tests; chosen says how it can be another.
var theStore = sync.OnceValues(func() (*powercut.Log, error) { return recordStore() })

func recordStore(env ...string) (*powercut.Log, error) {
	folder, err := os.MkdirTemp("", "powercut")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	return record("store", folder, append(env, fmt.Sprintf("%s=%d", storeSeed, chosen("RINGDESK_SEED", 1)))...)
}

// What a power cut may leave of the store is opened as it is, and holds everything that was acknowledged, nothing
// half, and goes on from there.
//
// Covers: SYS-3.
func TestPowerCut_Store_SYS_3(t *testing.T) {
	log := must(theStore())(t)
	if err := cutStore(t, log, chosen("RINGDESK_POWERCUTS", 40)); err != nil {
		t.Error(err)
	}
}

// The power fails again while the store is being opened after a power cut, and when it has just gone on.
//
// Covers: SYS-3.
func TestPowerCut_StoreAgain_SYS_3(t *testing.T) {
	first := must(theStore())(t)
	seed := chosen("RINGDESK_SEED", 1)
	for n := range max(1, chosen("RINGDESK_POWERCUTS", 40)/20) {
		dice := rand.New(rand.NewPCG(seed, 1<<32+n))
		cut := dice.IntN(first.Cuts())
		folder := scratch(t)
		if err := first.Image(cut, dice, folder); err != nil {
			t.Fatal(err)
		}
		second := must(record("reopen", folder))(t)
		for range 5 {
			if err := cutOnce(t, second, dice, second.Cuts(), first.Told(cut)); err != nil {
				t.Fatalf("seed %d, image %d, first cut before event %d: %v", seed, n, cut, err)
			}
		}
	}
}

// The same tests find a store that does not sync its log, one whose checkpoints do not sync, and one whose names are not synced.
func TestPowerCut_FindsFaults(t *testing.T) {
	log := must(theStore())(t)
	for name, dropped := range map[string]func(string) bool{
		"log":        func(file string) bool { return strings.HasSuffix(file, "-wal") },
		"checkpoint": func(file string) bool { return strings.HasSuffix(file, ".db") },
		"names":      func(file string) bool { return !strings.Contains(file, ".db") },
	} {
		if log.Syncs(dropped) == 0 {
			t.Errorf("%s: nothing was synced", name)
		}
		mustFind(t, name, log.Without(dropped))
	}
	for _, mode := range []string{"NORMAL", "OFF"} {
		mustFind(t, mode, must(recordStore(storeSynchronous+"="+mode))(t))
	}
}

func mustFind(t *testing.T, what string, log *powercut.Log) {
	t.Helper()
	if err := cutStore(t, log, 400); err == nil {
		t.Errorf("%s: nothing was lost in 400 power cuts", what)
	} else {
		t.Logf("%s: found: %v", what, err)
	}
}

// chosen is a number that whoever runs the tests can choose.
func chosen(setting string, otherwise uint64) uint64 {
	n, err := strconv.ParseUint(cmp.Or(os.Getenv(setting), strconv.FormatUint(otherwise, 10)), 10, 64)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", setting, err))
	}
	return n
}

func record(program, folder string, env ...string) (*powercut.Log, error) {
	return powercut.Record(folder, append(append(os.Environ(), programName+"="+program, programFolder+"="+folder), env...), os.Args[0])
}

// must gives a record, or ends the test that needs it.
func must(log *powercut.Log, err error) func(*testing.T) *powercut.Log {
	return func(t *testing.T) *powercut.Log {
		t.Helper()
		if errors.Is(err, powercut.ErrForbidden) {
			t.Skip("ptrace is forbidden on this machine, so what a program writes cannot be recorded")
		}
		if err != nil {
			t.Fatal(err)
		}
		return log
	}
}

// scratch is a folder in memory where there is one: what is tried out there need not stay.
func scratch(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "powercut")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// cutStore makes power cuts until one has lost something, which is its error.
func cutStore(t *testing.T, log *powercut.Log, images uint64) error {
	began, seed := time.Now(), chosen("RINGDESK_SEED", 1)
	for n := range images {
		if err := cutOnce(t, log, rand.New(rand.NewPCG(seed, n)), log.Cuts(), nil); err != nil {
			return fmt.Errorf("seed %d, image %d: %w", seed, n, err)
		}
	}
	t.Logf("seed %d: nothing lost in %d power cuts at %d moments with %d acknowledgements, in %v", seed, images, log.Cuts(), len(log.Told(log.Cuts()-1)), time.Since(began))
	return nil
}

// cutOnce makes one power cut before one of some events, and asserts that everything is there that was acknowledged, by then and before.
func cutOnce(t *testing.T, log *powercut.Log, dice *rand.Rand, cuts int, before []string) error {
	cut, folder := dice.IntN(cuts), scratch(t)
	err := errors.Join(log.Image(cut, dice, folder), opens(t.Context(), filepath.Join(folder, "data", "ringdesk.db"), append(before, log.Told(cut)...)))
	if err != nil {
		return fmt.Errorf("cut before event %d of %d: %w", cut, log.Cuts(), err)
	}
	return os.RemoveAll(folder)
}

// opens asserts that a store can be opened and holds what was acknowledged.
func opens(ctx context.Context, file string, told []string) (err error) {
	s, err := models.Open(file)
	if err != nil {
		return fmt.Errorf("it cannot be opened: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=query_only(1)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var faults string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&faults); err != nil || faults != "ok" {
		return errors.Join(err, fmt.Errorf("it is damaged: %q", faults))
	}
	h, err := readHeld(ctx, db)
	if err != nil {
		return err
	}
	if err := errors.Join(h.whole(), h.acknowledged(told)); err != nil {
		return err
	}
	return h.goesOn(ctx, s)
}
