package transcription

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"ringdesk/controller/converter"
	"ringdesk/controller/sounds"
)

const (
	// MaxLength is that of a track: recordings end there, too (END-1).
	MaxLength = time.Hour
	// mostChannels of a file, one for each who speaks.
	mostChannels = 10
	// splitLimit is the processor time of sox; an hour of MP3 takes it a quarter of that.
	splitLimit = 2 * time.Minute
)

// Track is what one party says: a WAV of 16 kHz.
type Track struct {
	File   string
	Length time.Duration
	Speech Speech
}

// Split makes a track of each channel of a WAV or MP3 file, in files of a folder that
// is the caller's to remove. A file that is no such sound, or is longer than longest,
// gives a *sounds.BadSoundError.
func Split(ctx context.Context, sox string, from io.Reader, folder string, longest time.Duration) ([]Track, error) {
	in := bufio.NewReader(from)
	format, err := sounds.FormatOf(in)
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	// The header of an AU file tells the channels, and sox can write it into a pipe.
	p, err := converter.Job{
		Program: sox, Stdin: in, Stdout: w, CPU: splitLimit, Output: 0, // it writes into no file
		Args: []string{"-V1", "-D", "--no-show-progress", "-t", format, "-", "-t", "au", "-r", strconv.Itoa(rate), "-e", "signed-integer", "-b", "16", "-",
			"trim", "0", strconv.FormatFloat((longest + time.Second).Seconds(), 'f', 0, 64)},
	}.Start(ctx)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	tracks, readErr := split(bufio.NewReaderSize(r, 64<<10), folder, longest)
	_ = r.Close() // what sox still has to say is not wanted after a failure
	err = p.Wait()
	failed, bad := errors.AsType[*converter.Error](err)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case readErr != nil && !errors.Is(readErr, io.ErrUnexpectedEOF):
		return nil, readErr
	case errors.Is(err, converter.ErrLimit):
		return nil, unfit("This file takes more memory or time to convert than a sound may: save it anew as a WAV file of 16 kHz.")
	case bad:
		return nil, unfit("This %s file cannot be read (%s): save it anew.", format, failed.Said)
	case err != nil:
		return nil, err
	case readErr != nil:
		return nil, unfit("There is no sound in this file.")
	}
	return tracks, nil
}

// unfit says, in a sentence for people, why a file cannot be transcribed.
func unfit(text string, args ...any) error {
	return &sounds.BadSoundError{Reason: fmt.Sprintf(text, args...)}
}

// split reads sound as sox writes it: AU (Sun, 1992), with a header of big-endian words
// and samples of 16 bits, those of all channels after each other.
func split(in *bufio.Reader, folder string, longest time.Duration) ([]Track, error) {
	var header [6]uint32 // magic, where the samples begin, their size, coding, rate, channels
	if err := binary.Read(in, binary.BigEndian, &header); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	channels := int(header[5])
	if channels < 1 || channels > mostChannels {
		return nil, unfit("This file has %d channels: make files of at most %d, one for each who speaks.", channels, mostChannels)
	}
	if _, err := in.Discard(int(header[1]) - binary.Size(header)); err != nil {
		return nil, err
	}
	writers := make([]*trackWriter, channels)
	for i := range writers {
		w, err := newTrackWriter(filepath.Join(folder, strconv.Itoa(i)+".wav"))
		if err != nil {
			return nil, err
		}
		defer w.file.Close() // again, where it was closed well
		writers[i] = w
	}
	if err := deal(in, writers, longest); err != nil {
		return nil, err
	}
	tracks := make([]Track, channels)
	for i, w := range writers {
		t, err := w.done()
		if err != nil {
			return nil, err
		}
		tracks[i] = t
	}
	return tracks, nil
}

// deal gives each channel its samples, frame by frame, until there are no more.
func deal(in *bufio.Reader, to []*trackWriter, longest time.Duration) error {
	raw := make([]byte, 2*len(to)*frameSamples)
	for {
		n, err := io.ReadFull(in, raw)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		for i, w := range to {
			if err := w.add(raw[:n], i, len(to)); err != nil {
				return err
			}
		}
		if to[0].length() > longest {
			return unfit("This sound is longer than %v: cut it into shorter ones.", longest)
		}
		if err != nil {
			return nil
		}
	}
}

// trackWriter writes a track and listens to it.
type trackWriter struct {
	file    *os.File
	out     *bufio.Writer
	samples int
	raw     []byte // of the frame at hand
	meter   meter
}

func newTrackWriter(name string) (*trackWriter, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	w := &trackWriter{file: f, out: bufio.NewWriterSize(f, 64<<10)}
	_, err = w.out.Write(make([]byte, headerBytes)) // its length is known at the end
	return w, err
}

// add takes one channel's samples out of a frame of all.
func (w *trackWriter) add(frame []byte, channel, channels int) error {
	w.raw = w.raw[:0]
	sum := 0
	for at := 2 * channel; at+2 <= len(frame); at += 2 * channels {
		high, low := frame[at], frame[at+1]
		w.raw = append(w.raw, low, high)
		sample := int(int16(high)<<8 | int16(low))
		sum += sample * sample
	}
	n := len(w.raw) / 2
	w.samples += n
	w.meter.add(sum, n)
	_, err := w.out.Write(w.raw)
	return err
}

func (w *trackWriter) length() time.Duration { return time.Duration(w.samples) * time.Second / rate }

func (w *trackWriter) done() (Track, error) {
	err := w.out.Flush()
	if err == nil {
		_, err = w.file.WriteAt(wavHeader(2*w.samples), 0)
	}
	return Track{File: w.file.Name(), Length: w.length(), Speech: w.meter.speech()}, errors.Join(err, w.file.Close())
}

// headerBytes is the length of a plain WAV file's header.
const headerBytes = 44

// wavHeader is that of so many bytes of mono samples of 16 bits (RIFF).
func wavHeader(n int) []byte {
	le := binary.LittleEndian
	h := append(le.AppendUint32([]byte("RIFF"), uint32(headerBytes-8+n)), "WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	h = le.AppendUint32(le.AppendUint32(h, rate), rate*2)
	h = le.AppendUint16(le.AppendUint16(h, 2), 16)
	return le.AppendUint32(append(h, "data"...), uint32(n))
}
