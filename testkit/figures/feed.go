package figures

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"ringdesk/controller/odata"
	"ringdesk/controller/stats"
	"ringdesk/controller/verb"
)

// feed compares the rows that the OData feed gives in pages (STAT-5), and the sums of its
// days.
func (a *agreement) feed(workspace string, kept []callRow, want stats.Report) error {
	if len(kept) == 0 {
		return nil
	}
	from, to := kept[0].started.Add(-time.Hour), kept[len(kept)-1].started.Add(time.Hour)
	service := odata.New(a.store, func() time.Time { return a.now })
	var calls []callRow
	err := a.pages(service, workspace, "Calls", between("startedAt", from, to), func(r entity) {
		calls = append(calls, callRow{id: r.text("callId"), direction: r.text("direction"), state: r.text("state"), outcome: r.text("outcome"), reason: r.text("missedReason"),
			started: r.at("startedAt"), waited: r.at("waitedAt"), rang: r.at("rangAt"), answered: r.at("answeredAt"), ended: r.at("endedAt"), closed: r.at("closedAt"),
			greeting: r.number("greetingMs"), ring: r.number("ringMs"), dial: r.number("dialMs"), talk: r.number("talkMs"), hold: r.number("holdMs"),
			first: r.number("firstResponseMs"), invitations: r.number("invitations"), transfers: r.number("transfers"), callback: r["callbackAsked"] == true,
			voicemail: r["voicemail"] == true, grade: r.number("grade")})
	})
	if err != nil {
		return err
	}
	var parts []partRow
	err = a.pages(service, workspace, "AgentCalls", between("callStartedAt", from, to), func(r entity) {
		parts = append(parts, partRow{call: r.text("callId"), agent: r.text("agentId"), way: r.text("way"), end: r.text("endedAs"), answered: r["answered"] == true,
			ring: r.number("ringMs"), dial: r.number("dialMs"), talk: r.number("talkMs"), hold: r.number("holdMs"), wrap: r.number("wrapUpMs"), wrapped: r["wrapUpMs"] != nil})
	})
	if err != nil {
		return err
	}
	a.compare("OData", count(calls, parts, a.zone, level), want)
	return a.daily(service, workspace, want)
}

// daily compares the sums of days.
func (a *agreement) daily(service *odata.Service, workspace string, want stats.Report) error {
	sums := map[string]stats.Total{}
	query := fmt.Sprintf("day ge %s and day le %s", want.Days[0].Day, want.Days[len(want.Days)-1].Day)
	err := a.pages(service, workspace, "Daily", query, func(r entity) {
		t := sums[r.text("day")]
		for sum, of := range map[*int64]string{&t.Calls: "calls", &t.Missed: "missed", &t.TalkMS: "talkMs", &t.HoldMS: "holdMs", &t.RingMS: "ringMs", &t.DialMS: "dialMs",
			&t.Wraps: "wraps", &t.WrapMS: "wrapUpMs", &t.Waited: "waited", &t.ShortAbandons: "shortAbandons", &t.Transfers: "transfers", &t.Invitations: "invitations",
			&t.Callbacks: "callbacks", &t.Voicemails: "voicemails", &t.Grades: "grades", &t.GradeSum: "gradeSum", &t.Within: "answeredWithinLevel",
			&t.WithinOfRing: "answeredWithinLevelOfRing"} {
			*sum += r.number(of)
		}
		if r.text("direction") == "inbound" {
			t.Inbound, t.InboundAnswered, t.FirstResponseMS = t.Inbound+r.number("calls"), t.InboundAnswered+r.number("answered"), t.FirstResponseMS+r.number("firstResponseMs")
			t.Waits = t.InboundAnswered
		} else {
			t.Outbound, t.OutboundAnswered = t.Outbound+r.number("calls"), t.OutboundAnswered+r.number("answered")
		}
		sums[r.text("day")] = t
	})
	for _, d := range want.Days {
		t := d.Total
		t.MedianWait, t.P90Wait = 0, 0 // no sums
		a.compare("OData on "+d.Day, sums[d.Day], t)
	}
	return err
}

// between is a condition for a period.
func between(property string, from, to time.Time) string {
	const form = "2006-01-02T15:04:05.000Z"
	return fmt.Sprintf("%s ge %s and %s lt %s", property, from.UTC().Format(form), property, to.UTC().Format(form))
}

// pages reads all rows of a set.
func (a *agreement) pages(service *odata.Service, workspace, set, filter string, row func(entity)) error {
	query := url.Values{"$filter": {filter}}.Encode()
	for {
		answer, err := service.Ask(a.ctx, verb.Operator, workspace, odata.Request{Root: "http://localhost/odata/v4/", Path: set, Query: query, Accept: "application/json",
			Prefer: "odata.maxpagesize=70"})
		if err != nil {
			return err
		}
		body := bytes.NewBufferString(answer.Body)
		if answer.Stream != nil {
			if err := answer.Stream(a.ctx, body); err != nil {
				return err
			}
		}
		var page struct {
			Value []entity
			Next  string `json:"@odata.nextLink"`
		}
		d := json.NewDecoder(body)
		d.UseNumber()
		if err := d.Decode(&page); err != nil {
			return err
		}
		for _, r := range page.Value {
			row(r)
		}
		if page.Next == "" {
			return nil
		}
		next, err := url.Parse(page.Next)
		if err != nil {
			return err
		}
		query = next.RawQuery
	}
}

// entity is a row as JSON has it. What cannot be read panics: the test fails.
type entity map[string]any

func (e entity) text(property string) string {
	v, is := e[property]
	if !is {
		panic("there is no property " + property)
	}
	if v == nil {
		return ""
	}
	return v.(string)
}

func (e entity) at(property string) time.Time {
	if e.text(property) == "" {
		return time.Time{}
	}
	return must(time.Parse(time.RFC3339Nano, e.text(property)))
}

func (e entity) number(property string) int64 {
	v, is := e[property]
	if !is {
		panic("there is no property " + property)
	}
	if v == nil {
		return 0
	}
	return must(v.(json.Number).Int64())
}
