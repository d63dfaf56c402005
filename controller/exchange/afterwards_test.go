package exchange_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/disk"
	"ringdesk/dialplan"
	"ringdesk/models"
	"ringdesk/testkit/memory"
)

// A message is one track of the caller's in the recording of the missed call,
// and no other call's.
func TestVoicemail_Q_2_END_6(t *testing.T) {
	virtual(t, func(t *testing.T) {
		var files []memory.Recorded
		opt := sound
		opt.Record = func(r memory.Recorded) error { files = append(files, r); return nil }
		w := newStage(t, 1, opt)
		w.settings(func(s *dialplan.Settings) { s.VoicemailOn, s.VoicemailSeconds = []string{"noOperator"}, 30 })
		w.agent(0, models.AgentUpdate{Status: new("off")})
		caller, c := w.phone(from(1))
		w.state(c.ID, call.Voicemail)
		caller.Say(440)
		later(10 * time.Second) // the prompt and the beep
		caller.Press("#")
		c = w.state(c.ID, call.Missed)
		w.clean()
		if c.MissedReason != dialplan.NoOperator || c.EndedBy != call.BySystem {
			t.Errorf("missed for %s by %s", c.MissedReason, c.EndedBy)
		}
		tracks := w.recorded(c)
		if len(tracks) != 1 || tracks[0].ParticipantID != c.Customer.ID || len(files) != 1 || files[0].File+".wav" != tracks[0].File {
			t.Fatalf("tracks %+v, files %+v", tracks, files)
		}
		if said := files[0].Said; len(said) != 1 || said[0].Hz[0] != 440 {
			t.Errorf("the message is %v", said)
		}

		// One who says nothing for so long, and one who hangs up at once.
		_, c = w.phone(from(2))
		w.state(c.ID, call.Voicemail)
		later(40 * time.Second)
		w.state(c.ID, call.Missed)
		caller, c = w.phone(from(3))
		w.state(c.ID, call.Voicemail)
		caller.Hangup()
		if c = w.state(c.ID, call.Missed); c.MissedReason != dialplan.NoOperator {
			t.Errorf("missed for %s", c.MissedReason)
		}
		w.clean()
	})
}

// recorded gives the tracks of a call's recording, which must be ready to be
// mixed, with every track begun and ended.
func (w *stage) recorded(c call.Call) []models.Track {
	w.t.Helper()
	rec, err := w.store.Recording(w.t.Context(), w.ws.ID, c.RecordingID)
	w.must(err)
	tracks, err := w.store.Tracks(w.t.Context(), rec.ID)
	w.must(err)
	if rec.CallID != c.ID || rec.State != "processing" {
		w.t.Errorf("recording %+v", rec)
	}
	for _, tr := range tracks {
		if tr.StartedAt.IsZero() || tr.EndedAt.Before(tr.StartedAt.Time) || tr.Error != "" {
			w.t.Errorf("track %+v", tr)
		}
	}
	return tracks
}

// The customer's grade is in the journal; their key is in no track.
func TestSurvey_Q_2_STAT_0(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		w.settings(func(s *dialplan.Settings) { s.Survey = on() })
		caller, c := w.talk(0, from(1))
		w.must(w.do(0, c, call.Leave))
		w.state(c.ID, call.Survey)
		w.free() // the agent is not kept
		later(3 * time.Second)
		caller.Press("7")
		caller.Press("4")
		c = w.state(c.ID, call.Ended)
		w.clean()
		graded := w.entries(c, "survey.answered")
		if len(graded) != 1 {
			t.Fatalf("graded %+v", graded)
		}
		var data struct{ Grade int }
		w.must(json.Unmarshal([]byte(graded[0].Data), &data))
		if data.Grade != 4 || c.Grade != 4 || c.Outcome != call.Answered {
			t.Errorf("grade %d, %d, %s", data.Grade, c.Grade, c.Outcome)
		}
		if tracks := w.recorded(c); len(tracks) != 2 {
			t.Errorf("%d tracks", len(tracks))
		}
		var spent int64
		for _, ms := range c.Spent {
			spent += ms
		}
		if want := c.EndedAt.Sub(c.StartedAt).Milliseconds(); spent != want {
			t.Errorf("its phases are %d ms, the call is %d ms: %v", spent, want, c.Spent)
		}
	})
}

// Wrap-up begins with the end of the talk, keeps automatic calls away, and ends
// by the agent, by the conversation, or by its limit.
func TestWrapUp_END_5_IN_2(t *testing.T) {
	for name, ends := range map[string]func(w *stage, c call.Call){
		"by the agent": func(w *stage, _ call.Call) {
			w.tx(func(tx *models.Tx) error { return tx.EndWrapUp(w.ws.ID, w.agents[0].ID, time.Now()) })
		},
		"by closing": func(w *stage, c call.Call) {
			w.tx(func(tx *models.Tx) error { return tx.EndWrapUpOf(w.ws.ID, c.ConversationID, time.Now()) })
		},
		"by the limit": func(*stage, call.Call) { later(31 * time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w := newStage(t, 1, sound)
				w.settings(func(s *dialplan.Settings) { s.Automatic, s.WrapUpSeconds, s.AnnounceSeconds = on(), count(30), -1 })
				caller, c := w.talk(0, from(1))
				caller.Hangup()
				c = w.state(c.ID, call.Ended)
				a, err := w.store.Agent(t.Context(), w.ws.ID, w.agents[0].ID)
				w.must(err)
				if a.WrapUpConversation != c.ConversationID || !a.WrapUpUntil.Equal(models.At(c.EndedAt.Add(30*time.Second)).Time) || a.State(time.Now()) != "wrapUp" {
					t.Errorf("until %v for %s, state %s", a.WrapUpUntil, a.WrapUpConversation, a.State(time.Now()))
				}
				next, n := w.phone(from(2))
				w.state(n.ID, call.Queued)
				later(5 * time.Second)
				w.quiet(0)
				ends(w, c)
				w.isOffered(0, 2)
				if a, err = w.store.Agent(t.Context(), w.ws.ID, w.agents[0].ID); err != nil || a.WrapUpNow(time.Now()) {
					t.Errorf("still wraps up: %v, %v", a.WrapUpUntil, err)
				}
				next.Hangup()
				w.clean()
			})
		})
	}
}

