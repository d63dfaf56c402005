package memory_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/enginetest"
	"ringdesk/controller/engine/memory"
	"ringdesk/e2e/phone/tone"
)

func TestConformance(t *testing.T) {
	enginetest.Run(t, func(t testing.TB) enginetest.Rig { return newRig(t) }, enginetest.Parallel(), enginetest.Virtual())
}

const musicHz, soundHz, fileHz = 1500, 1900, 2300

var carrierHost = netip.MustParseAddr("192.0.2.10")

// rig shows the switch's symbolic sound to the suite as PCM.
type rig struct {
	sw  *memory.Switch
	dir string
}

func newRig(t testing.TB) *rig {
	r := &rig{dir: t.TempDir()}
	r.sw = memory.New(memory.Options{
		MusicHz: musicHz,
		Sounds: map[string]memory.Sound{
			"tone": {Hz: soundHz, Length: 1500 * time.Millisecond}, "ko/words": {Hz: fileHz, Length: time.Second},
		},
		Record: r.write,
	})
	return r
}

func (r *rig) Name() string                             { return "memory" }
func (r *rig) Engine(testing.TB) engine.Engine          { return r.sw.Engine() }
func (r *rig) RecordingsDir() string                    { return r.dir }
func (r *rig) MusicHz() int                             { return musicHz }
func (r *rig) CutLink(_ testing.TB, how enginetest.Cut) { r.sw.CutLink(how == enginetest.Stall) }
func (r *rig) RestoreLink(testing.TB)                   { r.sw.RestoreLink() }

func (r *rig) Sound() enginetest.Sound {
	return enginetest.Sound{Name: "tone", Hz: soundHz, Length: 1500 * time.Millisecond}
}

func (r *rig) File() enginetest.Sound {
	return enginetest.Sound{Name: "ko/words", Hz: fileHz, Length: time.Second}
}

func (r *rig) RingHz() int { return memory.RingHz }

func (r *rig) Carrier() engine.Trunk {
	return engine.Trunk{ID: enginetest.CarrierID, Hosts: []string{carrierHost.String()}, Remote: "192.0.2.10:5060"}
}

func (r *rig) Dead() engine.Trunk {
	r.sw.SetTrunkState("dead", engine.TrunkUnreachable)
	return engine.Trunk{ID: "dead", Remote: "192.0.2.66:5060"}
}

func (r *rig) Caller(_ testing.TB, from, name string) enginetest.Caller {
	return &party{Line: r.sw.Caller(carrierHost, from, name, memory.Manner{})}
}

func (r *rig) Subscriber(_ testing.TB, number string) enginetest.Callee {
	return &party{Line: r.sw.Subscriber(number, memory.Manner{})}
}

func (r *rig) Phone(_ testing.TB, id string) enginetest.Callee {
	return &party{Line: r.sw.Line("sip:"+id+"@192.0.2.20", memory.Manner{})}
}

// write makes a recording's file.
func (r *rig) write(rec memory.Recorded) error {
	path := filepath.Join(r.dir, rec.File+".wav")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return tone.WAV{Rate: enginetest.Rate, PCM: render(rec.Said, rec.From, rec.To)}.WriteFile(path)
}

// render makes sound of a track.
func render(track memory.Track, from, to time.Time) []int16 {
	pcm := make([]int16, tone.Samples(enginetest.Rate, to.Sub(from)))
	for _, s := range track {
		at := min(len(pcm), tone.Samples(enginetest.Rate, s.From.Sub(from)))
		end := min(len(pcm), tone.Samples(enginetest.Rate, s.To.Sub(from)))
		for _, hz := range s.Hz {
			tone.NewSine(enginetest.Rate, hz).Add(pcm[at:end])
		}
	}
	return pcm
}

// party is a Line in the suite's terms.
type party struct{ *memory.Line }

func (p *party) Heard(from, to time.Time) []int16 {
	if now := time.Now(); to.After(now) {
		to = now
	}
	return render(p.Line.Heard(from, to), from, to)
}

func (p *party) SendDTMF(_ testing.TB, digits string) { p.Press(digits) }
func (p *party) DTMF() string                         { return p.State().DTMF }
func (p *party) Contact() string                      { return p.URI() }
func (p *party) Call(_ testing.TB, to string)         { p.Line.Call(to) }
func (p *party) Final() int                           { return p.State().Final }

func (p *party) Progress() []int {
	if p.State().Ringing {
		return []int{100, 180}
	}
	return []int{100}
}

func (p *party) Ended() enginetest.Ended {
	e := p.State().Ended
	return enginetest.Ended{At: e.At, Method: e.Method, Cause: int(e.Cause)}
}

func (p *party) Invited() enginetest.Invited {
	in := p.State().Invited
	var offered []string
	for _, c := range in.Codecs {
		offered = append(offered, map[string]string{"alaw": "pcma", "ulaw": "pcmu"}[c])
	}
	return enginetest.Invited{At: in.At, Number: in.Number, Name: in.Name, CallID: in.Call, Codecs: offered}
}
