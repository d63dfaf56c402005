package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"ringdesk/app"
	"ringdesk/controller/engine"
)

// peerModules are what Asterisk's own applications need beyond the product's
// modules. Only the bench's Asterisks load them.
var peerModules = []string{"app_mixmonitor.so", "app_queue.so", "app_confbridge.so"}

// peerConfig writes what Asterisk's own applications shall do. It lies beside
// the product's files, which do not touch it.
func peerConfig(dir string, c *scene) error {
	for file, text := range map[string]string{
		"etc/queues.conf": queuesConfig(c), "etc/confbridge.conf": conferences, "custom/bench.conf": peerDialplan} {
		file = filepath.Join(dir, "asterisk", file)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// queuesConfig makes one queue with one member for each line, and one that
// records; and the queues with many members, where that member is next who has
// been free the longest, or, where many decline, in turn, as with the product's
// longestIdle and roundRobin.
func queuesConfig(c *scene) string {
	var b strings.Builder
	b.WriteString("[general]\npersistentmembers = no\nautofill = yes\nshared_lastcall = no\nlog_membername_as_agent = no\n")
	add := func(name, strategy string, members ...string) {
		fmt.Fprintf(&b, "\n[%s]\nstrategy = %s\ntimeout = 20\nretry = 1\nringinuse = no\njoinempty = yes\nwrapuptime = 0\n", name, strategy)
		for _, m := range members {
			fmt.Fprintf(&b, "member => PJSIP/%s\n", m)
		}
	}
	for i := range c.Lines {
		add(fmt.Sprintf("q%04d", i), "ringall", linePhone(i))
		add(fmt.Sprintf("r%04d", i), "ringall", linePhone(i))
		b.WriteString("monitor-format = wav\n")
	}
	if c.Team > 0 {
		add(string(willing), "leastrecent", c.members(willing)...)
		add(string(reluctant), "rrmemory", c.members(reluctant)...)
	}
	return b.String()
}

// peerDialplan sends the callers where they belong. Option r rings the caller,
// as the controller does while an agent's phone rings; who must wait is answered
// and hears music, as in the product's queue.
var peerDialplan = "[from-trunk]\n" +
	"exten => _0707600XXXX,1,Queue(q${EXTEN:-4},r,,,20)\n same => n,Hangup()\n" +
	"exten => _0707601XXXX,1,Queue(r${EXTEN:-4},r,,,20)\n same => n,Hangup()\n" +
	"exten => " + queueNumber(willing) + ",1,Queue(" + string(willing) + ",r,,,60)\n same => n,Hangup()\n" +
	"exten => " + queueNumber(reluctant) + ",1,Queue(" + string(reluctant) + ",r,,,60)\n same => n,Hangup()\n" +
	"exten => " + crowdedNumber + ",1,Answer(,i)\n same => n,Queue(" + string(willing) + ",,,,60)\n same => n,Hangup()\n" +
	"exten => _" + plainRoom + "XXXX,1,Answer(,i)\n same => n,ConfBridge(${EXTEN},plain,party)\n same => n,Hangup()\n" +
	"exten => _" + recordedRoom + "XXXX,1,Answer(,i)\n same => n,ConfBridge(${EXTEN},recorded,party)\n same => n,Hangup()\n"

// conferences are ConfBridge's rooms: sound only, no announcements, as the
// product's.
const conferences = `[general]

[plain]
type = bridge

[recorded]
type = bridge
record_conference = yes

[party]
type = user
quiet = yes
announce_join_leave = no
music_on_hold_when_empty = no
dsp_drop_silence = no
`

// startPeer gives an Asterisk the same trunk and phones as the controller gives
// its own, and then loads its applications, so that app_queue finds its members.
func (s *asteriskServer) startPeer(ctx context.Context, c *scene) error {
	settings, err := productSettings(s.environment())
	if err != nil {
		return err
	}
	phones := &plainPhones{at: c.Phones, put: func() {}, bad: func(error) {}, Engine: app.NewEngine(settings)}
	if err := phones.PutTrunk(ctx, engine.Trunk{ID: trunkID, Hosts: []string{callersHost}}); err != nil {
		return err
	}
	for _, name := range c.phones() {
		if err := phones.PutPhone(ctx, engine.Phone{ID: name}); err != nil {
			return err
		}
	}
	for _, m := range peerModules {
		if err := s.ari(ctx, http.MethodPost, "/asterisk/modules/"+m, nil); err != nil {
			return fmt.Errorf("module %s: %w", m, err)
		}
	}
	return nil
}
