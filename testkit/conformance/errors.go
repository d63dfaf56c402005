package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

var errorCases = []testCase{
	{"unknown", unknownThings},
	{"ended-leg", endedLeg},
	{"deadline", deadline},
	{"late", lateDeadline},
}

var endpointCases = []testCase{
	{"phone-replaced", phoneReplaced},
	{"phone-deleted", phoneDeleted},
	{"trunk-deleted", trunkDeleted},
	{"trunk-states", trunkStates},
	{"bad-request", endpointBadRequest},
}

var orderCases = []testCase{
	{"many-calls", manyCalls},
}

// onLeg is each command about a leg.
func onLeg(s *session, leg engine.LegID) map[string]error {
	ctx, room := s.Context(), s.room()
	return map[string]error{
		"Ring":           s.eng.Ring(ctx, leg),
		"Answer":         s.eng.Answer(ctx, leg),
		"Hangup":         s.eng.Hangup(ctx, leg, engine.CauseNormal),
		"Join":           s.eng.Join(ctx, room, leg),
		"Part":           s.eng.Part(ctx, room, leg),
		"Hold":           s.eng.Hold(ctx, room, leg),
		"Unhold":         s.eng.Unhold(ctx, room, leg),
		"Mute":           s.eng.Mute(ctx, leg, true),
		"Music":          s.eng.Music(ctx, leg, true),
		"SendDTMF":       s.eng.SendDTMF(ctx, leg, "1"),
		"StartRecording": s.eng.StartRecording(ctx, engine.RecordingRequest{ID: engine.RecordingID(uuid.NewString()), Leg: leg, File: "x/" + uuid.NewString()}),
		"Play":           s.eng.Play(ctx, engine.PlayRequest{ID: engine.PlaybackID(uuid.NewString()), Leg: leg, Sounds: []string{s.rig.Sound().Name}}),
	}
}

func unknownThings(s *session) {
	for op, err := range onLeg(s, engine.LegID(uuid.NewString())) {
		s.fails(op+" of an unknown leg", err, engine.KindGone)
	}
	_, leg := s.customer()
	ctx, room := s.Context(), engine.RoomID(uuid.NewString())
	s.fails("Join an unknown room", s.eng.Join(ctx, room, leg), engine.KindGone)
	s.fails("Part from one", s.eng.Part(ctx, room, leg), engine.KindGone)
	s.fails("Hold in one", s.eng.Hold(ctx, room, leg), engine.KindGone)
	s.fails("Unhold in one", s.eng.Unhold(ctx, room, leg), engine.KindGone)
	s.fails("DestroyRoom of one", s.eng.DestroyRoom(ctx, room), engine.KindGone)
	s.fails("StopRecording", s.eng.StopRecording(ctx, engine.RecordingID(uuid.NewString())), engine.KindGone)
	s.fails("MaskRecording", s.eng.MaskRecording(ctx, engine.RecordingID(uuid.NewString()), true), engine.KindGone)
	s.fails("StopPlay", s.eng.StopPlay(ctx, engine.PlaybackID(uuid.NewString())), engine.KindGone)
}

func endedLeg(s *session) {
	c, leg := s.customer()
	c.Hangup()
	s.ended(leg, engine.CauseNormal)
	for op, err := range onLeg(s, leg) {
		s.fails(op+" of an ended leg", err, engine.KindGone)
	}
}

// A command whose time is over fails at once as timed out.
func deadline(s *session) {
	_, leg := s.customer()
	expired, cancel := context.WithDeadline(s.Context(), time.Now().Add(-time.Second))
	defer cancel()
	cancelled, cancel := context.WithCancel(s.Context())
	cancel()
	for name, ctx := range map[string]context.Context{"expired": expired, "cancelled": cancelled} {
		start := time.Now()
		err := s.eng.Mute(ctx, leg, true)
		s.fails(name, err, engine.KindTimeout)
		var e *engine.Error
		if !errors.As(err, &e) || e.Op != "Mute" {
			s.Errorf("%s: error %#v, want an *engine.Error with its Op", name, err)
		}
		if d := time.Since(start); d > 200*time.Millisecond {
			s.Errorf("%s: took %v", name, d)
		}
	}
	s.ok("Mute", s.eng.Mute(s.Context(), leg, true))
}

// A command that the engine does not answer fails at its deadline.
func lateDeadline(s *session) {
	_, leg := s.customer()
	s.rig.CutLink(s, Stall)
	start := time.Now()
	ctx, cancel := context.WithTimeout(s.Context(), 500*time.Millisecond)
	defer cancel()
	err := s.eng.Mute(ctx, leg, true)
	s.fails("Mute", err, engine.KindTimeout, engine.KindUnreachable)
	if d := time.Since(start); d > 800*time.Millisecond {
		s.Errorf("took %v, want 500 ms", d)
	}
	start = time.Now()
	err = s.eng.Mute(s.Context(), leg, true)
	s.fails("Mute", err, engine.KindTimeout, engine.KindUnreachable)
	if d := time.Since(start); d > engine.CommandTimeout+300*time.Millisecond {
		s.Errorf("took %v, want %v", d, engine.CommandTimeout)
	}
	before := s.log.Len()
	s.rig.RestoreLink(s)
	s.relinked(before)
}

