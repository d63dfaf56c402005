package recording

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"strconv"
	"time"

	"ringdesk/controller/converter"
)

// bitRate of the MP3, constant: more than speech at 16 kHz needs, and players
// find any moment by plain division. An hour is 18 MB.
const bitRate = 40 // kbit/s

// The limits of one mix: an hour takes about 3 s of processor time and 18 MB.
const (
	encodeCPU = 5 * time.Minute
	encodeMax = 256 << 20 // bytes
)

// encoder is a running lame that turns samples into an MP3.
type encoder struct {
	*converter.Process
	in  *bufio.Writer
	raw []byte
}

// startEncoder runs lame until ctx ends. It writes over the file out.
func startEncoder(ctx context.Context, program, out string) (*encoder, error) {
	// lame adds an Info frame by itself: length, and the encoder's delay, which
	// players skip so that speech stands at its time.
	p, err := converter.Job{Program: program, CPU: encodeCPU, Output: encodeMax, Args: []string{
		"--silent", "--noreplaygain", "-r", "-s", strconv.FormatFloat(mixRate/1000.0, 'f', -1, 64), "--signed", "--little-endian", "--bitwidth", "16", "-m", "m",
		"--cbr", "-b", strconv.Itoa(bitRate), "-", out,
	}}.Start(ctx)
	if err != nil {
		return nil, err
	}
	return &encoder{Process: p, in: bufio.NewWriterSize(p.Stdin, 64<<10)}, nil
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
func (e *encoder) finish() error { return e.end(e.in.Flush()) }

// abort ends lame because of err.
func (e *encoder) abort(err error) error { return e.end(err) }

// end joins how writing to lame ended with how lame itself did: when it
// gives up early, our write fails too, but the reason is in its words.
func (e *encoder) end(err error) error {
	err = errors.Join(err, e.Stdin.Close())
	return errors.Join(e.Wait(), err)
}
