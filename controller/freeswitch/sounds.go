package freeswitch

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/percipia/eslgo"

	"ringdesk/controller/engine"
)

const (
	// ringStream is Korea's ringing tone (ITU-T E.180, supplement 2): 440 and
	// 480 Hz, one second on, two off.
	ringStream = "tone_stream://%(1000,2000,440,480);loops=-1"
	// playVariable is a parameter of what is played that comes back in the event
	// of its end.
	playVariable = "ringdesk_play"
	// longest is how many files FreeSWITCH plays in one go at most.
	longest = 120
)

// prompts are files for the names of sounds that the port takes for the
// engine's own. FreeSWITCH comes without sounds, so they are the product's.
var prompts = map[string]string{
	"unavailable": "en/unavailable",
}

// play is a sound that is being played, or that waits for another.
type play struct {
	leg     engine.LegID
	stream  string
	loop    bool
	room    engine.RoomID // where it is played, empty for a parked leg
	stopped bool
}

// Play implements engine.Commands.
func (a *Adapter) Play(ctx context.Context, req engine.PlayRequest) error {
	return command("Play", a.play(ctx, req))
}

func (a *Adapter) play(ctx context.Context, req engine.PlayRequest) error {
	if err := engine.CheckIDs(string(req.ID), string(req.Leg)); err != nil {
		return err
	}
	files, err := a.files(req.Sounds)
	if err != nil {
		return err
	}
	if err := a.checkFiles(ctx, files); err != nil {
		return err
	}
	p := &play{leg: req.Leg, stream: stream(req.Sounds[0], files, req.Loop), loop: req.Loop}
	first := false
	if !a.with(req.Leg, func(l *leg) {
		first = len(l.queue) == 0
		l.queue = append(l.queue, req.ID)
		a.plays[req.ID] = p
	}) {
		return &gone{"leg " + string(req.Leg)}
	}
	if !first {
		return nil // it follows the one before
	}
	if err := a.begins(ctx, req.ID); err != nil {
		a.mu.Lock()
		a.forgetPlay(req.ID)
		a.mu.Unlock()
		return err
	}
	return nil
}

// files gives the paths of sounds. Those with a folder are below
// Options.SoundsDir, the others are FreeSWITCH's own.
func (a *Adapter) files(sounds []string) ([]string, error) {
	if err := engine.CheckSounds(sounds); err != nil {
		return nil, err
	}
	if sounds[0] == engine.RingTone {
		return nil, nil
	}
	files := make([]string, len(sounds))
	for i, sound := range sounds {
		switch {
		case !strings.Contains(sound, "/"):
			if own := prompts[sound]; own != "" {
				sound = own
			}
			files[i] = a.opt.EngineSoundsDir + "/" + sound + ".wav"
		case a.opt.SoundsDir == "":
			return nil, engine.Refuse("sound %q is a file, and no folder of sounds is set", sound)
		default:
			files[i] = a.opt.SoundsDir + "/" + sound + ".wav"
		}
	}
	return files, nil
}

// checkFiles refuses what is not there: FreeSWITCH would tell nobody.
func (a *Adapter) checkFiles(ctx context.Context, files []string) error {
	for _, f := range files {
		a.mu.Lock()
		known := a.sounds[f]
		a.mu.Unlock()
		if known {
			continue
		}
		there, err := a.commands.API(ctx, "file_exists "+f)
		if err != nil {
			return err
		}
		if there != "true" {
			return engine.Refuse("FreeSWITCH has no file %s", f)
		}
		a.mu.Lock()
		a.sounds[f] = true
		a.mu.Unlock()
	}
	return nil
}

// stream is what FreeSWITCH plays. A loop is played many times in one go, so that
// it goes on for a while when the controller is away.
func stream(first string, files []string, loop bool) string {
	if first == engine.RingTone {
		return ringStream
	}
	if loop {
		files = slices.Repeat(files, max(1, longest/len(files)))
	}
	if len(files) == 1 {
		return files[0]
	}
	return "file_string://" + strings.Join(files, "!")
}

// begins makes the first playback of a leg's queue sound.
func (a *Adapter) begins(ctx context.Context, id engine.PlaybackID) error {
	a.mu.Lock()
	p := a.plays[id]
	a.mu.Unlock()
	if p == nil {
		return &gone{"playback " + string(id)}
	}
	return a.playOn(ctx, p.leg, "{"+playVariable+"="+string(id)+"}"+p.stream, func(room engine.RoomID) { p.room = room })
}

