package asterisk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/engine"
)

// prompts are the product's names of sounds that Asterisk's English core sounds
// have under another name.
var prompts = map[string]string{
	"unavailable": "vm-nobodyavail",
}

// ringTone is the tone of indications.conf.
const ringTone = "tone:ring"

// playVariable holds a playback of a channel, where the next controller finds it:
// Asterisk lists none. It is the latest, but for one that had to wait for another,
// as setting the variable would.
const playVariable = "RINGDESK_PLAY"

// loopCopies is how often a looping sound is played by one request, so that it
// goes on for a while when the controller is away.
const loopCopies = 100

// Play implements engine.Commands.
func (a *Adapter) Play(ctx context.Context, req engine.PlayRequest) error {
	if err := engine.CheckIDs(string(req.ID), string(req.Leg)); err != nil {
		return command("Play", err)
	}
	media, err := a.media(req.Sounds)
	if err != nil {
		return command("Play", err)
	}
	p := play{leg: req.Leg, media: media, loop: req.Loop, begun: time.Now()}
	waits := false
	a.mu.Lock()
	for _, other := range a.plays {
		waits = waits || other.leg == req.Leg && !other.stopped
	}
	a.plays[req.ID] = &p
	a.mu.Unlock()
	if !waits { // noted first: a controller that is killed in between leaves nothing that sounds
		err = a.setVariable(ctx, string(req.Leg), playVariable, string(req.ID))
	}
	if err == nil && !waits && !req.Loop {
		err = a.lengthen(ctx, req.Leg, req.Sounds)
	}
	if err == nil {
		err = a.play(ctx, req.ID, p)
	}
	if err != nil {
		a.mu.Lock()
		delete(a.plays, req.ID)
		a.mu.Unlock()
	}
	return a.legCommand("Play", req.Leg, err)
}

// media gives Asterisk's names of sounds. Those with a folder are files below
// Options.SoundsDir, the others its own.
func (a *Adapter) media(sounds []string) ([]string, error) {
	if err := engine.CheckSounds(sounds); err != nil {
		return nil, err
	}
	if sounds[0] == engine.RingTone {
		return []string{ringTone}, nil
	}
	media := make([]string, len(sounds))
	for i, sound := range sounds {
		switch {
		case !strings.Contains(sound, "/"):
			media[i] = "sound:" + cmp.Or(prompts[sound], sound)
		case a.opt.SoundsDir == "":
			return nil, engine.Refuse("sound %q is a file, and no folder of sounds is set", sound)
		default:
			media[i] = "sound:" + a.opt.SoundsDir + "/" + sound
		}
	}
	return media, nil
}

func (a *Adapter) play(ctx context.Context, id engine.PlaybackID, p play) error {
	media := p.media
	if p.loop && media[0] != ringTone { // which has no end, and whose stopping would begin the next copy
		media = slices.Repeat(media, loopCopies)
	}
	return a.do(ctx, func() error {
		_, err := a.rest.Channel().Play(channel(string(p.leg)), string(id), media...)
		return err
	})
}

// playAgain goes on with a loop whose copies have been played.
func (a *Adapter) playAgain(id engine.PlaybackID, p play) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	err := a.play(ctx, id, p)
	if err == nil {
		return
	}
	a.mu.Lock()
	delete(a.plays, id)
	a.mu.Unlock()
	end := engine.PlaybackEnded{Playback: id, At: time.Now()}
	if !isGone(err) {
		end.Failed = err.Error()
	}
	a.made.Emit(end)
}

// StopPlay implements engine.Commands.
func (a *Adapter) StopPlay(ctx context.Context, id engine.PlaybackID) error {
	if err := engine.CheckIDs(string(id)); err != nil {
		return command("StopPlay", err)
	}
	a.mu.Lock()
	if p := a.plays[id]; p != nil {
		p.stopped = true
	}
	a.mu.Unlock()
	return command("StopPlay", a.stopPlay(ctx, id))
}

// stopPlays ends what legs hear. Asterisk does what is asked of a channel in
// sequence, and would wait for a sound's end before anything else.
func (a *Adapter) stopPlays(ctx context.Context, legs ...engine.LegID) error {
	var ids []engine.PlaybackID
	a.mu.Lock()
	for play, p := range a.plays {
		if slices.Contains(legs, p.leg) {
			p.stopped = true
			ids = append(ids, play)
		}
	}
	a.mu.Unlock()
	for _, play := range ids {
		if err := a.stopPlay(ctx, play); err != nil && !isGone(err) {
			return err
		}
	}
	return nil
}

func (a *Adapter) stopPlay(ctx context.Context, id engine.PlaybackID) error {
	return a.do(ctx, func() error { return a.rest.Playback().Stop(playback(string(id))) })
}
