package main

import (
	"embed"
	"math/rand/v2"
	"os"
	"path/filepath"
	"text/template"
	"time"
)

//go:embed scenarios/*.xml
var scenarioFiles embed.FS

var scenarios = template.Must(template.ParseFS(scenarioFiles, "scenarios/*.xml"))

// manner is how SIPp's callers and phones behave.
type manner struct {
	Ring, Talk time.Duration
	AgentEnds  bool   // the agent hangs up after Talk, not the caller
	Sound      string // file with G.711 µ-law that both sides say over and over; empty means no RTP
	Refusal    string // status line's end of a phone that declines
}

func (c manner) RingMs() int64 { return c.Ring.Milliseconds() }
func (c manner) TalkMs() int64 { return c.Talk.Milliseconds() }

// writeScenario makes SIPp's file from a template.
func writeScenario(file, name string, c manner) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := scenarios.ExecuteTemplate(f, name+".xml", c); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// soundSeconds is the length of the sound that is said over and over.
const soundSeconds = 2

// writeSound makes a file of raw G.711 µ-law at 8 kHz: bursts of noise with
// pauses between, as in speech. Every byte is a valid sample.
func writeSound(dir string) (string, error) {
	random := rand.New(rand.NewPCG(1, 1))
	out := make([]byte, 8000*soundSeconds)
	for i := range out {
		out[i] = 0xff // silence (ITU-T G.711, table 2)
		if i%4000 < 3200 {
			// The low six bits of segments 2 to 5, either sign: neither faint nor clipped.
			out[i] = byte(random.IntN(2))<<7 | byte(0x20+random.IntN(0x40))
		}
	}
	file := filepath.Join(dir, "sound.ulaw")
	return file, os.WriteFile(file, out, 0o600)
}
