package call

import (
	"context"
	"errors"
	"time"

	"ringdesk/controller/engine"
)

// Send turns a call's command into the engine's. resolve finds the sounds that
// a workspace has of its own.
func Send(ctx context.Context, e engine.Commands, cmd Command, c *Call, resolve func([]string) []string) error {
	switch cmd := cmd.(type) {
	case Ring:
		return e.Ring(ctx, cmd.Leg)
	case Answer:
		return e.Answer(ctx, cmd.Leg)
	case Dial:
		return e.Dial(ctx, dialRequest(cmd.Agent, c))
	case DialOut:
		return e.Dial(ctx, engine.DialRequest{
			Leg: cmd.Leg, Trunk: engine.TrunkID(cmd.Route.TrunkID), Number: cmd.Number, CallerID: cmd.Route.CallerID, Timeout: outboundRing,
		})
	case DialForward:
		return e.Dial(ctx, engine.DialRequest{
			Leg: cmd.Leg, Trunk: engine.TrunkID(cmd.Route.TrunkID), Number: cmd.Number, CallerID: cmd.Route.CallerID, Timeout: cmd.Timeout,
		})
	case Hangup:
		return e.Hangup(ctx, cmd.Leg, cmd.Cause)
	case HandOver:
		return e.HandOver(ctx, engine.HandOverRequest{Leg: cmd.Leg, Extension: cmd.Extension, Call: c.ID})
	case CreateRoom:
		return e.CreateRoom(ctx, cmd.Room)
	case DestroyRoom:
		return e.DestroyRoom(ctx, cmd.Room)
	case Join:
		return e.Join(ctx, cmd.Room, cmd.Leg)
	case JoinEarly:
		return e.Join(ctx, cmd.Room, cmd.Leg)
	case Part:
		return e.Part(ctx, cmd.Room, cmd.Leg)
	case HoldLeg:
		return e.Hold(ctx, cmd.Room, cmd.Leg)
	case UnholdLeg:
		return e.Unhold(ctx, cmd.Room, cmd.Leg)
	case MuteLeg:
		return e.Mute(ctx, cmd.Leg, cmd.On)
	case Music:
		return e.Music(ctx, cmd.Leg, cmd.On)
	case PlayDigits:
		return e.SendDTMF(ctx, cmd.Leg, cmd.Digits)
	default:
		return sendSound(ctx, e, cmd, resolve)
	}
}

// mostTries bounds how often a command is sent.
const mostTries = 10

// mostTalkTries is the same for what connects people: past it, the link is
// broken, and they are compared with the engine when it is back.
const mostTalkTries = 3

// Again says whether a command that failed must be sent again: one whose failure
// would leave something behind in the engine, as the call may be over and no step
// decide it any more, and the music of a caller who still waits. Leftovers of an
// engine out of reach are removed when the link is back.
func Again(cmd Command, c *Call, kind engine.Kind, tries int) bool {
	if tries >= mostTries || kind == engine.KindGone || kind == engine.KindUnreachable {
		return false
	}
	switch cmd := cmd.(type) {
	case DestroyRoom:
		return true
	case Answer, CreateRoom, Join, UnholdLeg: // all may be repeated; a talk must not end for one lost answer
		return kind == engine.KindTimeout && tries < mostTalkTries
	case Music:
		return cmd.On && c.Waits()
	case HoldLeg:
		return c.Waits() || c.State == Talking && !c.AloneSince.IsZero() && c.Hold == nil
	case Hangup: // Step decides about one that ran out of time, while there is a call
		return c.State == "" || c.State.Over() || kind != engine.KindTimeout
	default:
		return false
	}
}

// sendSound is Send for what is heard and recorded.
func sendSound(ctx context.Context, e engine.Commands, cmd Command, resolve func([]string) []string) error {
	switch cmd := cmd.(type) {
	case Play:
		return e.Play(ctx, engine.PlayRequest{ID: cmd.ID, Leg: cmd.Leg, Sounds: resolve(cmd.Sounds), Loop: cmd.Loop})
	case StopPlay:
		return e.StopPlay(ctx, cmd.ID)
	case Monitor:
		return e.Monitor(ctx, engine.MonitorRequest(cmd))
	case Record:
		return e.StartRecording(ctx, engine.RecordingRequest{ID: cmd.ID, Leg: cmd.Leg, File: cmd.File, Limit: cmd.Limit})
	case StopRecord:
		return e.StopRecording(ctx, cmd.ID)
	case Mask:
		return e.MaskRecording(ctx, cmd.ID, cmd.On)
	default:
		return &engine.Error{Op: CommandName(cmd), Kind: engine.KindRefused, Err: errors.New("no such command")}
	}
}

// outboundRing is how long a customer's phone rings.
const outboundRing = 60 * time.Second

// dialRequest asks for an agent's phone. It shows the customer's number.
func dialRequest(a Agent, c *Call) engine.DialRequest {
	shown := c.From
	if c.Direction == "outbound" {
		shown = c.To
	}
	ring := seconds(c.Plan.RingSeconds)
	if !a.RingUntil.IsZero() {
		ring = a.RingUntil.Sub(a.RingingAt)
	}
	req := engine.DialRequest{Leg: a.Leg, Phone: a.Phone, CallerID: shown, CallerName: c.Customer.Name, Call: c.ID, Timeout: ring + 5*time.Second}
	if !c.Customer.Gone {
		req.Like = c.Customer.Leg
	}
	return req
}