// What an agent protects themselves with stays: tag, block, and a caller who is
// turned away next time. The audit log tells who did it.
//
// Covers: SEC-6
func TestTurnedAway_CALL_7_MISS_1(t *testing.T) {
	virtual(t, func(t *testing.T) {
		w := newStage(t, 1, sound)
		caller, c := w.talk(0, from(1))
		w.must(w.do(0, c, call.Warn))
		later(3 * time.Second)
		w.must(w.do(0, c, call.TurnAway))
		later(time.Second)
		if !hearsNow(caller, 900) {
			t.Error("the caller does not hear why")
		}
		c = w.state(c.ID, call.Ended)
		blocks, err := w.store.Blocks(t.Context(), w.ws.ID, time.Now())
		w.must(err)
		if len(blocks) != 1 || blocks[0].Number != "+821011110001" || blocks[0].AgentID != w.agents[0].ID {
			t.Errorf("blocks %+v", blocks)
		}
		log, err := w.store.Audit(t.Context(), w.ws.ID, models.AuditFilter{Kind: "block", Limit: 2})
		w.must(err)
		if len(log) != 1 || log[0].Action != "turnedAway" || log[0].ByID != w.agents[0].ID || log[0].Name != "+821011110001" {
			t.Errorf("the audit log has %+v", log)
		}
		again, next := w.phone(from(1))
		if next = w.state(next.ID, call.Missed); next.MissedReason != dialplan.BlockedUser || again.State().Final != 603 {
			t.Errorf("next time %s, %d", next.MissedReason, again.State().Final)
		}
		w.clean()
	})
}

// On a disk that is nearly full calls go on, unrecorded, and each says why; the
// next one is recorded when there is room again.
//
// Covers: SEC-4, END-1
func TestNoRoomForRecordings_SEC_4(t *testing.T) {
	w := newStage(t, 1, memory.Options{})
	for i, full := range []bool{true, false} {
		w.disk.Store(nil)
		if full {
			w.disk.Store(&disk.ErrLow)
		}
		caller := w.caller(from(i + 1))
		caller.Say(440)
		caller.Call(number)
		w.await("a call that rings", func() bool {
			c := w.newest()
			return c.State == call.Ringing && w.phones[0].State().Invited.Call == c.ID
		})
		w.phones[0].Answer()
		c := w.last(call.Talking)
		w.await("sound", func() bool { return hearsNow(w.phones[0], 440) })
		caller.Hangup()
		c = w.last(call.Ended)
		w.clean()
		tracks, err := w.store.Tracks(t.Context(), c.RecordingID)
		w.must(err)
		if len(tracks) != 2 {
			t.Fatalf("full %v: tracks %+v", full, tracks)
		}
		for _, tr := range tracks {
			if refused := tr.Error == call.NoRoom && tr.StartedAt.IsZero(); refused != full {
				t.Errorf("full %v: track %+v", full, tr)
			}
		}
	}
}

// A caller who is asked for a message on a disk that is nearly full can leave
// it: what is kept free is enough for that. Only where nothing can be written
// are they let go after the beep.
//
// Covers: SEC-4, Q-2
func TestVoicemailOnALowDisk_SEC_4_Q_2(t *testing.T) {
	for name, tc := range map[string]struct {
		disk error
		kept bool
	}{"low": {fmt.Errorf("%w: 3 MiB are free", disk.ErrLow), true}, "full": {disk.ErrFull, false}, "hung": {disk.ErrHung, false}} {
		t.Run(name, func(t *testing.T) {
			virtual(t, func(t *testing.T) {
				w, s := recordingStage(t, 1)
				w.agent(0, models.AgentUpdate{Status: new("off")})
				w.settings(func(s *dialplan.Settings) { s.VoicemailOn, s.VoicemailSeconds = []string{"noOperator"}, 30 })
				w.disk.Store(&tc.disk)
				caller, c := w.phone(from(1))
				w.state(c.ID, call.Voicemail)
				caller.Say(440)
				later(20 * time.Second)
				if over := w.find(c.ID).State.Over(); over == tc.kept {
					t.Errorf("the call is over in mid-message: %v", over)
				}
				caller.Hangup()
				c = w.state(c.ID, call.Missed)
				w.clean()
				tracks, err := w.store.Tracks(t.Context(), c.RecordingID)
				w.must(err)
				if len(tracks) != 1 || (tracks[0].Error == "") != tc.kept || (s.said(tracks[0].File, 440) > 10*time.Second) != tc.kept {
					t.Errorf("tracks %+v", tracks)
				}
			})
		})
	}
}
