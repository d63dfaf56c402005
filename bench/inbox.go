package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"time"
)

// inboxCallRate is how many calls per second come while the inbox is asked, and
// inboxRate how many requests per second it is asked.
const (
	inboxCallRate = 5
	inboxRate     = 20
)

// The kinds of requests, as often as a desk makes them.
const (
	askList   = "list"
	askSearch = "search"
	askOpen   = "open"
	askCounts = "counts"
)

var askKinds = []string{askList, askSearch, askOpen, askCounts}

// inboxTurns is the order in which the kinds take turns.
var inboxTurns = []string{askList, askSearch, askOpen, askCounts, askList, askOpen, askSearch, askCounts, askList, askOpen}

// asked is what one kind of request took. Times are in milliseconds.
type asked struct {
	Kind   string  `json:"kind"`
	Count  int     `json:"count"`
	Failed int     `json:"failed"`
	P50    float64 `json:"msP50"`
	P99    float64 `json:"msP99"`
	Max    float64 `json:"msMax"`

	took []time.Duration
}

// inboxed is what the part with the large inbox gave.
type inboxed struct {
	Conversations int           `json:"conversations"`
	Contacts      int           `json:"contacts"`
	Seeding       time.Duration `json:"seeding"` // in nanoseconds
	Calls         *measured     `json:"calls"`
	Asked         []*asked      `json:"asked"`
}

// inboxPart measures how the inbox answers one desk after the other with very
// many conversations, while calls come to the same business. Nothing of the
// engines' own has an inbox, so it stands alone.
func (b *run) inboxPart(ctx context.Context) error {
	c := &scene{Team: b.agents, Conversations: b.conversations, Contacts: b.contacts}
	p := &pair{dir: filepath.Join(b.dir, partInbox), ours: &system{name: ringdesk}, peer: &system{}}
	b.pairs = append(b.pairs, p)
	var err error
	if p.generator, err = newGenerator(p.dir, c); err != nil {
		return err
	}
	say("Starting %s, and making %d conversations", b.engine.names().Engine, c.Conversations)
	if p.ours.server, err = b.engine.start(ctx, p.home(), firstRTP, nil); err != nil {
		return err
	}
	began := time.Now()
	if err := b.startOurs(ctx, p, partInbox, c); err != nil {
		return err
	}
	r := &inboxed{Conversations: c.Conversations, Contacts: c.Contacts, Seeding: time.Since(began)}
	say("They took %v", r.Seeding.Round(time.Second))
	st := step{Part: partInbox, Rate: inboxCallRate, Length: 3 * time.Second, Number: queueNumber(willing), manner: manner{Ring: queueRing, Talk: queueTalk, AgentEnds: true}}
	say("Warming up")
	if _, err := p.run(ctx, p.ours, st); err != nil {
		return err
	}
	state, err := p.ours.controller.state(ask{})
	if err != nil {
		return err
	}
	desk := &askingDesk{address: state.Desk, session: state.Sessions[0], random: rand.New(rand.NewPCG(1, 2)), report: r}
	st.Length = b.inbox
	return b.inboxWhileCalls(ctx, p, desk, st)
}

// inboxWhileCalls asks as long as calls come.
func (b *run) inboxWhileCalls(ctx context.Context, p *pair, desk *askingDesk, st step) error {
	if err := desk.begin(ctx); err != nil {
		return err
	}
	asking, stop := context.WithTimeout(ctx, st.Length)
	defer stop()
	var all sync.WaitGroup
	all.Go(func() { desk.ask(asking) })
	m, err := p.run(ctx, p.ours, st)
	all.Wait()
	if err != nil {
		return err
	}
	desk.report.Calls = m
	for _, a := range desk.report.Asked {
		a.P50, a.P99, a.Max = ms(percentile(a.took, 50)), ms(percentile(a.took, 99)), ms(percentile(a.took, 100))
		say("%-9s  %4d requests  %d failed  p50 %.1f ms, p99 %.1f ms", a.Kind, a.Count, a.Failed, a.P50, a.P99)
	}
	b.report.Inbox = desk.report
	return desk.failure
}

