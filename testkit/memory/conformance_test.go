package memory_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/testkit/conformance"
	"ringdesk/testkit/memory"
	"ringdesk/testkit/phone"
	"ringdesk/testkit/tone"
)

func TestConformance(t *testing.T) {
	conformance.Run(t, func(t testing.TB) conformance.Rig { return newRig(t) }, conformance.Parallel(), conformance.Virtual(), conformance.FollowsPorts())
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
		Native:  map[string]memory.Sound{conformance.NativeSays: {Hz: soundHz, Length: 1500 * time.Millisecond}},
		HandsOn: map[string]string{conformance.NativeNumber: conformance.NativeTo},
		Record:  r.write,
	})
	return r
}

func (r *rig) Name() string                              { return "memory" }
func (r *rig) Engine(testing.TB) engine.Engine           { return r.sw.Engine() }
func (r *rig) RecordingsDir() string                     { return r.dir }
func (r *rig) MusicHz() int                              { return musicHz }
func (r *rig) CutLink(_ testing.TB, how conformance.Cut) { r.sw.CutLink(how == conformance.Stall) }
func (r *rig) RestoreLink(testing.TB)                    { r.sw.RestoreLink() }

func (r *rig) Sound() conformance.Sound {
	return conformance.Sound{Name: "tone", Hz: soundHz, Length: 1500 * time.Millisecond}
}

func (r *rig) File() conformance.Sound {
	return conformance.Sound{Name: "ko/words", Hz: fileHz, Length: time.Second}
}

func (r *rig) RingHz() int { return memory.RingHz }

func (r *rig) Carrier() engine.Trunk {
	return engine.Trunk{ID: conformance.CarrierID, Hosts: []string{carrierHost.String()}, Remote: "192.0.2.10:5060"}
}

func (r *rig) Dead() engine.Trunk {
	r.sw.SetTrunkState("dead", engine.TrunkUnreachable)
	return engine.Trunk{ID: "dead", Remote: "192.0.2.66:5060", FirstAnswer: time.Second}
}

func (r *rig) Invite(_ testing.TB, said conformance.Said) {
	r.sw.CallerBy(carrierHost, said.Headers, memory.Manner{}).Call(said.Target)
}

func (r *rig) Silent() engine.Trunk {
	r.sw.SetTrunkState("silent", engine.TrunkUnreachable)
	return engine.Trunk{ID: "silent", Remote: "192.0.2.67:5060", FirstAnswer: time.Second}
}

func (r *rig) Caller(_ testing.TB, from, name string) conformance.Caller {
	return &party{Line: r.sw.Caller(carrierHost, from, name, memory.Manner{})}
}

func (r *rig) Subscriber(_ testing.TB, number string) conformance.Callee {
	return &party{Line: r.sw.Subscriber(number, memory.Manner{})}
}

func (r *rig) Phone(_ testing.TB, id string) conformance.Callee {
	return &party{Line: r.sw.Line("sip:"+id+"@192.0.2.20", memory.Manner{})}
}

// write makes a recording's file.
func (r *rig) write(rec memory.Recorded) error {
	path := filepath.Join(r.dir, rec.File+".wav")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return tone.WAV{Rate: conformance.Rate, PCM: render(rec.Said, rec.From, rec.To)}.WriteFile(path)
}

// render makes sound of a track.
func render(track memory.Track, from, to time.Time) []int16 {
	pcm := make([]int16, tone.Samples(conformance.Rate, to.Sub(from)))
	for _, s := range track {
		at := min(len(pcm), tone.Samples(conformance.Rate, s.From.Sub(from)))
		end := min(len(pcm), tone.Samples(conformance.Rate, s.To.Sub(from)))
		for _, hz := range s.Hz {
			tone.NewSine(conformance.Rate, hz).Add(pcm[at:end])
		}
	}
	return pcm
}

// party is a Line in the suite's terms. What it offers beside its audio has no
// meaning here: the switch knows of sound only.
type party struct {
	*memory.Line
	offered phone.Media
	refused bool // the offer had no audio
}

func (p *party) Heard(from, to time.Time) []int16 {
	if now := time.Now(); to.After(now) {
		to = now
	}
	return render(p.Line.Heard(from, to), from, to)
}

func (p *party) Media() netip.AddrPort { return netip.AddrPort{} }

func (p *party) Restart(testing.TB, conformance.Restart) {} // there is no RTP

func (p *party) SendDTMF(_ testing.TB, digits string) { p.Press(digits) }
func (p *party) DTMF() string                         { return p.State().DTMF }
func (p *party) Contact() string                      { return p.URI() }

func (p *party) Call(_ testing.TB, to string) {
	if p.refused = p.offered != nil && !slices.Contains(p.offered, phone.Own); !p.refused {
		p.Line.Call(to)
	}
}

func (p *party) Final() int {
	if p.refused {
		return 488
	}
	return p.State().Final
}

func (p *party) Offer(lines phone.Media, _ phone.Body) { p.offered = lines }
func (p *party) Lines() []string                       { return p.answer() }

// answer takes the first audio of what was offered.
func (p *party) answer() []string {
	var lines []string
	own := false
	for _, line := range p.offered {
		kind, _, _ := strings.Cut(line, " ")
		switch {
		case line == phone.Own && !own:
			own = true
			lines = append(lines, "audio 4000 RTP/AVP 8")
		case !strings.HasPrefix(line, "a="):
			lines = append(lines, kind+" 0 RTP/AVP 0")
		}
	}
	if p.offered == nil {
		return []string{"audio 4000 RTP/AVP 8"}
	}
	return lines
}

func (p *party) AnswerWith(lines phone.Media) {
	if len(lines) > 0 && lines[0] == phone.Own {
		p.Answer()
	} else {
		p.Refuse(488)
	}
}

func (p *party) Reoffer(_ testing.TB, _ string, lines phone.Media) (status int, answered []string) {
	if lines != nil && !slices.Contains(lines, phone.Own) {
		return 488, nil
	}
	if lines != nil {
		p.offered = lines
	}
	return 200, p.answer()
}

func (p *party) Request(_ testing.TB, method string) (status int, allow string) {
	switch method {
	case "OPTIONS", "INFO":
		return 200, ""
	case "REFER":
		return 603, ""
	}
	return 405, "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO"
}

// The switch has keys and no ways of them, and offers nothing itself.
func (p *party) KeysBy(engine.DTMFMode) {}
func (p *party) NoOffer()               {}

func (p *party) Redirect(status int, _ ...string) { p.Refuse(status) }
func (p *party) Challenge(status int)             { p.Refuse(status) }

func (p *party) Progress() []int {
	if p.State().Ringing {
		return []int{100, 180}
	}
	return []int{100}
}

func (p *party) Ended() conformance.Ended {
	e := p.State().Ended
	return conformance.Ended{At: e.At, Method: e.Method, Cause: int(e.Cause)}
}

func (p *party) Invited() conformance.Invited {
	in := p.State().Invited
	var offered []string
	for _, c := range in.Codecs {
		offered = append(offered, map[string]string{"alaw": "pcma", "ulaw": "pcmu"}[c])
	}
	return conformance.Invited{At: in.At, Number: in.Number, Name: in.Name, CallID: in.Call, Codecs: offered}
}
