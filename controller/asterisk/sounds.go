package asterisk

import (
	"cmp"
	"context"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"ringdesk/controller/engine"
)

// prompts are the product's names of sounds that Asterisk's English core sounds
// have under another name.
var prompts = map[string]string{
	"unavailable": "vm-nobodyavail",
}

var (
	filePattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`)
)

// loopCopies is how often a looping sound is played by one request, so that it
// goes on for a while when the controller is away.
const loopCopies = 100

// Play implements engine.Commands.
func (a *Adapter) Play(ctx context.Context, req engine.PlayRequest) error {
	if err := checkIDs(string(req.ID), string(req.Leg)); err != nil {
		return command("Play", err)
	}
	if len(req.Sounds) == 0 || len(req.Sounds) > 32 {
		return command("Play", refuse("1 to 32 sounds can be played, not %d", len(req.Sounds)))
	}
	for _, sound := range req.Sounds {
		if !filePattern.MatchString(sound) {
			return command("Play", refuse("sound %q is not allowed", sound))
		}
	}
	p := play{leg: req.Leg, sounds: req.Sounds, loop: req.Loop}
	a.mu.Lock()
	a.plays[req.ID] = &p
	a.mu.Unlock()
	err := a.play(ctx, req.ID, p)
	if err != nil {
		a.mu.Lock()
		delete(a.plays, req.ID)
		a.mu.Unlock()
	}
	return a.legCommand("Play", req.Leg, err)
}

func (a *Adapter) play(ctx context.Context, id engine.PlaybackID, p play) error {
	var media []string
	for _, sound := range p.sounds {
		media = append(media, "sound:"+a.soundFile(sound))
	}
	if p.loop {
		media = slices.Repeat(media, loopCopies)
	}
	return a.do(ctx, func() error {
		_, err := a.rest.Channel().Play(channel(string(p.leg)), string(id), media...)
		return err
	})
}

// soundFile is where Asterisk finds a sound: an absolute path in our folder of
// sounds, or a name of its own.
func (a *Adapter) soundFile(sound string) string {
	if a.opt.SoundsDir != "" && strings.Contains(sound, "/") {
		return path.Join(a.opt.SoundsDir, sound)
	}
	return cmp.Or(prompts[sound], sound)
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
	a.emit(end)
}

// StopPlay implements engine.Commands.
func (a *Adapter) StopPlay(ctx context.Context, id engine.PlaybackID) error {
	if err := checkIDs(string(id)); err != nil {
		return command("StopPlay", err)
	}
	a.mu.Lock()
	if p := a.plays[id]; p != nil {
		p.stopped = true
	}
	a.mu.Unlock()
	return command("StopPlay", a.do(ctx, func() error { return a.rest.Playback().Stop(playback(string(id))) }))
}

// StartRecording implements engine.Commands. A snoop channel hears what the
// leg says, in real time also when the leg sends nothing; it ends with the leg,
// and with it the recording, whether or not a controller is there.
func (a *Adapter) StartRecording(ctx context.Context, req engine.RecordingRequest) error {
	ctx, cancel := context.WithTimeout(ctx, a.opt.CommandTimeout)
	defer cancel()
	return a.legCommand("StartRecording", req.Leg, a.startRecording(ctx, req))
}

func (a *Adapter) startRecording(ctx context.Context, req engine.RecordingRequest) error {
	snoop := snoopID + string(req.ID)
	if err := checkIDs(string(req.Leg), snoop); err != nil {
		return err
	}
	if !filePattern.MatchString(req.File) || len(req.File) > 200 {
		return refuse("file %q is not allowed", req.File)
	}
	limit := req.Limit
	if limit <= 0 {
		limit = time.Hour // END-1
	}
	// Asterisk counts in whole seconds and stops up to one second late.
	limit = max(time.Second, limit-time.Second)
	started := make(chan struct{})
	a.mu.Lock()
	a.snoops[snoop] = started
	a.records[req.ID] = &record{leg: req.Leg}
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		delete(a.snoops, snoop)
		a.mu.Unlock()
	}()
	err := a.do(ctx, func() error {
		_, err := a.rest.Channel().Snoop(channel(string(req.Leg)), snoop, &ari.SnoopOptions{App: a.opt.App, AppArgs: argSnoop, Spy: ari.DirectionIn})
		return err
	})
	if err == nil {
		select {
		case <-started:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if err == nil {
		err = a.do(ctx, func() error {
			_, err := a.rest.Channel().Record(channel(snoop), req.File, &ari.RecordingOptions{Format: "wav", MaxDuration: limit, Exists: "fail"})
			return err
		})
		if err != nil {
			go a.endSnoop(req.ID)
		}
	}
	if err != nil {
		a.mu.Lock()
		delete(a.records, req.ID)
		a.mu.Unlock()
	}
	return err
}

// snoopStarted tells StartRecording that its channel is there. It is called by
// the link's reader, so that a busy handler holds no recording up.
func (a *Adapter) snoopStarted(id string) bool {
	if !strings.HasPrefix(id, snoopID) {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.snoops[id]; c != nil {
		close(c)
		delete(a.snoops, id)
	}
	return true
}

// errNoRecording stands for a recording that is not running. Its channel may
// still be ending.
var errNoRecording = &StatusError{http.StatusNotFound, "Recording not found"}

// StopRecording implements engine.Commands. Asterisk closes the file when its
// channel ends.
func (a *Adapter) StopRecording(ctx context.Context, id engine.RecordingID) error {
	if err := checkIDs(snoopID + string(id)); err != nil {
		return command("StopRecording", err)
	}
	a.mu.Lock()
	r := a.records[id]
	if r != nil {
		r.stopped = true
	}
	a.mu.Unlock()
	if r == nil {
		return command("StopRecording", errNoRecording)
	}
	return command("StopRecording", a.hangupSnoop(ctx, id))
}

func (a *Adapter) hangupSnoop(ctx context.Context, id engine.RecordingID) error {
	return a.raw(ctx, http.MethodDelete, "/channels/"+snoopID+string(id), nil, nil)
}

// endSnoop removes a snoop channel that records nothing (any more).
func (a *Adapter) endSnoop(id engine.RecordingID) {
	ctx, cancel := context.WithTimeout(context.Background(), a.opt.CommandTimeout)
	defer cancel()
	// When it fails, the channel ends with its leg.
	_ = a.hangupSnoop(ctx, id)
}

// MaskRecording implements engine.Commands.
func (a *Adapter) MaskRecording(context.Context, engine.RecordingID, bool) error {
	return command("MaskRecording", refuse("not yet"))
}

// Monitor implements engine.Commands.
func (a *Adapter) Monitor(context.Context, engine.MonitorRequest) error {
	return command("Monitor", refuse("not yet"))
}

// TrunkStates implements engine.Commands.
func (a *Adapter) TrunkStates(context.Context) (map[string]engine.TrunkState, error) {
	return nil, command("TrunkStates", refuse("not yet"))
}