// askingDesk asks as an agent's browser does.
type askingDesk struct {
	address, session string
	random           *rand.Rand
	report           *inboxed
	ids              []string // of conversations, for opening them
	cursors          []string // where pages of lists begin

	mu      sync.Mutex
	failure error // the first
}

// begin looks what there is to ask for.
func (d *askingDesk) begin(ctx context.Context) error {
	for _, kind := range askKinds {
		d.report.Asked = append(d.report.Asked, &asked{Kind: kind})
	}
	for _, query := range []string{"list=all", "list=all&sort=oldest", "list=closed", "list=missed"} {
		place := query
		for range 5 {
			page, err := d.page(ctx, place)
			if err != nil {
				return err
			}
			for _, row := range page.Items {
				d.ids = append(d.ids, row.ID)
			}
			if page.Next == "" {
				break
			}
			place = query + "&cursor=" + url.QueryEscape(page.Next)
			d.cursors = append(d.cursors, place)
		}
	}
	if len(d.ids) == 0 {
		return errors.New("the inbox is empty")
	}
	return nil
}

// inboxPage is what the desk reads of a page.
type inboxPage struct {
	Items []struct {
		ID string `json:"id"`
	} `json:"items"`
	Next string `json:"next"`
}

func (d *askingDesk) page(ctx context.Context, query string) (page inboxPage, err error) {
	text, err := d.get(ctx, "/conversations?limit=50&"+query)
	if err == nil {
		err = json.Unmarshal(text, &page)
	}
	return page, err
}

// ask sends requests at their rate, whether the ones before were answered or not.
func (d *askingDesk) ask(ctx context.Context) {
	tick := time.NewTicker(time.Second / inboxRate)
	defer tick.Stop()
	var all sync.WaitGroup
	defer all.Wait()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		kind := inboxTurns[i%len(inboxTurns)]
		path := d.path(kind)
		all.Go(func() {
			began := time.Now()
			_, err := d.get(context.WithoutCancel(ctx), path)
			d.note(kind, time.Since(began), err)
		})
	}
}

// What is searched for: words of notes and tags, names, and parts of numbers.
var inboxQueries = []string{"환불", "배송지", "카드 결제", "지민", "서연", "5566", "010-55", "invoice", "refund", "Taylor", "봄날", "견적서", "다시 전화", "제주"}

var inboxLists = []string{"list=all", "list=mine", "list=unassigned", "list=missed", "list=closed", "list=snoozed", "list=mentions", "list=all&reason=userLeft",
	"list=all&direction=outbound", "list=all&tag=" + url.QueryEscape("환불")}

// path draws a request of a kind.
func (d *askingDesk) path(kind string) string {
	switch kind {
	case askList:
		if d.random.IntN(3) == 0 && len(d.cursors) > 0 {
			return "/conversations?limit=50&" + d.cursors[d.random.IntN(len(d.cursors))]
		}
		return "/conversations?limit=50&" + inboxLists[d.random.IntN(len(inboxLists))]
	case askSearch:
		return "/conversations?limit=50&list=all&q=" + url.QueryEscape(inboxQueries[d.random.IntN(len(inboxQueries))])
	case askOpen:
		return "/conversations/" + d.ids[d.random.IntN(len(d.ids))]
	default:
		return "/conversations/counts"
	}
}

func (d *askingDesk) get(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.address+"/api/v1"+path, nil)
	if err != nil {
		return nil, err
	}
	req.AddCookie(&http.Cookie{Name: "ringdesk_session", Value: d.session})
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, res.Status, text)
	}
	return text, err
}

func (d *askingDesk) note(kind string, took time.Duration, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a := d.report.of(kind)
	a.Count++
	a.took = append(a.took, took)
	if err != nil {
		a.Failed++
		if d.failure == nil {
			d.failure = err
		}
	}
}

// of finds what was asked of a kind; nil if nothing was.
func (r *inboxed) of(kind string) *asked {
	for _, a := range r.Asked {
		if a.Kind == kind {
			return a
		}
	}
	return nil
}
