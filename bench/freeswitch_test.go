package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	fsserver "ringdesk/testkit/freeswitch"
)

// What is missing is said with what to do about it.
func TestNewFreeSWITCH(t *testing.T) {
	prefix := t.TempDir()
	missing := func(prefix string, says ...string) {
		t.Helper()
		_, err := newFreeSWITCH(prefix)
		if err == nil {
			t.Fatal("it was found")
		}
		for _, want := range says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q", err, want)
			}
		}
	}
	put := func(name string) {
		name = filepath.Join(prefix, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	missing("", "set "+fsserver.Env, "bin/freeswitch")
	missing(prefix, "no FreeSWITCH in "+prefix, fsserver.Env)
	put("bin/freeswitch")
	missing(prefix, "no mod_callcenter in "+prefix, "make mod_callcenter-install")
	put("mod/mod_callcenter.so")
	if e, err := newFreeSWITCH(prefix); err != nil || e.names().Queue != "mod_callcenter" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestMediaEngine(t *testing.T) {
	o := options{engineName: onAsterisk}
	if e, err := o.mediaEngine(); err != nil || e.names().Queue != "app_queue" {
		t.Errorf("%+v, %v", e, err)
	}
	o.engineName = "kamailio"
	if _, err := o.mediaEngine(); err == nil || !strings.Contains(err.Error(), "asterisk or freeswitch") {
		t.Errorf("kamailio: %v", err)
	}
}

// Both engines' queues have the same members, and every one is reached where
// its phone is.
func TestCallCenterConfig(t *testing.T) {
	c := &scene{Lines: 2, Team: 2, Phones: Phones{Agents: "127.0.0.12:1", Busy: "127.0.0.12:2", Declines: "127.0.0.12:3"}}
	text := callCenterConfig(c, "/recordings")
	var parsed struct {
		Queues []struct {
			Name   string `xml:"name,attr"`
			Params []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"value,attr"`
			} `xml:"param"`
		} `xml:"queues>queue"`
		Agents []struct {
			Name    string `xml:"name,attr"`
			Contact string `xml:"contact,attr"`
			WrapUp  string `xml:"wrap-up-time,attr"`
		} `xml:"agents>agent"`
		Tiers []struct {
			Agent string `xml:"agent,attr"`
			Queue string `xml:"queue,attr"`
		} `xml:"tiers>tier"`
	}
	if err := xml.Unmarshal([]byte(text), &parsed); err != nil {
		t.Fatal(err)
	}
	strategies, recorded := map[string]string{}, map[string]bool{}
	for _, q := range parsed.Queues {
		for _, p := range q.Params {
			switch p.Name {
			case "strategy":
				strategies[q.Name] = p.Value
			case "record-template":
				recorded[q.Name] = strings.HasPrefix(p.Value, "/recordings/")
			}
		}
	}
	if strategies["q0001"] != "ring-all" || recorded["q0001"] || !recorded["r0001"] || strategies["team"] != "longest-idle-agent" || strategies["pick"] != "round-robin" {
		t.Errorf("strategies %v, recorded %v", strategies, recorded)
	}
	members := map[string][]string{}
	for _, tier := range parsed.Tiers {
		members[tier.Queue] = append(members[tier.Queue], tier.Agent)
	}
	if !slices.Equal(members["pick"], c.members(reluctant)) || !slices.Equal(members["r0001"], []string{"line0001"}) {
		t.Errorf("members %v", members)
	}
	if len(parsed.Agents) != len(c.phones()) {
		t.Errorf("%d agents, want %d", len(parsed.Agents), len(c.phones()))
	}
	for _, a := range parsed.Agents {
		if !strings.HasSuffix(a.Contact, "sip:"+a.Name+"@"+c.address(a.Name)) || a.WrapUp != "0" {
			t.Errorf("%+v", a)
		}
	}
}

func TestCallCenterDialplan(t *testing.T) {
	text := callCenterDialplan("/recordings", "/music.wav")
	dec := xml.NewDecoder(strings.NewReader(text))
	var err error
	for err == nil {
		_, err = dec.Token()
	}
	if !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	for _, want := range []string{`expression="^0707601([0-9]{4})$"`, `data="r$1"`, `data="pick"`, `data="cc_moh_override=/music.wav"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// A queue that answers its callers at once has no time from agent to caller.
func TestReportWithoutAnswerTimes(t *testing.T) {
	r := &report{Names: freeswitchEngine{}.names(), Setup: &aftermath{}}
	r.add(&measured{Part: partSetup, System: ringdesk, Rate: 20, Calls: 1, setup: []time.Duration{10 * time.Millisecond}, answer: []time.Duration{time.Millisecond}})
	r.add(&measured{Part: partSetup, System: callCenter, Rate: 20, Calls: 1, setup: []time.Duration{100 * time.Millisecond}})
	wants(t, r, "÷ mod_callcenter", "CPU FreeSWITCH", "  at once  ", "  0.10  ", "mod_callcenter's 0 MB", "queue: calls/s where callers wait ≥ 1.00 × mod_callcenter's")
}

func TestChooseParts(t *testing.T) {
	some := names{Engine: "some", parts: []string{partSetup, partQueue}}
	if got, err := chooseParts([]string{partQueue, partRooms}, some, onSQLite); err != nil || !slices.Equal(got, []string{partQueue}) {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := chooseParts([]string{partRooms}, some, onSQLite); err == nil {
		t.Error("nothing is to be measured, without an error")
	}
	both := names{Engine: "both", parts: allParts}
	if got, err := chooseParts([]string{partQueue, partRooms}, both, onPostgres); err != nil || !slices.Equal(got, []string{partQueue}) {
		t.Errorf("on PostgreSQL: %v, %v", got, err)
	}
}
