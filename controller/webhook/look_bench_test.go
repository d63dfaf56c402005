package webhook

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

// BenchmarkLook is what events cost to make, and then to deliver to one receiver in this program: 170 businesses with a webhook
// each, in which six calls begin within a look, and each call goes on in each look until it is over. Other programs distort times on
// the clock; look at the processor's (cpu-µs/look).
func BenchmarkLook(b *testing.B) {
	b.Run("events", func(b *testing.B) { benchLook(b, false) })
	b.Run("delivered", func(b *testing.B) { benchLook(b, true) })
}

func benchLook(b *testing.B, deliver bool) {
	const businesses, begin = 170, 6
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer server.Close()
	store, err := models.Open(database.Place(b))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	now := models.At(time.Now())
	for n := range businesses {
		w := fmt.Sprint("w", n)
		hook := models.Webhook{ID: "hook of " + w, WorkspaceID: w, Name: "crm", URL: server.URL, Enabled: true, Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Since: now, CreatedAt: now}
		hook.SetEvents(Types)
		err := store.Tx(b.Context(), func(tx *models.Tx) error {
			return errors.Join(tx.AddWorkspace(models.Workspace{ID: w, Name: w, Country: "KR", TimeZone: "Asia/Seoul", CreatedAt: now}),
				tx.AddTrunk(models.Trunk{ID: "t" + w, WorkspaceID: w, Name: "t", Stored: "{}", CreatedAt: now}, nil),
				tx.AddNumber(models.Number{ID: "n" + w, WorkspaceID: w, TrunkID: "t" + w, Number: fmt.Sprint("+82707666", 1000+n), CreatedAt: now}),
				tx.AddContact(models.FullContact{Contact: models.Contact{ID: "c" + w, WorkspaceID: w, CreatedAt: now}}), tx.SaveWebhook(hook))
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	s := NewSender(Options{Store: store, Log: slog.New(slog.DiscardHandler), Guard: Guard{Allow: []string{"127.0.0.1"}}, Owner: "one"})
	start := func(do func()) {
		if deliver {
			s.work.Go(do)
		}
	}
	kim, told := journal.Agent{AgentID: "a1", Name: "김하나"}, 0
	var calls []benchCall
	var used time.Duration
	for b.Loop() {
		b.StopTimer()
		for range begin {
			told++
			calls = append(calls, beginBenchCall(b, store, fmt.Sprint("call", told), fmt.Sprint("w", told%businesses), now))
		}
		calls = stepAll(b, store, calls, []journal.Entry{journal.CallCreated{Direction: "inbound"}, journal.CallQueued{}, journal.AgentOffered{AgentID: "a1", Name: "김하나"},
			journal.CallAssigned{}, journal.CallAnswered{Agent: &kim, WaitMS: 3000}, journal.AgentMuted{AgentID: "a1"}, journal.CallEnded{By: "customer", TotalMS: 9000}})
		b.StartTimer()
		before := processor(b)
		if _, err := s.look(b.Context(), start); err != nil {
			b.Fatal(err)
		}
		s.work.Wait()
		used += processor(b) - before
	}
	b.ReportMetric(float64(used.Microseconds())/float64(b.N), "cpu-µs/look")
}

// benchCall is a call with how many steps it has gone.
type benchCall struct {
	row  models.Call
	gone int
}

func beginBenchCall(b *testing.B, store *models.Store, id, w string, now models.Time) benchCall {
	c := models.Call{ID: id, WorkspaceID: w, ConversationID: "of " + id, ContactID: "c" + w, NumberID: "n" + w, Kind: "phone", Direction: "inbound", From: "+821012345678",
		To: "+827076660001", State: "talking", StartedAt: now, Live: true, Data: "{}"}
	err := store.Tx(b.Context(), func(tx *models.Tx) error {
		return errors.Join(tx.AddConversation(models.Conversation{ID: c.ConversationID, WorkspaceID: w, ContactID: c.ContactID, Kind: "phone", State: "open", CreatedAt: now, UpdatedAt: now}), tx.AddCall(c))
	})
	if err != nil {
		b.Fatal(err)
	}
	return benchCall{row: c}
}

// stepAll has each call go the next step of a story, and gives those that are not over.
func stepAll(b *testing.B, store *models.Store, calls []benchCall, story []journal.Entry) (left []benchCall) {
	err := store.Tx(b.Context(), func(tx *models.Tx) error {
		for _, c := range calls {
			before, entry := c.row, story[c.gone]
			data, err := journal.Encode(entry)
			if err != nil {
				return err
			}
			c.gone++
			c.row.Version++
			c.row.Live = c.gone < len(story)
			row := models.JournalEntry{CallID: c.row.ID, Seq: int64(c.gone), WorkspaceID: c.row.WorkspaceID, At: c.row.StartedAt, Type: entry.Type(), Data: data}
			if err := errors.Join(tx.AddJournal([]models.JournalEntry{row}), tx.SaveCall(c.row, &before)); err != nil {
				return err
			}
			if c.row.Live {
				left = append(left, c)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return left
}

// processor is what this program has used of the processor.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