// A phone that is put again is dialled at its new address.
func phoneReplaced(s *session) {
	_, id := s.phone()
	second, _ := s.phone()
	s.ok("PutPhone", s.eng.PutPhone(s.Context(), engine.Phone{ID: id, Password: uuid.NewString(), Contact: second.Contact()}))
	leg := s.dial(second, id)
	second.Answer()
	s.answered(leg)
}

func phoneDeleted(s *session) {
	p, id := s.phone()
	s.ok("DeletePhone", s.eng.DeletePhone(s.Context(), id))
	req := s.request(id)
	if err := s.eng.Dial(s.Context(), req); err != nil {
		s.fails("Dial", err, engine.KindRefused)
		s.legs = nil
	} else {
		s.ended(req.Leg, engine.CauseUnallocated, engine.CauseNoRoute, engine.CauseAbsent)
	}
	if !p.Invited().At.IsZero() {
		s.Error("a deleted phone was dialled")
	}
}

// Calls from nobody's address do not arrive.
func trunkDeleted(s *session) {
	s.ok("DeleteTrunk", s.eng.DeleteTrunk(s.Context(), s.trunk.ID))
	c := s.rig.Caller(s, "01012345678", "")
	c.Call(s, number)
	s.until("final response", patience, func() bool { return c.Final() != 0 })
	if c.Final() < 400 {
		s.Errorf("final response %d", c.Final())
	}
	s.quiet("a call without a trunk", 300*time.Millisecond, func(ev engine.Event) bool {
		_, ok := ev.(engine.LegArrived)
		return ok
	})
	s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), s.trunk))
	s.arrive()
}

// The states tell of the trunks that were put, and of no others.
func trunkStates(s *session) {
	in := engine.Trunk{ID: "inonly", Hosts: []string{"192.0.2.99"}}
	s.ok("PutTrunk", s.eng.PutTrunk(s.Context(), in))
	states := func() map[string]engine.TrunkState {
		s.Helper()
		states, err := s.eng.TrunkStates(s.Context())
		s.ok("TrunkStates", err)
		return states
	}
	// FreeSWITCH asks a trunk for life after 5 s for the first time, not sooner.
	s.until("the carrier answers", patience, func() bool { return states()[s.trunk.ID] == engine.TrunkReachable })
	if got := states(); got[in.ID] != engine.TrunkUnknown || len(got) != 2 {
		s.Errorf("states %v, want two and %s unknown", got, in.ID)
	}
	s.ok("DeleteTrunk", s.eng.DeleteTrunk(s.Context(), in.ID))
	if got := states(); len(got) != 1 {
		s.Errorf("states %v after DeleteTrunk", got)
	}
	register := engine.Trunk{ID: "reg", Register: true}
	s.fails("PutTrunk that registers nowhere", s.eng.PutTrunk(s.Context(), register), engine.KindRefused)
}

func endpointBadRequest(s *session) {
	for _, id := range []string{"", "a b", "a/../b", "a\nb", "a;b"} {
		s.fails("PutPhone "+id, s.eng.PutPhone(s.Context(), engine.Phone{ID: id, Password: "x"}), engine.KindRefused)
		s.fails("PutTrunk "+id, s.eng.PutTrunk(s.Context(), engine.Trunk{ID: id, Hosts: []string{"192.0.2.1"}}), engine.KindRefused)
	}
	s.fails("PutTrunk", s.eng.PutTrunk(s.Context(), engine.Trunk{ID: "x", Hosts: []string{"not an address"}}), engine.KindRefused)
}

// Many calls at once: each has its own events, in order, and none is missing.
func manyCalls(s *session) {
	const calls = 12
	type call struct {
		c   Caller
		leg engine.LegID
	}
	var all []call
	for i := range calls {
		c := s.rig.Caller(s, fmt.Sprintf("0107000%04d", i), "")
		c.Call(s, number)
		all = append(all, call{c: c})
	}
	var wg sync.WaitGroup
	for i := range all {
		from := fmt.Sprintf("0107000%04d", i)
		all[i].leg = await(s, "LegArrived "+from, func(ev engine.LegArrived) bool { return ev.From == from }).Leg
		wg.Go(func() {
			if err := s.eng.Answer(s.Context(), all[i].leg); err != nil {
				s.Error(err)
			}
		})
	}
	wg.Wait()
	for _, x := range all {
		s.answered(x.leg)
	}
	for i, x := range all {
		s.until("200", patience, func() bool { return x.c.Final() == 200 })
		if i%2 == 0 {
			x.c.Hangup()
		} else {
			wg.Go(func() {
				if err := s.eng.Hangup(s.Context(), x.leg, engine.CauseNormal); err != nil {
					s.Error(err)
				}
			})
		}
	}
	wg.Wait()
	for _, x := range all {
		s.ended(x.leg, engine.CauseNormal)
	}
	if n := count(s, func(engine.LegArrived) bool { return true }); n != calls {
		s.Errorf("%d arrivals, want %d", n, calls)
	}
}
