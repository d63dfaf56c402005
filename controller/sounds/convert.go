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
	"strconv"
	"strings"
	"time"

	"ringdesk/controller/converter"
)

// rate is that of telephone sound, samples per second of 16 bits.
const rate = 8000

// convertLimit is the longest that sox may work on one sound; five minutes of MP3
// take it half a second.
const convertLimit = 10 * time.Second

// FormatOf tells a WAV (RIFF) from an MP3 by how it begins: with an ID3v2 tag, or
// with two frames of MPEG audio layer III. No other of sox's formats is let in:
// each is a door to a hostile file.
func FormatOf(in *bufio.Reader) (string, error) {
	head, err := in.Peek(12)
	if len(head) > 0 && head[0] == 0xFF && err == nil {
		head, err = in.Peek(mostFrame + 4)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	switch {
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE":
		return "wav", nil
	case bytes.HasPrefix(head, []byte("ID3")):
		return "mp3", nil
	case beginsWithFrames(head):
		return "mp3", nil
	case len(head) == 0:
		return "", &BadSoundError{"The body is empty: send a WAV or MP3 file."}
	default:
		return "", &BadSoundError{"This is neither a WAV nor an MP3 file: save it as one of them."}
	}
}

// convert fills a file with a WAV. sox writes the samples, right behind the
// place of the header.
func (l *Library) convert(ctx context.Context, format string, in io.Reader, out *os.File) (time.Duration, error) {
	if _, err := out.Seek(int64(len(header(0))), io.SeekStart); err != nil {
		return 0, err
	}
	if err := l.decode(ctx, format, in, out, MaxLength+time.Second); err != nil {
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

// decode writes samples of 8 kHz, mono, 16 bits, and no more than longest of
// them. sox is told the format, so that it guesses none that names further files.
func (l *Library) decode(ctx context.Context, format string, in io.Reader, out *os.File, longest time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, convertLimit)
	defer cancel()
	p, err := converter.Job{
		Program: l.sox, Stdin: in, Stdout: out, CPU: convertLimit, Output: int64(longest/time.Second)*rate*2 + 1<<20,
		Args: []string{
			"-V1", "--no-show-progress", "-t", format, "-", "-t", "raw", "-r", strconv.Itoa(rate), "-e", "signed-integer", "-b", "16", "-L", "-c", "1", "-",
			"trim", "0", strconv.FormatFloat(longest.Seconds(), 'f', 0, 64),
		},
	}.Start(ctx)
	if err != nil {
		return err
	}
	err = p.Wait()
	var failed *converter.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &BadSoundError{"This file takes too long to convert: save it anew as a WAV or MP3 file."}
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, converter.ErrLimit):
		return &BadSoundError{"This file takes more memory or time to convert than a sound may: save it anew as a WAV or MP3 file of 48 kHz at most."}
	case errors.As(err, &failed):
		return &BadSoundError{fmt.Sprintf("This %s file cannot be read (%s): save it anew.", strings.ToUpper(format), firstLine(failed.Said))}
	default:
		return err
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

// firstLine gives the first thing that sox complained of, without who said it of
// which file ("sox FAIL formats: can't open input `-': ").
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, " | ")
	if _, after, ok := strings.Cut(line, ": "); ok {
		line = after
	}
	line = strings.TrimSpace(strings.TrimPrefix(strings.ReplaceAll(line, "  ", " "), "can't open input `-':"))
	const most = 100
	switch {
	case line == "":
		line = "it is damaged"
	case len(line) > most:
		line = line[:most] + "…"
	}
	return strings.ToValidUTF8(line, "?")
}