// playOn makes a leg hear a stream, in the room that it is in or alone; in is told
// which, under mu.
func (a *Adapter) playOn(ctx context.Context, id engine.LegID, what string, in func(engine.RoomID)) error {
	if err := a.mixFor(ctx, id); err != nil {
		return err
	}
	if err := a.enter(ctx, id); err != nil {
		return err
	}
	var room engine.RoomID
	member := ""
	if !a.with(id, func(l *leg) {
		if member = l.member; member != "" {
			room = l.in
		}
		l.used = true
		in(room)
	}) {
		return &gone{"leg " + string(id)}
	}
	if room != "" {
		_, err := a.commands.API(ctx, "conference "+string(room)+" play "+what+" "+member+" nomux")
		return err
	}
	return a.onLeg(ctx, id, "uuid_broadcast", what+" aleg")
}

// StopPlay implements engine.Commands.
func (a *Adapter) StopPlay(ctx context.Context, id engine.PlaybackID) error {
	return command("StopPlay", a.stopPlay(ctx, id))
}

func (a *Adapter) stopPlay(ctx context.Context, id engine.PlaybackID) error {
	if err := engine.CheckIDs(string(id)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a.mu.Lock()
	p := a.plays[id]
	if p == nil {
		a.mu.Unlock()
		return &gone{"playback " + string(id)}
	}
	l := a.legs[p.leg]
	if l == nil || len(l.queue) == 0 || l.queue[0] != id { // it did not begin yet
		a.forgetPlay(id)
		a.made.Emit(engine.PlaybackEnded{Playback: id, At: time.Now()})
		a.mu.Unlock()
		return nil
	}
	p.stopped = true
	room, member := p.room, l.member
	a.mu.Unlock()
	if room != "" {
		_, err := a.commands.API(ctx, "conference "+string(room)+" stop all "+member)
		return err
	}
	return a.onLeg(ctx, p.leg, "uuid_break", "")
}

// stopPlays ends what a leg hears, as it is about to be moved, which silences
// it.
func (a *Adapter) stopPlays(id engine.LegID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.legs[id]; l != nil {
		for _, e := range a.endPlays(id, l, time.Now()) {
			a.made.Emit(e)
		}
	}
}

// endPlays forgets a leg's playbacks. The caller holds mu.
func (a *Adapter) endPlays(id engine.LegID, l *leg, when time.Time) []engine.Event {
	var out []engine.Event
	for _, play := range l.queue {
		delete(a.plays, play)
		out = append(out, engine.PlaybackEnded{Playback: play, At: when})
	}
	l.queue = nil
	return out
}

// forgetPlay takes a playback out of its leg's queue. The caller holds mu.
func (a *Adapter) forgetPlay(id engine.PlaybackID) {
	p := a.plays[id]
	if p == nil {
		return
	}
	delete(a.plays, id)
	if l := a.legs[p.leg]; l != nil {
		l.queue = slices.DeleteFunc(l.queue, func(q engine.PlaybackID) bool { return q == id })
	}
}

// soundEnded handles the end of a playback, which lets the next one begin, or
// the music go on.
func (a *Adapter) soundEnded(e *eslgo.Event, when time.Time) []engine.Event {
	id := engine.PlaybackID(e.GetHeader(playVariable))
	p := a.plays[id]
	if p == nil {
		return nil
	}
	if e.GetHeader("Answer-State") == "hangup" {
		return nil // its leg has ended, which is told first, and ends it
	}
	if p.loop && !p.stopped {
		go a.beginNext(id)
		return nil
	}
	leg := p.leg
	a.forgetPlay(id)
	if l := a.legs[leg]; l != nil {
		if len(l.queue) > 0 {
			go a.beginNext(l.queue[0])
		} else if l.music != l.wantsMusic {
			go a.musicAgain(leg)
		}
	}
	return one(engine.PlaybackEnded{Playback: id, At: when})
}

// beginNext goes on with a leg's queue, or with a loop.
func (a *Adapter) beginNext(id engine.PlaybackID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	err := a.begins(ctx, id)
	if err == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.plays[id]
	if p == nil {
		return
	}
	if l := a.legs[p.leg]; isGone(err) && l != nil && l.member == "" {
		return // its leg has ended, which is told first
	}
	a.forgetPlay(id)
	end := engine.PlaybackEnded{Playback: id, At: time.Now()}
	if !isGone(err) {
		end.Failed = err.Error()
	}
	a.made.Emit(end)
}
