package powercut_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"

	"ringdesk/models"
)

const (
	storeSeed        = "RINGDESK_POWERCUT_SEED"        // of storeProgram
	storeSynchronous = "RINGDESK_POWERCUT_SYNCHRONOUS" // in place of the product's own: a store that is not safe

	writers     = 3 // calls that are written at once, so that some commits carry several
	checkpoints = 2 // how many must have happened before the program ends
)

// storeProgram is a controller's store at work: calls begin and go on, each step with its journal, its
// conversation and sometimes a task; some fail half way. It says what is on the disk.
func storeProgram(folder string) error {
	if mode := os.Getenv(storeSynchronous); mode != "" {
		sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, _ string) error {
			_, err := conn.ExecContext(context.Background(), "PRAGMA synchronous="+mode, nil)
			return err
		})
	}
	seed, err := strconv.ParseUint(os.Getenv(storeSeed), 10, 64)
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "data", "ringdesk.db")
	for round := range uint64(2) { // the second finds what an orderly end has left
		err := withStore(file, func(s *models.Store) error { return storeWork(s, file, seed+round) })
		if err != nil {
			return err
		}
	}
	return nil
}

// reopenProgram is the start after a power cut, and the first call.
func reopenProgram(folder string) error {
	return withStore(filepath.Join(folder, "data", "ringdesk.db"), func(s *models.Store) error {
		if err := s.Tx(context.Background(), furnish); err != nil {
			return err
		}
		return storeCall(s, rand.New(rand.NewPCG(0, 0)))
	})
}

// withStore opens a store, says what it commits, and closes it.
func withStore(file string, do func(*models.Store) error) error {
	s, err := models.Open(file)
	if err != nil {
		return err
	}
	s.OnCommit(func(changes []models.Change) {
		var said strings.Builder
		for _, c := range changes {
			fmt.Fprintf(&said, "change %d %s %s\n", c.Seq, c.Topic, c.EntityID)
		}
		_, _ = os.Stdout.WriteString(said.String()) // one write is one acknowledgement; nobody reads it but the recorder
	})
	return errors.Join(do(s), s.Close())
}

func storeWork(s *models.Store, file string, seed uint64) error {
	if err := s.Tx(context.Background(), furnish); err != nil {
		return err
	}
	enough, stop := context.WithCancel(context.Background())
	defer stop()
	errs := make([]error, writers)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() { errs[w] = storeCalls(enough, s, rand.New(rand.NewPCG(seed, uint64(w)))) })
	}
	seen, last := 0, time.Time{}
	for end := time.Now().Add(10 * time.Minute); seen < checkpoints && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		if info.ModTime().After(last.Add(time.Second)) { // only a checkpoint writes to it, one in two seconds
			seen, last = seen+1, info.ModTime()
		}
	}
	stop()
	all.Wait()
	if seen < checkpoints {
		errs = append(errs, errors.New("there were no two checkpoints within ten minutes"))
	}
	return errors.Join(errs...)
}

// furnish makes what calls need, once.
func furnish(tx *models.Tx) error {
	if _, err := tx.Workspace("w"); !errors.Is(err, models.ErrNotFound) {
		return err
	}
	at := models.At(storeNow)
	return errors.Join(tx.AddWorkspace(models.Workspace{ID: "w", Name: "Moa", Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: at}),
		tx.AddTrunk(models.Trunk{ID: "t", WorkspaceID: "w", Name: "t", CreatedAt: at}, []string{"192.0.2.1"}),
		tx.AddNumber(models.Number{ID: "n", WorkspaceID: "w", TrunkID: "t", Number: "+8215881588", CreatedAt: at}),
		tx.AddContact(models.FullContact{Contact: models.Contact{ID: "c", WorkspaceID: "w", Kind: "lead", Profile: "{}", CreatedAt: at}}))
}

var storeNow = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// errUndone ends a transaction that is to leave nothing.
var errUndone = errors.New("undone")

// storeCalls writes calls, one after the other, until it is told to stop.
func storeCalls(enough context.Context, s *models.Store, dice *rand.Rand) error {
	for enough.Err() == nil {
		if err := storeCall(s, dice); err != nil {
			return err
		}
	}
	return nil
}

// storeCall writes a call, step by step.
func storeCall(s *models.Store, dice *rand.Rand) error {
	c := models.Call{ID: models.NewID(), WorkspaceID: "w", ConversationID: models.NewID(), ContactID: "c", NumberID: "n", State: "ringing", StartedAt: models.At(storeNow), Live: true}
	for steps := 1 + dice.IntN(8); c.Version < int64(steps); {
		next := c
		next.Version++
		fails := dice.IntN(8) == 0
		ctx := context.Background()
		if dice.IntN(4) == 0 {
			ctx = models.Patient(ctx)
		}
		err := s.Tx(ctx, func(tx *models.Tx) error { return storeStep(tx, c, next, fails) })
		if err != nil && (!fails || !errors.Is(err, errUndone)) {
			return err
		}
		if err == nil {
			c = next
			if _, err := fmt.Printf("call %s %d\n", c.ID, c.Version); err != nil {
				return err
			}
		}
		time.Sleep(time.Duration(dice.IntN(40)) * time.Millisecond) // so that checkpoints come between
	}
	return nil
}

// storeStep writes a step of a call as the exchange does.
func storeStep(tx *models.Tx, was, c models.Call, fails bool) error {
	c.Data = storeData(c.ID, c.Version)
	at := models.At(storeNow.Add(time.Duration(c.Version) * time.Second))
	var errs []error
	if c.Version == 1 {
		errs = append(errs, tx.AddConversation(models.Conversation{ID: c.ConversationID, WorkspaceID: "w", ContactID: "c", Kind: "phone", State: "open", CreatedAt: at, UpdatedAt: at}), tx.AddCall(c))
	} else {
		errs = append(errs, tx.UpdateConversation("w", c.ConversationID, models.ConversationUpdate{UpdatedAt: at}), tx.SaveCall(c, &was))
	}
	entry := models.JournalEntry{CallID: c.ID, Seq: c.Version, WorkspaceID: "w", At: at, Type: "agent.muted", Data: "{}"}
	errs = append(errs, tx.AddJournal([]models.JournalEntry{entry}))
	if fails {
		errs = append(errs, tx.AddTask("undone", c.ID, storeNow), errUndone)
	}
	if hasTask(c.Version) {
		errs = append(errs, tx.AddTask("mix", fmt.Sprintf("%s %d", c.ID, c.Version), storeNow))
	}
	return errors.Join(errs...)
}

func hasTask(version int64) bool { return version%3 == 0 }

// storeData is a call's state, of which everybody knows what it must be. It is longer than a page now and then.
func storeData(id string, version int64) string {
	word := fmt.Sprintf("%s/%d ", id, version)
	return strings.Repeat(word, 1+int(version*37%150))
}
