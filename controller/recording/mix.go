package recording

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ringdesk/controller/durable"
	"ringdesk/models"
)

const (
	// mixRate is the mix's samples per second: wideband speech (ITU-T G.722).
	mixRate = 16000
	// blockSamples are mixed at a time: 10 ms.
	blockSamples = mixRate / 100
	// fadeSamples is how softly a track goes silent and comes back: over 5 ms,
	// within what is heard, so that a cut does not click.
	fadeSamples = mixRate / 200
)

// Plan says what to mix.
type Plan struct {
	Tracks []PlanTrack
	Out    string        // path of the MP3; its folder is made if need be
	Limit  time.Duration // what comes later is cut off
	Lame   string        // the program's name or path
}

// PlanTrack is one track of a mix.
type PlanTrack struct {
	File    string        // path of a WAV: mono, 16-bit, 8 or 16 kHz
	Agent   bool          // an agent speaks in it, not the customer
	Offset  time.Duration // from the mix's start; not negative
	Silence []Span        // when the track is not to be heard
}

// Span is a stretch of the mix, from its start.
type Span struct{ From, To time.Duration }

// Result is what a mix came to.
type Result struct {
	Duration time.Duration
	Waveform models.Waveform
}

// ErrNoSound says that none of the tracks holds any sound.
var ErrNoSound = errors.New("there is no sound in any track")

// Mix makes the MP3. Until it is whole and on the disk the file Out is what it
// was before. Memory does not grow with the length of the tracks.
func Mix(ctx context.Context, p Plan) (Result, error) {
	m, err := newMixer(p)
	if err != nil {
		return Result{}, errors.Join(err, m.close())
	}
	r, err := m.write(ctx, p)
	return r, errors.Join(err, m.close())
}

// mixer holds the open tracks of a mix.
type mixer struct {
	tracks []*placed
	total  int64 // samples of the mix
}

// placed is a track in its place on the time line.
type placed struct {
	wav    *wav
	read   func([]float32) (int, error)
	from   int64 // the mix's sample at which it begins
	quiet  [][2]int64
	lane   int
	buffer [blockSamples]float32
}

func newMixer(p Plan) (*mixer, error) {
	m := &mixer{}
	for _, pt := range p.Tracks {
		w, err := openWAV(pt.File)
		if err != nil {
			return m, err
		}
		t := &placed{wav: w, read: w.read, from: samples(pt.Offset), lane: customerLane}
		if pt.Agent {
			t.lane = agentLane
		}
		m.tracks = append(m.tracks, t)
		for _, s := range pt.Silence {
			t.quiet = append(t.quiet, [2]int64{samples(s.From), samples(s.To)})
		}
		length := w.left
		if w.rate == mixRate/2 {
			// Blocks and double samples must not overlap.
			t.from -= t.from % 2
			t.read = newDoubler(w).read
			length *= 2
		}
		if length > 0 {
			m.total = max(m.total, t.from+length)
		}
	}
	m.total = min(m.total, samples(p.Limit))
	if m.total <= 0 {
		return m, ErrNoSound
	}
	return m, nil
}

func (m *mixer) close() error {
	var errs []error
	for _, t := range m.tracks {
		errs = append(errs, t.wav.close())
	}
	return errors.Join(errs...)
}

// write makes the MP3 under another name, and gives it its own once it is on
// the disk.
func (m *mixer) write(ctx context.Context, p Plan) (Result, error) {
	part, err := newPart(p.Out)
	if err != nil {
		return Result{}, err
	}
	wave, err := m.encode(ctx, p.Lame, part)
	if err == nil {
		err = durable.Publish(part, p.Out)
	}
	if err != nil {
		return Result{}, errors.Join(err, ignoreMissing(os.Remove(part)))
	}
	return Result{Duration: time.Duration(m.total) * time.Second / mixRate, Waveform: wave}, nil
}

