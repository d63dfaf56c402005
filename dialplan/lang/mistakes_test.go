package lang_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"ringdesk/dialplan/lang"
)

var update = flag.Bool("update", false, "write golden files anew")

// shop is the workspace that the tests' texts are for.
func shop() lang.World {
	return lang.World{E164: e164, Installation: &lang.Installation{
		Country: "KR", TimeZone: "Asia/Seoul",
		Teams:   []lang.Team{{ID: "t1", Name: "support"}, {ID: "t2", Name: "sales"}, {ID: "t3", Name: "지원 1팀"}},
		Agents:  []lang.Agent{{ID: "a1", Name: "김민아", Email: "minah@example.com"}, {ID: "a2", Name: "김민아", Email: "mina2@example.com"}, {ID: "a3", Name: "박지훈", Email: "jihun@example.com"}},
		Numbers: []lang.Number{{Number: "+827076660001"}, {Number: "+827076660002"}},
		Sounds:  []lang.Sound{{Name: "greeting"}, {Name: "closed"}, {Name: "unavailable"}, {Name: "주문-안내"}},
	}}
}

// e164 reads Korean numbers well enough for tests; the product gives models.E164.
func e164(text string) (string, error) {
	n := strings.ReplaceAll(text, "-", "")
	if strings.Trim(n, "+0123456789") != "" {
		return "", fmt.Errorf("it has other characters than digits")
	}
	if rest, ok := strings.CutPrefix(n, "0"); ok {
		return "+82" + rest, nil
	}
	return n, nil
}

const inFlow = "flow \"f\" {\n  numbers = [\"070-7666-0001\"]\n  start   = \"a\"\n%s\n  hangup \"z\" {}\n}\n"

// mistake is a text of testdata/mistakes.txt.
type mistake struct {
	name, text string
	places     []string // LINE:COLUMN
}

func mistakes(t *testing.T) []mistake {
	t.Helper()
	text, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []mistake
	for _, part := range strings.Split("\n"+string(text), "\n== ")[1:] {
		name, body, _ := strings.Cut(part, "\n")
		name, flow := strings.CutSuffix(name, ", in a flow")
		if flow {
			body = fmt.Sprintf(inFlow, body)
		}
		m := mistake{name: name}
		for {
			before, after, found := strings.Cut(body, "§")
			if !found {
				break
			}
			last := before[strings.LastIndexByte(before, '\n')+1:]
			m.places = append(m.places, fmt.Sprintf("%d:%d", strings.Count(before, "\n")+1, utf8.RuneCountInString(last)+1))
			body = before + after
		}
		m.text = body
		all = append(all, m)
	}
	return all
}

// Each mistake is told of where it is, and nowhere else; how stands in
// testdata/mistakes.golden.
//
// Covers: DP-1, DP-2, INBOX-2
func TestMistakes_DP_1_DP_2(t *testing.T) {
	var told strings.Builder
	all := mistakes(t)
	for _, m := range all {
		program, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(m.text)}}, shop())
		if (program == nil) != lang.Failed(found) {
			t.Errorf("%s: a program is there: %v, mistakes: %v", m.name, program != nil, found)
		}
		fmt.Fprintf(&told, "== %s\n", m.name)
		var at []string
		for _, d := range found {
			fmt.Fprintln(&told, d.Shown())
			if !strings.Contains(d.Text, "no call comes to step \"z\"") { // the frame's last step
				at = append(at, fmt.Sprintf("%d:%d", d.Line, d.Column))
			}
		}
		if strings.Join(at, " ") != strings.Join(m.places, " ") {
			t.Errorf("%s: told of at %v, want %v:\n%v", m.name, at, m.places, found)
		}
	}
	if len(all) < 40 {
		t.Errorf("only %d mistakes", len(all))
	}
	golden(t, "testdata/mistakes.golden", told.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what is made now; read what has changed after go test -update:\n%s", file, got)
	}
}
