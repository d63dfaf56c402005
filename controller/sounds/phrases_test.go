package sounds_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringdesk/controller/sounds"
)

// texts says what a list of sounds says.
func texts(t *testing.T, names []string) string {
	t.Helper()
	var said []string
	for _, name := range names {
		language, short, _ := strings.Cut(name, "/")
		p, ok := sounds.Lookup(language, short)
		if !ok {
			t.Fatalf("%q is in no catalogue", name)
		}
		said = append(said, p.Text)
	}
	return strings.Join(said, " ")
}

// Covers: IN-6 (position), SYS-4.
func TestPosition_IN_6(t *testing.T) {
	for _, tc := range []struct {
		language string
		ahead    int
		says     string
	}{
		{"ko", -3, "고객님께서 다음 연결 순서입니다. 잠시만 기다려 주십시오."},
		{"ko", 0, "고객님께서 다음 연결 순서입니다. 잠시만 기다려 주십시오."},
		{"ko", 1, "고객님 앞에 한 분이 대기 중입니다."},
		{"ko", 3, "고객님 앞에 세 분이 대기 중입니다."},
		{"ko", 10, "고객님 앞에 열 분이 대기 중입니다."},
		{"ko", 11, "고객님 앞에 열 한 분이 대기 중입니다."},
		{"ko", 20, "고객님 앞에 스무 분이 대기 중입니다."},
		{"ko", 21, "고객님 앞에 스물 한 분이 대기 중입니다."},
		{"ko", 99, "고객님 앞에 아흔 아홉 분이 대기 중입니다."},
		{"ko", 100, "고객님 앞에 백 분이 대기 중입니다."},
		{"ko", 120, "고객님 앞에 백 스무 분이 대기 중입니다."},
		{"ko", 199, "고객님 앞에 백 아흔 아홉 분이 대기 중입니다."},
		{"ko", 305, "고객님 앞에 삼백 다섯 분이 대기 중입니다."},
		{"ko", 1000, "지금은 대기 중인 고객님이 매우 많습니다."},
		{"en", 0, "You are next in the queue. Please stay on the line."},
		{"en", 1, "You are number two in the queue."},
		{"en", 12, "You are number thirteen in the queue."},
		{"en", 19, "You are number twenty in the queue."},
		{"en", 20, "You are number twenty one in the queue."},
		{"en", 199, "You are number two hundred in the queue."},
		{"en", 341, "You are number three hundred forty two in the queue."},
		{"en", 999, "You are number one thousand in the queue."},
		{"en", 1 << 40, "A great many callers are waiting at the moment."},
		{"fr", 1, "You are number two in the queue."},
	} {
		if got := texts(t, sounds.Position(tc.language, tc.ahead)); got != tc.says {
			t.Errorf("%s, %d ahead: %q, want %q", tc.language, tc.ahead, got, tc.says)
		}
	}
}

// Covers: IN-6 (estimated wait), SYS-4.
func TestWait_IN_6(t *testing.T) {
	for _, tc := range []struct {
		language string
		wait     time.Duration
		says     string
	}{
		{"ko", -time.Hour, "예상 대기 시간은 일 분 미만입니다."},
		{"ko", 59*time.Second + 999*time.Millisecond, "예상 대기 시간은 일 분 미만입니다."},
		{"ko", time.Minute, "예상 대기 시간은 약 일 분입니다."},
		{"ko", time.Minute + 1, "예상 대기 시간은 약 이 분입니다."},
		{"ko", 15 * time.Minute, "예상 대기 시간은 약 십 오 분입니다."},
		{"ko", 60 * time.Minute, "예상 대기 시간은 약 육십 분입니다."},
		{"ko", 60*time.Minute + 1, "예상 대기 시간은 한 시간 이상입니다."},
		{"en", 0, "The estimated waiting time is less than one minute."},
		{"en", time.Minute, "The estimated waiting time is about one minute."},
		{"en", 90 * time.Second, "The estimated waiting time is about two minutes."},
		{"en", 45 * time.Minute, "The estimated waiting time is about forty five minutes."},
		{"en", 1<<63 - 1, "The estimated waiting time is more than one hour."},
	} {
		if got := texts(t, sounds.Wait(tc.language, tc.wait)); got != tc.says {
			t.Errorf("%s, %v: %q, want %q", tc.language, tc.wait, got, tc.says)
		}
	}
}