func (m *mixer) encode(ctx context.Context, program, out string) (models.Waveform, error) {
	enc, err := startEncoder(ctx, program, out)
	if err != nil {
		return models.Waveform{}, err
	}
	wave, lanes := newWaveform(m.total), [2]*waveform{newWaveform(m.total), newWaveform(m.total)}
	err = m.run(ctx, &lanes, func(at int64, pcm []float32) error {
		wave.add(at, pcm)
		return enc.write(pcm)
	})
	if err != nil {
		return models.Waveform{}, enc.abort(err)
	}
	return models.Waveform{All: wave.peaks(), Customer: lanes[customerLane].peaks(), Agents: lanes[agentLane].peaks()}, enc.finish()
}

// run mixes block by block and gives each to out with its position; lanes get what
// each side says, before the limiter.
func (m *mixer) run(ctx context.Context, lanes *[2]*waveform, out func(at int64, pcm []float32) error) error {
	lim := newLimiter()
	var sum, limited [blockSamples]float32
	var sides [2][blockSamples]float32
	given := int64(0)
	give := func(pcm []float32) error {
		at := given
		given += int64(len(pcm))
		return out(at, pcm)
	}
	for at := int64(0); at < m.total; at += blockSamples {
		if err := ctx.Err(); err != nil {
			return err
		}
		block := sum[:min(blockSamples, m.total-at)]
		clear(block)
		for _, t := range m.tracks {
			if err := t.add(sides[t.lane][:len(block)], at); err != nil {
				return err
			}
		}
		for lane := range sides {
			side := sides[lane][:len(block)]
			lanes[lane].add(at, side)
			for i, v := range side {
				block[i] += v
			}
			clear(side)
		}
		if err := give(lim.next(block, limited[:])); err != nil {
			return err
		}
	}
	return give(lim.last(limited[:]))
}

// add adds what the track has for the block at the given position.
func (t *placed) add(block []float32, at int64) error {
	skip := max(0, t.from-at)
	if skip >= int64(len(block)) {
		return nil
	}
	own := t.buffer[:int64(len(block))-skip]
	n, err := t.read(own)
	if err != nil {
		return err
	}
	own = own[:n]
	for _, q := range t.quiet {
		silence(own, at+skip, q)
	}
	for i, v := range own {
		block[skip+int64(i)] += v
	}
	return nil
}

// silence makes the stretch q silent in pcm, which begins at the position at,
// and fades around it.
func silence(pcm []float32, at int64, q [2]int64) {
	first := max(0, q[0]-fadeSamples-at)
	end := min(int64(len(pcm)), q[1]+fadeSamples-at)
	for i := first; i < end; i++ {
		pos := at + i
		away := max(q[0]-pos, pos-q[1]+1) // 1 beside the silence; not positive in it
		pcm[i] *= max(0, min(1, float32(away)/fadeSamples))
	}
}

// samples is how many samples of the mix d lasts, to the nearest.
func samples(d time.Duration) int64 {
	whole, rest := int64(d/time.Second), int64(d%time.Second)
	return whole*mixRate + (rest*mixRate+int64(time.Second)/2)/int64(time.Second)
}

// partEnding marks files that are being made.
const partEnding = ".part"

// newPart makes an empty file beside out, and removes what attempts that
// crashed have left there.
func newPart(out string) (string, error) {
	dir, name := filepath.Split(out)
	if err := durable.Folder(dir, 0o750); err != nil {
		return "", fmt.Errorf("the folder of the recording cannot be made: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), name) && strings.HasSuffix(e.Name(), partEnding) {
			if err := ignoreMissing(os.Remove(filepath.Join(dir, e.Name()))); err != nil {
				return "", err
			}
		}
	}
	f, err := os.CreateTemp(dir, name+".*"+partEnding)
	if err != nil {
		return "", fmt.Errorf("the recording cannot be written: %w", err)
	}
	return f.Name(), f.Close()
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
