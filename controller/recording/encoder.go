package recording

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// bitRate of the MP3, constant: more than speech at 16 kHz needs, and players
// find any moment by plain division. An hour is 18 MB.
const bitRate = "40k"

// niceness of ffmpeg: calls come first.
const niceness = 10

// ErrNoEncoder says that ffmpeg cannot be run.
var ErrNoEncoder = errors.New("ffmpeg cannot be run")

// EncoderError says that ffmpeg gave up.
type EncoderError struct {
	Stderr string // its last lines
	Err    error
}

func (e *EncoderError) Error() string { return fmt.Sprintf("ffmpeg: %v: %s", e.Err, e.Stderr) }

// Unwrap gives the cause.
func (e *EncoderError) Unwrap() error { return e.Err }

// encoder is a running ffmpeg that turns samples into an MP3.
type encoder struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	in     *bufio.Writer
	raw    []byte
	stderr tail
}

// startEncoder runs ffmpeg until ctx ends. It writes over the file out. The
// sound comes through a pipe: should we die, the pipe breaks and ffmpeg ends.
func startEncoder(ctx context.Context, ffmpeg, out string) (*encoder, error) {
	path, err := exec.LookPath(ffmpeg)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoEncoder, err)
	}
	// write_xing adds the Info frame: length, and the encoder's delay, which
	// players skip so that speech stands at its time.
	e := &encoder{cmd: exec.CommandContext(ctx, "nice", "-n", strconv.Itoa(niceness), path,
		"-hide_banner", "-loglevel", "error", "-nostdin", "-y",
		"-f", "s16le", "-ar", strconv.Itoa(mixRate), "-ac", "1", "-i", "pipe:0",
		"-map_metadata", "-1", "-threads", "1", "-codec:a", "libmp3lame", "-b:a", bitRate, "-write_xing", "1",
		"-f", "mp3", out)}
	e.cmd.Stderr = &e.stderr
	e.cmd.WaitDelay = time.Second
	if e.stdin, err = e.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	e.in = bufio.NewWriterSize(e.stdin, 64<<10)
	if err := e.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoEncoder, err)
	}
	return e, nil
}

// write takes samples of ±32767.
func (e *encoder) write(pcm []float32) error {
	e.raw = e.raw[:0]
	for _, v := range pcm {
		e.raw = binary.LittleEndian.AppendUint16(e.raw, uint16(int16(math.Round(float64(v)))))
	}
	_, err := e.in.Write(e.raw)
	return err
}

// finish waits until the file is complete.
func (e *encoder) finish() error {
	err := errors.Join(e.in.Flush(), e.stdin.Close())
	return e.wait(err)
}

// abort ends ffmpeg because of err.
func (e *encoder) abort(err error) error { return e.wait(errors.Join(err, e.stdin.Close())) }

// wait joins how writing to ffmpeg ended with how ffmpeg itself did: when it
// gives up early, our write fails too, but the reason is in its words.
func (e *encoder) wait(err error) error {
	if end := e.cmd.Wait(); end != nil {
		return errors.Join(&EncoderError{Stderr: e.stderr.String(), Err: end}, err)
	}
	return err
}

// tail keeps the last lines that are written to it.
type tail struct{ text string }

const tailSize = 2000 // bytes

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.text += string(p)
	if over := len(t.text) - tailSize; over > 0 {
		t.text = t.text[over:]
	}
	return len(p), nil
}

// String gives the lines as one.
func (t *tail) String() string {
	return strings.Join(strings.FieldsFunc(t.text, func(r rune) bool { return r == '\n' || r == '\r' }), " | ")
}