// Covers: Q-1, Q-2 (what the caller is offered).
func TestOffer_Q_1_Q_2(t *testing.T) {
	for _, tc := range []struct{ language, what, key, says string }{
		{"ko", sounds.CallbackOffer, "1", "기다리지 않고 전화를 다시 받으시려면 일 번을 눌러 주십시오."},
		{"ko", sounds.VoicemailOffer, "#", "음성 메시지를 남기시려면 우물 정자를 눌러 주십시오."},
		{"en", sounds.CallbackOffer, "1", "To be called back instead of waiting press one."},
		{"en", sounds.VoicemailOffer, "*", "To leave a message press star."},
		{"en", sounds.VoicemailOffer, "0", "To leave a message press zero."},
		{"en", sounds.VoicemailOffer, "none", ""},
		{"en", sounds.VoicemailOffer, "", ""},
		{"ko", sounds.VoicemailOffer, "12", ""},
		{"ko", sounds.VoicemailOffer, "A", ""},
	} {
		if got := texts(t, sounds.Offer(tc.language, tc.what, tc.key)); got != tc.says {
			t.Errorf("%s %s %q: %q, want %q", tc.language, tc.what, tc.key, got, tc.says)
		}
	}
}

func TestNumberAndDigits(t *testing.T) {
	for _, tc := range []struct {
		got  []string
		says string
	}{
		{sounds.Number("ko", 0), "영"}, {sounds.Number("ko", 10), "십"}, {sounds.Number("ko", 47), "사십 칠"},
		{sounds.Number("ko", 110), "백 십"}, {sounds.Number("ko", 1000), "천"}, {sounds.Number("ko", 5000), "천"},
		{sounds.Number("en", -1), "zero"}, {sounds.Number("en", 118), "one hundred eighteen"}, {sounds.Number("en", 1000), "one thousand"},
		{sounds.Digits("ko", "+82 (10) 070"), "팔 이 일 공 공 칠 공"}, {sounds.Digits("en", "10-9"), "one zero nine"}, {sounds.Digits("en", "x"), ""},
	} {
		if got := texts(t, tc.got); got != tc.says {
			t.Errorf("%v: %q, want %q", tc.got, got, tc.says)
		}
	}
}

// plain are the prompts that are played as they are.
var plain = []string{sounds.Greeting, sounds.GreetingRecorded, sounds.Closed, sounds.Unavailable, sounds.TryLater, sounds.QueueFull, sounds.PleaseWait,
	sounds.CallbackConfirmed, sounds.CallbackGreeting, sounds.VoicemailPrompt, sounds.VoicemailThanks, sounds.Beep, sounds.SurveyQuestion,
	sounds.SurveyThanks, sounds.KeyInvalid, sounds.Warning, sounds.Closing, sounds.Connecting, sounds.Transferring, sounds.BusyLine, sounds.NumberInvalid}

// Everything that can be said has been recorded, and nothing else.
func TestCatalogueIsCompleteAndUsed(t *testing.T) {
	used := map[string]bool{}
	for _, language := range sounds.Languages {
		var names []string
		for _, name := range plain {
			names = append(names, sounds.Say(language, name))
		}
		for n := -2; n <= 1002; n++ {
			names = slices.Concat(names, sounds.Position(language, n), sounds.Wait(language, time.Duration(n)*time.Minute/10), sounds.Number(language, n))
		}
		for _, key := range strings.Split("0123456789*#", "") {
			names = slices.Concat(names, sounds.Offer(language, sounds.CallbackOffer, key), sounds.Offer(language, sounds.VoicemailOffer, key), sounds.Digits(language, key))
		}
		texts(t, names)
		for _, name := range names {
			used[name] = true
		}
	}
	name := regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, p := range sounds.Catalogue() {
		full := p.Language + "/" + p.Name
		if !used[full] || seen[full] || p.Text == "" || !name.MatchString(p.Name) {
			t.Errorf("%s: used %v, twice %v, says %q", full, used[full], seen[full], p.Text)
		}
		seen[full] = true
	}
	for _, name := range plain {
		if sounds.Say("fr", name) != "en/"+name {
			t.Errorf("%s in an unknown language: %s", name, sounds.Say("fr", name))
		}
	}
	if sounds.Say("ko", "") != "" {
		t.Error("no name is given a sound")
	}
}

// A phrase fits one request to the engine (at most 32 sounds) with room for others.
func TestPhrasesAreShort(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		language := rapid.SampledFrom(append([]string{"", "de"}, sounds.Languages...)).Draw(r, "language")
		n := rapid.Int().Draw(r, "n")
		for _, names := range [][]string{sounds.Position(language, n), sounds.Wait(language, time.Duration(n)), sounds.Number(language, n)} {
			if len(names) < 1 || len(names) > 5 || slices.Contains(names, "") {
				r.Fatalf("%d: %v", n, names)
			}
		}
	})
}
