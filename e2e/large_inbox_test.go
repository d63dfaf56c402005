package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// A large inbox is read and worked off like a small one.
func TestLargeInbox(t *testing.T) {
	in := Start(t, Options{Seed: []string{"--conversations=2000", "--days=2", "--until=" + lastMonday().Format(time.RFC3339)}})
	mina := in.Browser(t, in.Agents[0], 0)
	t.Run("few nodes", func(t *testing.T) { fewNodes(t, mina.For(t)) })
	t.Run("bulk", func(t *testing.T) { bulkAcrossPages(t, in.API(t), mina.For(t)) })
}

// lastMonday is noon of the demo's last Monday that is over. How many calls a
// business misses depends on the hour and the day: after its weekend they are
// many.
func lastMonday() time.Time {
	const day = 24 * time.Hour
	at := time.Now().UTC().Truncate(day).Add(3 * time.Hour) // noon in Seoul
	for at.Weekday() != time.Monday || time.Since(at) < 0 {
		at = at.Add(-day)
	}
	return at
}

// However far somebody reads, the page holds little more than what is in sight.
//
// Covers: INBOX-1.
func fewNodes(t *testing.T, mina *Agent) {
	const most, rows = 1500, 400
	mina.Visit("/inbox/all")
	mina.AwaitText("[data-testid=inbox-item]", "")
	nodes := func(when string) {
		if n := eval[int](mina, "document.getElementsByTagName('*').length"); n > most {
			t.Errorf("%s the page has %d nodes, at most %d are allowed", when, n, most)
		} else {
			t.Logf("%s the page has %d nodes", when, n)
		}
	}
	nodes("at first")
	Await(t, fmt.Sprintf("%d rows are loaded", rows), pageTime, func() (bool, string) {
		n := eval[int](mina, `(() => {
			const last = [...document.querySelectorAll('[data-testid=inbox-rows] [role=listitem]')].at(-1);
			last.scrollIntoView();
			return Number(last.ariaSetSize);
		})()`)
		return n >= rows, fmt.Sprint(n)
	})
	mina.ClickOn("[data-testid=inbox-rows] [role=listitem]:nth-child(12) [data-testid=inbox-item]")
	mina.AwaitText("[data-testid=conversation]", "call")
	nodes(fmt.Sprintf("with %d rows read and a conversation open", rows))
}

// Hundreds of conversations over several pages are done with one action, with
// how far it is, and within the time in which a person waits for it. None is left
// behind, and an undo gives back exactly what there was, but for missed ones,
// which stay closed.
//
// Covers: INBOX-4, MISS-2, MISS-3.
func bulkAcrossPages(t *testing.T, api *Client, mina *Agent) {
	want := states(api)
	missed := 0
	for id, state := range want {
		if state == "missed" {
			missed++
			want[id] = "closed"
		}
	}
	if missed < 500 {
		t.Fatalf("the seed made %d missed conversations: 500 are needed", missed)
	}

	mina.Visit("/inbox/missed")
	mina.selectAll(missed)
	mina.Click("Close conversation")
	mina.AwaitText("[role=dialog]", "cannot be opened again")
	mina.ClickOn("[role=dialog] button:not([data-autofocus]):not([aria-label])")
	mina.bulkDone(missed, false)
	if far := fmt.Sprintf(" of %d done", missed); !slices.ContainsFunc(mina.Statuses(), func(n Noted) bool { return strings.HasSuffix(n.Text, far) }) {
		t.Errorf("the page never said how far it is: %v", mina.Statuses())
	}
	mina.AwaitText("main", "No missed calls")
	same(t, "after closing the missed ones", states(api), want)

	unfinished := 0
	for _, state := range want {
		if state != "closed" {
			unfinished++
		}
	}
	mina.Visit("/inbox/all")
	mina.selectAll(len(want))
	mina.Click("Close conversation")
	mina.bulkDone(unfinished, true)
	for id, state := range states(api) {
		if state != "closed" {
			t.Fatalf("conversation %s is %s", id, state)
		}
	}
	mina.Click("Undo")
	mina.bulkDone(unfinished, false)
	same(t, "after the undo", states(api), want)
}

// selectAll chooses all conversations of the list that is shown, whether they are
// loaded or not.
func (a *Agent) selectAll(total int) {
	a.t.Helper()
	a.AwaitText("[data-testid=inbox-item]", "")
	a.letter("j")
	a.letter("x")
	if total < 1000 { // the lists are counted no further
		a.Click(fmt.Sprintf("Select all %d", total))
	} else {
		a.Click("Select all found")
	}
}

// bulkDone waits until the page says that so many conversations have changed, and
// offers to undo that or not.
func (a *Agent) bulkDone(changed int, undoable bool) {
	a.t.Helper()
	const most = 10 * time.Second // for 500 of them
	began := time.Now()
	want := fmt.Sprintf("%d conversations changed", changed)
	Await(a.t, want, time.Minute, func() (bool, string) {
		said := strings.Join(a.Text("[role=group]"), " ")
		return strings.Contains(said, want) && strings.Contains(said, "Undo") == undoable, said
	})
	took := time.Since(began)
	if took > max(most, most*time.Duration(changed)/500) {
		a.t.Errorf("it took %v", took)
	}
	a.t.Logf("%s after %v", want, took)
}

// states are all conversations of the workspace with their states.
func states(api *Client) map[string]string {
	api.t.Helper()
	all := map[string]string{}
	for path := "/conversations?list=all&limit=100"; ; {
		var page struct {
			Items []Conversation
			Next  string
		}
		api.Get(path, &page)
		for _, c := range page.Items {
			all[c.ID] = c.State
		}
		if page.Next == "" {
			return all
		}
		path = "/conversations?list=all&limit=100&cursor=" + page.Next
	}
}

// same asserts that conversations have the wanted states.
func same(t *testing.T, when string, got, want map[string]string) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	others, one := 0, ""
	for id, state := range want {
		if got[id] != state {
			others, one = others+1, fmt.Sprintf("%s is %q and not %q", id, got[id], state)
		}
	}
	t.Errorf("%s: %d of %d conversations are wrong, such as %s; there are %d", when, others, len(want), one, len(got))
}
