package sounds

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// rate is that of telephone sound, samples per second of 16 bits.
const rate = 8000

// convertLimit is the longest that ffmpeg may work on one sound; five minutes
// of MP3 take it a third of a second.
const convertLimit = 10 * time.Second

// niceness of ffmpeg: calls come first.
const niceness = 10

// formatOf tells a WAV (RIFF) from an MP3 by how it begins: with an ID3v2 tag,
// or with the sync of a frame of MPEG audio layer III (ISO/IEC 11172-3, 2.4.2.3).
func formatOf(in *bufio.Reader) (string, error) {
	head, err := in.Peek(12)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	switch {
	case len(head) == 12 && string(head[:4]) == "RIFF" && string(head[8:]) == "WAVE":
		return "wav", nil
	case bytes.HasPrefix(head, []byte("ID3")):
		return "mp3", nil
	case len(head) > 2 && head[0] == 0xFF && head[1]&0xE6 == 0xE2:
		return "mp3", nil
	case len(head) == 0:
		return "", &BadSoundError{"The body is empty: send a WAV or MP3 file."}
	default:
		return "", &BadSoundError{"This is neither a WAV nor an MP3 file: save it as one of them."}
	}
}

// convert fills a file with a WAV. ffmpeg writes the samples, right behind the
// place of the header.
func (l *Library) convert(ctx context.Context, format string, in io.Reader, out *os.File) (time.Duration, error) {
	if _, err := out.Seek(int64(len(header(0))), io.SeekStart); err != nil {
		return 0, err
	}
	if err := l.decode(ctx, format, in, out); err != nil {
		return 0, err
	}
	end, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	n := int(end) - len(header(0)) // bytes of samples
	length := time.Duration(n/2) * time.Second / rate
	switch {
	case n <= 0:
		return 0, &BadSoundError{"There is no sound in this file: send another one."}
	case length > MaxLength:
		return 0, &BadSoundError{fmt.Sprintf("This sound is longer than %.0f minutes: send a shorter one.", MaxLength.Minutes())}
	}
	_, err = out.WriteAt(header(n), 0)
	return length, err
}

// decode writes samples of 8 kHz, mono, 16 bits; a little more than MaxLength
// when there is more. ffmpeg is told the format, so that it guesses none that
// names further files, and may use nothing but its pipes.
func (l *Library) decode(ctx context.Context, format string, in io.Reader, out *os.File) error {
	program, err := exec.LookPath(l.ffmpeg)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoConverter, err)
	}
	ctx, cancel := context.WithTimeout(ctx, convertLimit)
	defer cancel()
	limit := strconv.FormatFloat((MaxLength + time.Second).Seconds(), 'f', 0, 64)
	cmd := exec.CommandContext(ctx, "nice", "-n", strconv.Itoa(niceness), program,
		"-hide_banner", "-loglevel", "error", "-nostdin", "-protocol_whitelist", "pipe", "-threads", "1", "-f", format, "-i", "pipe:0",
		"-map", "0:a:0", "-t", limit, "-ac", "1", "-ar", strconv.Itoa(rate), "-f", "s16le", "pipe:1")
	cmd.WaitDelay = time.Second
	var said bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, &said
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &BadSoundError{"This file takes too long to convert: save it anew as a WAV or MP3 file."}
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit):
		return &BadSoundError{fmt.Sprintf("This %s file cannot be read (%s): save it anew.", strings.ToUpper(format), firstLine(said.String()))}
	default:
		return fmt.Errorf("%w: %w", ErrNoConverter, err)
	}
}

// header is a WAV file's before n bytes of samples (RIFF: Microsoft,
// Multimedia Programming Interface and Data Specifications 1.0, 1991).
func header(n int) []byte {
	const pcm, channels, bytesPerSample = 1, 1, 2
	le := binary.LittleEndian
	h := append(le.AppendUint32([]byte("RIFF"), uint32(36+n)), "WAVEfmt "...)
	h = le.AppendUint32(h, 16)
	h = le.AppendUint16(le.AppendUint16(h, pcm), channels)
	h = le.AppendUint32(le.AppendUint32(h, rate), rate*channels*bytesPerSample)
	h = le.AppendUint16(le.AppendUint16(h, channels*bytesPerSample), 8*bytesPerSample)
	return le.AppendUint32(append(h, "data"...), uint32(n))
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
