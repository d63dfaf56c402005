package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestScenarios(t *testing.T) {
	for _, c := range []struct {
		name   string
		manner manner
		wants  []string
		not    string
	}{
		{"caller", manner{Talk: time.Second}, []string{`<pause milliseconds="1000"/>`, "BYE [next_url]"}, "rtp_stream"},
		{"caller", manner{AgentEnds: true}, []string{`<recv request="BYE"/>`}, "<pause"},
		{"caller", manner{Sound: "s.ulaw"}, []string{`rtp_stream="s.ulaw,-1,0"`, "[rtpstream_audio_port] RTP/AVP 0 101\n", "a=rtpmap:101 telephone-event/8000"}, "[media_port]"},
		{"agent", manner{Ring: 250 * time.Millisecond}, []string{`<pause milliseconds="250"/>`, `<recv request="BYE"/>`}, "rtp_stream"},
		{"agent", manner{AgentEnds: true, Talk: time.Second}, []string{`<pause milliseconds="1000"/>`, "BYE [next_url]"}, `<recv request="BYE"/>`},
		{"agent", manner{Sound: "s.ulaw"}, []string{`rtp_stream="s.ulaw,-1,0"`, "[rtpstream_audio_port] RTP/AVP 0 101\n", "a=rtpmap:101 telephone-event/8000"}, "[media_port]"},
		{"declines", manner{Refusal: "603 Decline"}, []string{"SIP/2.0 603 Decline\n"}, "200 OK"},
	} {
		file := filepath.Join(t.TempDir(), "s.xml")
		if err := writeScenario(file, c.name, c.manner); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s %+v: no %q in\n%s", c.name, c.manner, want, text)
			}
		}
		if strings.Contains(string(text), c.not) || strings.Contains(string(text), "{{") {
			t.Errorf("%s %+v: %q or a template's mark in\n%s", c.name, c.manner, c.not, text)
		}
		dec := xml.NewDecoder(strings.NewReader(string(text)))
		for err == nil {
			_, err = dec.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s %+v: %v", c.name, c.manner, err)
		}
	}
}
