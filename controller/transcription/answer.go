package transcription

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Transcript is what is said in a track.
type Transcript struct {
	Language string        // an ISO 639 code; "" where the server names none that is known
	Length   time.Duration // of the sound, as the server has heard it; 0 where it does not say
	Segments []Segment     // in the order of their beginnings
}

// Segment is a piece of what is said. Models tell its times to about half a second.
type Segment struct {
	Start, End time.Duration
	Text       string // without spaces around it or control characters, never empty

	NoSpeech   float64 // how likely the model itself thinks that nobody speaks, 0 to 1
	Likelihood float64 // mean logarithm of how likely its words are; 0 is certain
}

const (
	// mostAnswer is more than an hour of fast speech takes with the times of all words, bytes.
	mostAnswer = 32 << 20
	// longest is more than any track lasts; a time beyond it is no time.
	longest = 24 * time.Hour
)

// answer is verbose_json, as far as we need it. The rest, such as words and tokens,
// differs from server to server.
type answer struct {
	Language string   `json:"language"`
	Duration seconds  `json:"duration"`
	Segments *[]piece `json:"segments"`
	Error    said     `json:"error"`
}

type piece struct {
	Start      seconds `json:"start"`
	End        seconds `json:"end"`
	Text       string  `json:"text"`
	NoSpeech   float64 `json:"no_speech_prob"`
	Likelihood float64 `json:"avg_logprob"`
}

// readAnswer reads a whole answer of bounded size.
func readAnswer(resp *http.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer+1))
	if err == nil && len(body) > mostAnswer {
		err = fmt.Errorf("%w: its answer has more than %d MiB", ErrAnswer, mostAnswer>>20)
	}
	return body, err
}

// understand makes a transcript of an answer.
func (c *Client) understand(body []byte) (Transcript, error) {
	var a answer
	if !utf8.Valid(body) {
		return Transcript{}, fmt.Errorf("%w: its answer is not in UTF-8; a newer version of it may mend that", ErrAnswer)
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return Transcript{}, fmt.Errorf("%w: at %s is no JSON of transcriptions (%w); it may be another program: set RINGDESK_TRANSCRIPTION_URL and RINGDESK_TRANSCRIPTION_PATH", ErrAnswer, c.at, err)
	}
	if a.Error.Text != "" { // older whisper-servers say so with status 200
		return Transcript{}, fmt.Errorf("%w: it says %q", ErrSound, c.tidy(a.Error.Text))
	}
	if a.Segments == nil {
		return Transcript{}, fmt.Errorf("%w: the answer tells no times, which response_format=verbose_json asks for; choose a model that knows it, such as whisper-1 (RINGDESK_TRANSCRIPTION_MODEL)", ErrAnswer)
	}
	t := Transcript{Language: languageCode(a.Language), Length: time.Duration(a.Duration)}
	for _, p := range *a.Segments {
		s := Segment{Start: time.Duration(p.Start), End: time.Duration(p.End), Text: plain(p.Text), NoSpeech: p.NoSpeech, Likelihood: p.Likelihood}
		if s.Start > longest || s.End > longest {
			return Transcript{}, fmt.Errorf("%w: a segment lasts from %.0f to %.0f s", ErrAnswer, s.Start.Seconds(), s.End.Seconds())
		}
		if t.Length > 0 { // whisper-server ends segments with its last window of 30 s, behind the sound
			s.Start, s.End = min(s.Start, t.Length), min(s.End, t.Length)
		}
		s.End = max(s.End, s.Start)
		if s.Text != "" {
			t.Segments = append(t.Segments, s)
		}
	}
	slices.SortStableFunc(t.Segments, func(a, b Segment) int { return cmp.Compare(a.Start, b.Start) })
	return t, nil
}

// seconds are a duration that JSON tells as a number.
type seconds time.Duration

// UnmarshalJSON implements json.Unmarshaler.
func (s *seconds) UnmarshalJSON(text []byte) error {
	var n float64
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	// A Duration holds no 1e300 s; what is longer than any sound is still seen to be so.
	*s = seconds(min(max(n, 0), 2*longest.Seconds()) * float64(time.Second))
	return nil
}

// plain makes one line of a text, without what would not be seen: PostgreSQL, too,
// takes no NUL.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
