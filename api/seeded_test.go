package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/numbering"
	"ringdesk/controller/people"
	"ringdesk/controller/seed"
	"ringdesk/controller/verb"
	"ringdesk/models"
	"ringdesk/testkit/database"
)

// seeded is a server on seeded data, and its owner's browser.
func seeded(t *testing.T, o seed.Options) *client {
	t.Helper()
	store, err := models.Open(database.Place(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	owner := people.Person{Email: "owner@seeded.example", Name: "Olivia", PasswordHash: "x", Locale: "ko", Role: "owner"}
	err = store.Tx(t.Context(), func(tx *models.Tx) error {
		now := models.At(o.Now)
		ws, _, err := people.AddWorkspace(tx, verb.Operator, people.NewWorkspace{Name: "Seeded", Country: "KR", TimeZone: "Asia/Seoul"}, owner, now)
		if err != nil {
			return err
		}
		trunk, err := numbering.AddTrunk(tx, verb.Operator, ws, numbering.TrunkChange{Name: new("carrier"), Hosts: &[]string{"192.0.2.1"}}, now)
		if err != nil {
			return err
		}
		_, err = numbering.AddNumber(tx, verb.Operator, ws, "07076660001", numbering.NumberChange{TrunkID: &trunk.ID}, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seed.Fill(t.Context(), store, o); err != nil {
		t.Fatal(err)
	}
	account, err := store.AccountByEmail(t.Context(), owner.Email)
	if err != nil {
		t.Fatal(err)
	}
	spaces, err := store.WorkspacesOf(t.Context(), account.ID)
	if err != nil {
		t.Fatal(err)
	}
	e := startWith(t, func(e *env) { e.clock.set(o.Now) }, func(options *api.Options) { options.Store = store })
	e.store = store
	return e.as(&person{account: account.ID, workspace: spaces[0].ID})
}

// pages reads all of a list.
func pages(c *client, query string) (all []api.ConversationSummary) {
	c.e.t.Helper()
	for next := ""; ; {
		page := into[api.ConversationList](c.do("GET", "/conversations?limit=100&"+query+next, "").want(200))
		all = append(all, page.Items...)
		if page.Next == nil {
			return all
		}
		next = "&cursor=" + url.QueryEscape(*page.Next)
	}
}

// The lists of seeded data are as long as they are counted, and what was said in
// calls, notes and tags is found and stands in the timeline.
//
// Covers: INBOX-4, INBOX-5, MISS-1
func TestSeededInbox(t *testing.T) {
	const conversations = 300
	thursday := time.Date(2026, 3, 12, 6, 0, 0, 0, time.UTC) // the hour and the weekday decide what is open by now
	c := seeded(t, seed.Options{Conversations: conversations, Contacts: 90, Days: 12, Seed: 1, Now: thursday})
	counts := into[api.ConversationCounts](c.do("GET", "/conversations/counts", "").want(200))
	all := pages(c, "list=all")
	if len(all) != conversations {
		t.Errorf("%d conversations", len(all))
	}
	for list, n := range map[string]int{"unassigned": counts.Unassigned, "missed": counts.Missed, "snoozed": counts.Snoozed, "waiting": 0} {
		if got := len(pages(c, "list="+list)); got != n || n == 0 && list != "waiting" {
			t.Errorf("%s: counted %d, listed %d", list, n, got)
		}
	}
	reasons := map[string]bool{}
	var noted, tagged *api.ConversationSummary
	for i := range all {
		row := &all[i]
		if row.MissedReason != nil {
			reasons[string(*row.MissedReason)] = true
		}
		if row.LastNote != nil && strings.Contains(*row.LastNote, "환불") {
			noted = row
		}
		if len(row.Tags) > 0 {
			tagged = row
		}
	}
	if len(reasons) != 10 {
		t.Errorf("missed reasons %v", reasons)
	}
	if noted == nil || tagged == nil {
		t.Fatal("no conversation has a note on refunds, or none a tag")
	}
	if !has(pages(c, "list=all&q="+url.QueryEscape("환불")), noted.Id) {
		t.Error("a note's word is not found")
	}
	if !has(pages(c, "list=all&tag="+url.QueryEscape(tagged.Tags[0])), tagged.Id) {
		t.Error("a tag is not filtered by")
	}
	timeline(c, noted, `"note"`)
	timeline(c, tagged, `"tagged"`)
}

func has(rows []api.ConversationSummary, id string) bool {
	for _, row := range rows {
		if row.Id == id {
			return true
		}
	}
	return false
}

// timeline says that a conversation's timeline has its call and something else.
func timeline(c *client, row *api.ConversationSummary, kind string) {
	c.e.t.Helper()
	text := string(c.do("GET", fmt.Sprintf("/conversations/%s/events", row.Id), "").want(200).body)
	for _, want := range []string{`"call"`, kind} {
		if !strings.Contains(text, want) {
			c.e.t.Errorf("the timeline of %s has no %s: %s", row.Id, want, text)
		}
	}
}
