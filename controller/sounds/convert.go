package sounds

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// convertLimit is the longest that ffmpeg may work on one sound; five minutes
// of MP3 take it a third of a second.
const convertLimit = 10 * time.Second

// niceness of ffmpeg: calls come first.
const niceness = 10

// formatOf tells a WAV (RIFF) from an MP3 by how it begins: with an ID3v2 tag,
// or with the sync of a frame of MPEG audio layer III (ISO/IEC 11172-3, 2.4.2.3).
func formatOf(data []byte) (string, error) {
	switch {
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WAVE":
		return "wav", nil
	case bytes.HasPrefix(data, []byte("ID3")):
		return "mp3", nil
	case len(data) > 2 && data[0] == 0xFF && data[1]&0xE6 == 0xE2:
		return "mp3", nil
	case len(data) == 0:
		return "", &BadSoundError{"The body is empty: send a WAV or MP3 file."}
	default:
		return "", &BadSoundError{"This is neither a WAV nor an MP3 file: save it as one of them."}
	}
}

// convert gives samples of 8 kHz, mono, 16 bits; a little more than MaxLength
// when there is more. ffmpeg gets the format, so that it guesses none that
// names further files, and may use nothing but its pipes.
func (l *Library) convert(ctx context.Context, format string, data []byte) ([]byte, error) {
	program, err := exec.LookPath(l.ffmpeg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoConverter, err)
	}
	ctx, cancel := context.WithTimeout(ctx, convertLimit)
	defer cancel()
	limit := strconv.FormatFloat((MaxLength + time.Second).Seconds(), 'f', 0, 64)
	cmd := exec.CommandContext(ctx, "nice", "-n", strconv.Itoa(niceness), program,
		"-hide_banner", "-loglevel", "error", "-nostdin", "-protocol_whitelist", "pipe", "-threads", "1", "-f", format, "-i", "pipe:0",
		"-map", "0:a:0", "-t", limit, "-ac", "1", "-ar", strconv.Itoa(rate), "-f", "s16le", "pipe:1")
	cmd.WaitDelay = time.Second
	var pcm, said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(data), &pcm, &said
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return pcm.Bytes(), nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, &BadSoundError{"This file takes too long to convert: save it anew as a WAV or MP3 file."}
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &exit):
		return nil, &BadSoundError{fmt.Sprintf("This %s file cannot be read (%s): save it anew.", strings.ToUpper(format), firstLine(said.String()))}
	default:
		return nil, fmt.Errorf("%w: %w", ErrNoConverter, err)
	}
}

// firstLine gives the first thing that ffmpeg complained of, without the
// address of the part that did.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if _, after, ok := strings.Cut(line, "] "); ok && strings.HasPrefix(line, "[") {
		line = after
	}
	const most = 100
	if len(line) > most {
		line = line[:most] + "…"
	}
	return strings.ToValidUTF8(line, "?")
}
