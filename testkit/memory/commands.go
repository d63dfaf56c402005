package memory

import (
	"context"

	"ringdesk/controller/engine"
)

// Ring implements engine.Commands, as do all the methods below.
func (e *Engine) Ring(ctx context.Context, leg engine.LegID) error {
	return e.do(ctx, "Ring", string(leg), func(s *Switch) error { return s.ring(leg) })
}

func (e *Engine) Answer(ctx context.Context, leg engine.LegID) error {
	return e.do(ctx, "Answer", string(leg), func(s *Switch) error { return s.answer(leg) })
}

func (e *Engine) Dial(ctx context.Context, req engine.DialRequest) error {
	return e.do(ctx, "Dial", string(req.Leg), func(s *Switch) error { return s.dial(req) })
}

func (e *Engine) Hangup(ctx context.Context, leg engine.LegID, cause engine.Cause) error {
	return e.do(ctx, "Hangup", string(leg), func(s *Switch) error { return s.hangup(leg, cause) })
}

func (e *Engine) HandOver(ctx context.Context, req engine.HandOverRequest) error {
	return e.do(ctx, "HandOver", string(req.Leg), func(s *Switch) error { return s.handOver(req) })
}

func (e *Engine) CreateRoom(ctx context.Context, room engine.RoomID) error {
	return e.do(ctx, "CreateRoom", string(room), func(s *Switch) error { return s.createRoom(room) })
}

func (e *Engine) DestroyRoom(ctx context.Context, room engine.RoomID) error {
	return e.do(ctx, "DestroyRoom", string(room), func(s *Switch) error { return s.destroyRoom(room) })
}

func (e *Engine) Join(ctx context.Context, room engine.RoomID, leg engine.LegID) error {
	return e.do(ctx, "Join", string(leg), func(s *Switch) error { return s.join(room, leg) })
}

func (e *Engine) Part(ctx context.Context, room engine.RoomID, leg engine.LegID) error {
	return e.do(ctx, "Part", string(leg), func(s *Switch) error { return s.part(room, leg) })
}

func (e *Engine) Hold(ctx context.Context, room engine.RoomID, leg engine.LegID) error {
	return e.do(ctx, "Hold", string(leg), func(s *Switch) error { return s.hold(room, leg, true) })
}

func (e *Engine) Unhold(ctx context.Context, room engine.RoomID, leg engine.LegID) error {
	return e.do(ctx, "Unhold", string(leg), func(s *Switch) error { return s.hold(room, leg, false) })
}

func (e *Engine) Mute(ctx context.Context, leg engine.LegID, on bool) error {
	return e.do(ctx, "Mute", string(leg), func(s *Switch) error { return s.mute(leg, on) })
}

func (e *Engine) Music(ctx context.Context, leg engine.LegID, on bool) error {
	return e.do(ctx, "Music", string(leg), func(s *Switch) error { return s.music(leg, on) })
}

func (e *Engine) SendDTMF(ctx context.Context, leg engine.LegID, digits string) error {
	return e.do(ctx, "SendDTMF", string(leg), func(s *Switch) error { return s.sendDTMF(leg, digits) })
}

func (e *Engine) StartRecording(ctx context.Context, req engine.RecordingRequest) error {
	return e.do(ctx, "StartRecording", string(req.ID), func(s *Switch) error { return s.startRecording(req) })
}

func (e *Engine) StopRecording(ctx context.Context, id engine.RecordingID) error {
	return e.do(ctx, "StopRecording", string(id), func(s *Switch) error { return s.stopRecording(id) })
}

func (e *Engine) Play(ctx context.Context, req engine.PlayRequest) error {
	return e.do(ctx, "Play", string(req.ID), func(s *Switch) error { return s.play(req) })
}

func (e *Engine) StopPlay(ctx context.Context, id engine.PlaybackID) error {
	return e.do(ctx, "StopPlay", string(id), func(s *Switch) error { return s.stopPlay(id) })
}

func (e *Engine) PutPhone(ctx context.Context, p engine.Phone) error {
	return e.do(ctx, "PutPhone", p.ID, func(s *Switch) error { return s.putPhone(p) })
}

func (e *Engine) DeletePhone(ctx context.Context, id string) error {
	return e.do(ctx, "DeletePhone", id, func(s *Switch) error { return s.deletePhone(id) })
}

func (e *Engine) PutTrunk(ctx context.Context, t engine.Trunk) error {
	return e.do(ctx, "PutTrunk", t.ID, func(s *Switch) error { return s.putTrunk(t) })
}

func (e *Engine) DeleteTrunk(ctx context.Context, id string) error {
	return e.do(ctx, "DeleteTrunk", id, func(s *Switch) error { return s.deleteTrunk(id) })
}

func (e *Engine) TestCall(ctx context.Context, from, to string) error {
	return e.do(ctx, "TestCall", to, func(s *Switch) error { return s.testCall(from, to) })
}

func (e *Engine) MaskRecording(ctx context.Context, id engine.RecordingID, on bool) error {
	return e.do(ctx, "MaskRecording", string(id), func(s *Switch) error { return s.maskRecording(id, on) })
}

func (e *Engine) Monitor(ctx context.Context, req engine.MonitorRequest) error {
	return e.do(ctx, "Monitor", string(req.Leg), func(s *Switch) error { return s.monitor(req) })
}
