// Command rules writes docs/rules.md: which test shows which rule of the
// product. A test names its rules in its own name (TestHold_HOLD_1_HOLD_2), in
// a comment above it ("Covers IN-6, MISS-1"), or, in the web app, in its title.
//
//	go run ./scripts/rules > docs/rules.md
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	found, err := scan(os.DirFS("."))
	if err == nil {
		_, err = os.Stdout.Write(render(found))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rules:", err)
		os.Exit(1)
	}
}

// group names the families of rules.
const group = `(?:IN|MISS|INBOX|CALL|HOLD|KEY|OUT|END|Q|HIST|TEAM|WEB|STAT|ADM|DP|SYS)`

var (
	goTest  = regexp.MustCompile(`^func ((?:Test|Fuzz)\w+)\(`)
	inName  = regexp.MustCompile(`(?:^|_)(` + group + `)_(\d+)`)
	inText  = regexp.MustCompile(`\b(` + group + `)-(\d+)\b`)
	webTest = regexp.MustCompile(`\b(?:describe|it|test)\(\s*["'` + "`" + `](.*)$`)
)

// proof is a test that names a rule.
type proof struct{ file, test string }

// scan finds the tests of every rule below root.
func scan(root fs.FS) (map[string][]proof, error) {
	found := map[string][]proof{}
	add := func(p proof, ids [][]string) {
		for _, m := range ids {
			id := m[1] + "-" + m[2]
			if !slices.Contains(found[id], p) {
				found[id] = append(found[id], p)
			}
		}
	}
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "build" || name == "data") {
				return filepath.SkipDir
			}
			return nil
		}
		isGo := strings.HasSuffix(path, "_test.go")
		if !isGo && !strings.HasSuffix(path, ".test.ts") && !strings.HasSuffix(path, ".test.tsx") {
			return nil
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		if isGo {
			scanGo(path, string(text), add)
		} else {
			scanWeb(path, string(text), add)
		}
		return nil
	})
	return found, err
}

func scanGo(path, text string, add func(proof, [][]string)) {
	var comment string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "//") {
			comment += line
			continue
		}
		if m := goTest.FindStringSubmatch(line); m != nil {
			p := proof{path, m[1]}
			add(p, overlapping(m[1]))
			if strings.Contains(comment, "Covers") {
				add(p, inText.FindAllStringSubmatch(comment, -1))
			}
		}
		comment = ""
	}
}

// overlapping finds the ids in a name such as TestX_IN_5_IN_6, where one's
// end is the next one's beginning.
func overlapping(name string) (ids [][]string) {
	for at := 0; ; {
		m := inName.FindStringSubmatchIndex(name[at:])
		if m == nil {
			return ids
		}
		ids = append(ids, []string{"", name[at+m[2] : at+m[3]], name[at+m[4] : at+m[5]]})
		at += m[5]
	}
}

func scanWeb(path, text string, add func(proof, [][]string)) {
	for line := range strings.Lines(text) {
		if m := webTest.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			title := strings.TrimSpace(m[1])
			if i := strings.IndexAny(title, "\"'`"); i >= 0 {
				title = title[:i]
			}
			add(proof{path, title}, inText.FindAllStringSubmatch(line, -1))
		}
	}
}

func render(found map[string][]proof) []byte {
	var b bytes.Buffer
	b.WriteString("# Rules and the tests that show them\n\n" +
		"Made from the tests by `go run ./scripts/rules`; do not edit. A rule that is not listed is not shown by any test yet.\n\n" +
		"| rule | test | file |\n| --- | --- | --- |\n")
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, byRule)
	for _, id := range ids {
		for _, p := range found[id] {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", id, p.test, p.file)
		}
	}
	return b.Bytes()
}

// byRule orders IN-2 before IN-10.
func byRule(a, b string) int {
	ga, na, _ := strings.Cut(a, "-")
	gb, nb, _ := strings.Cut(b, "-")
	ia, _ := strconv.Atoi(na) // the pattern lets only digits through
	ib, _ := strconv.Atoi(nb)
	return cmp.Or(strings.Compare(ga, gb), ia-ib)
}
