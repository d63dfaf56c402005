package sim

import (
	"context"
	"errors"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/memory"
)

// wire is the engine as a controller sees it: commands take their time; they may
// be refused, or run out of time, be they done or not.
type wire struct {
	*memory.Engine
	t *threads
}

var _ engine.Commands = (*wire)(nil)

// send carries a command out, or not. late says that it may also happen when
// nobody waits for it any more.
func (e *wire) send(op string, late bool, do func() error) error {
	w := e.t.w
	fail := func(kind engine.Kind) error {
		return &engine.Error{Op: op, Kind: kind, Err: errors.New("as the dice say")}
	}
	e.t.pause(w.latency())
	switch {
	case e.t.dead:
		return fail(engine.KindUnreachable)
	case w.stalled:
		e.t.pause(engine.CommandTimeout)
		return fail(engine.KindTimeout)
	case !w.faulty || !w.dice.chance(w.failing):
		return do()
	case w.dice.chance(300):
		return fail(engine.KindRefused)
	case w.dice.chance(500):
		_ = do() // nobody hears how it went
	case late && w.dice.chance(300):
		w.after(engine.CommandTimeout+w.dice.between(0, time.Second), func() {
			if !e.t.dead {
				_ = do()
			}
		})
	}
	e.t.pause(engine.CommandTimeout)
	return fail(engine.KindTimeout)
}

// latency is how long a command usually takes.
func (w *world) latency() time.Duration {
	if w.dice.chance(10) {
		return w.dice.between(100*time.Millisecond, 2*time.Second)
	}
	return w.dice.between(time.Millisecond, 20*time.Millisecond)
}

// Ring implements engine.Commands, as do all the methods below.
func (e *wire) Ring(ctx context.Context, leg engine.LegID) error {
	return e.send("Ring", false, func() error { return e.Engine.Ring(ctx, leg) })
}

func (e *wire) Answer(ctx context.Context, leg engine.LegID) error {
	return e.send("Answer", false, func() error { return e.Engine.Answer(ctx, leg) })
}

func (e *wire) Dial(ctx context.Context, req engine.DialRequest) error {
	w := e.t.w
	if !e.t.dead {
		w.checkWaits(req)
	}
	asked := w.now
	return e.send("Dial", true, func() error { return w.dial(ctx, e.Engine, req, asked) })
}

func (e *wire) Hangup(ctx context.Context, leg engine.LegID, cause engine.Cause) error {
	return e.send("Hangup", false, func() error { return e.Engine.Hangup(ctx, leg, cause) })
}

func (e *wire) CreateRoom(ctx context.Context, room engine.RoomID) error {
	return e.send("CreateRoom", false, func() error { return e.Engine.CreateRoom(ctx, room) })
}

func (e *wire) DestroyRoom(ctx context.Context, room engine.RoomID) error {
	return e.send("DestroyRoom", false, func() error { return e.Engine.DestroyRoom(ctx, room) })
}

func (e *wire) Join(ctx context.Context, room engine.RoomID, leg engine.LegID) error {
	return e.send("Join", false, func() error { return e.Engine.Join(ctx, room, leg) })
}

func (e *wire) Part(ctx context.Context, room engine.RoomID, leg engine.LegID) error {
	return e.send("Part", false, func() error { return e.Engine.Part(ctx, room, leg) })
}

func (e *wire) Hold(ctx context.Context, room engine.RoomID, leg engine.LegID) error {
	return e.send("Hold", false, func() error { return e.Engine.Hold(ctx, room, leg) })
}

func (e *wire) Unhold(ctx context.Context, room engine.RoomID, leg engine.LegID) error {
	return e.send("Unhold", false, func() error { return e.Engine.Unhold(ctx, room, leg) })
}

func (e *wire) Mute(ctx context.Context, leg engine.LegID, on bool) error {
	return e.send("Mute", false, func() error { return e.Engine.Mute(ctx, leg, on) })
}

func (e *wire) Music(ctx context.Context, leg engine.LegID, on bool) error {
	return e.send("Music", false, func() error { return e.Engine.Music(ctx, leg, on) })
}

func (e *wire) SendDTMF(ctx context.Context, leg engine.LegID, digits string) error {
	return e.send("SendDTMF", false, func() error { return e.Engine.SendDTMF(ctx, leg, digits) })
}

func (e *wire) StartRecording(ctx context.Context, req engine.RecordingRequest) error {
	return e.send("StartRecording", false, func() error { return e.Engine.StartRecording(ctx, req) })
}

func (e *wire) StopRecording(ctx context.Context, id engine.RecordingID) error {
	return e.send("StopRecording", false, func() error { return e.Engine.StopRecording(ctx, id) })
}

func (e *wire) MaskRecording(ctx context.Context, id engine.RecordingID, on bool) error {
	return e.send("MaskRecording", false, func() error { return e.Engine.MaskRecording(ctx, id, on) })
}

func (e *wire) Play(ctx context.Context, req engine.PlayRequest) error {
	return e.send("Play", false, func() error { return e.Engine.Play(ctx, req) })
}

func (e *wire) StopPlay(ctx context.Context, id engine.PlaybackID) error {
	return e.send("StopPlay", false, func() error { return e.Engine.StopPlay(ctx, id) })
}

func (e *wire) HandOver(ctx context.Context, req engine.HandOverRequest) error {
	return e.send("HandOver", false, func() error { return e.Engine.HandOver(ctx, req) })
}

func (e *wire) Monitor(ctx context.Context, req engine.MonitorRequest) error {
	return e.send("Monitor", false, func() error { return e.Engine.Monitor(ctx, req) })
}

// Trunks and phones are given at once while the link is whole: a link that is cut
// comes up again, and then they are given anew.
func (e *wire) PutTrunk(ctx context.Context, t engine.Trunk) error {
	return e.give("PutTrunk", func() error { return e.Engine.PutTrunk(ctx, t) })
}

func (e *wire) PutPhone(ctx context.Context, p engine.Phone) error {
	return e.give("PutPhone", func() error { return e.Engine.PutPhone(ctx, p) })
}

func (e *wire) TrunkStates(ctx context.Context) (states map[string]engine.TrunkState, err error) {
	err = e.give("TrunkStates", func() error {
		states, err = e.Engine.TrunkStates(ctx)
		return err
	})
	return states, err
}

func (e *wire) give(op string, do func() error) error {
	if e.t.dead || e.t.w.stalled {
		return &engine.Error{Op: op, Kind: engine.KindTimeout, Err: errors.New("no answer")}
	}
	return do()
}
