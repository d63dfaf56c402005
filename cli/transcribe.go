package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	"ringdesk/controller/transcription"
)

type transcribeCmd struct {
	Files    []string `arg:"" name:"file" help:"WAV or MP3 files that begin at the same moment, one for each who speaks; each channel of a stereo file is one who speaks." type:"existingfile"`
	Speakers []string `help:"Who speaks, in the order of files and channels; without it the files' names." placeholder:"NAME,…"`
	JSON     bool     `help:"Print the lines as JSON, for programs."`
}

// transcript is what is printed as JSON.
type transcript struct {
	Language string `json:"language"` // "" where nobody speaks, or the server names none
	Dropped  int    `json:"dropped"`  // segments in which nobody speaks
	Lines    []line `json:"lines"`
}

type line struct {
	Speaker string  `json:"speaker"`
	Start   float64 `json:"start"` // seconds
	End     float64 `json:"end"`
	Text    string  `json:"text"`
}

// part is a track with who speaks in it.
type part struct {
	transcription.Track
	speaker string
}

// Run transcribes files as calls' tracks are, so that an admin can try the server.
func (c transcribeCmd) Run(s configs.Settings) (err error) {
	client, err := app.NewTranscription(s)
	if err == nil && client == nil {
		err = errors.New("no speech-to-text server is set: set RINGDESK_TRANSCRIPTION_URL, such as to http://127.0.0.1:8178 (docs/operations.md)")
	}
	if err != nil {
		return usageError{Err: err}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	folder, err := os.MkdirTemp("", "ringdesk-transcribe-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	parts, err := c.parts(ctx, s.Sounds.Sox, folder)
	if err != nil {
		return err
	}
	all, lines := transcript{Lines: []line{}}, []transcription.Line{}
	for _, p := range parts {
		heard, err := client.Hear(ctx, p.Track)
		if err != nil {
			return fmt.Errorf("%s: %w", p.speaker, err)
		}
		if all.Language == "" {
			all.Language = heard.Language
		}
		all.Dropped += heard.Dropped
		lines = append(lines, heard.Lines(p.speaker)...)
	}
	transcription.InOrder(lines)
	for _, l := range lines {
		all.Lines = append(all.Lines, line{l.Speaker, l.Start.Seconds(), l.End.Seconds(), l.Text})
	}
	if c.JSON {
		return sayJSON(all)
	}
	return all.tell()
}

// parts splits the files into tracks, and names who speaks.
func (c transcribeCmd) parts(ctx context.Context, sox, folder string) ([]part, error) {
	var parts []part
	for i, file := range c.Files {
		in, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		own := filepath.Join(folder, fmt.Sprint(i))
		tracks, err := []transcription.Track(nil), os.Mkdir(own, 0o700)
		if err == nil {
			tracks, err = transcription.Split(ctx, sox, in, own, transcription.MaxLength)
		}
		if err = errors.Join(err, in.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		for n, t := range tracks {
			speaker := name
			if len(tracks) > 1 {
				speaker = fmt.Sprintf("%s %d", name, n+1)
			}
			parts = append(parts, part{t, speaker})
		}
	}
	if len(c.Speakers) == 0 {
		return parts, nil
	}
	if len(c.Speakers) != len(parts) {
		return nil, usageError{Err: fmt.Errorf("--speakers names %d, and %d speak: the files have so many channels", len(c.Speakers), len(parts))}
	}
	for i := range parts {
		parts[i].speaker = c.Speakers[i]
	}
	return parts, nil
}

// tell prints the lines for people.
func (t transcript) tell() error {
	for _, l := range t.Lines {
		at := time.Duration(l.Start * float64(time.Second)).Truncate(100 * time.Millisecond)
		say("%02d:%04.1f  %s: %s", int(at.Minutes()), (at % time.Minute).Seconds(), l.Speaker, l.Text)
	}
	if len(t.Lines) == 0 {
		say("No speech.")
	}
	if t.Dropped > 0 {
		say("%d pieces were dropped: the server heard them where nobody speaks.", t.Dropped)
	}
	return nil
}
