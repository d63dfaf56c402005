// Command rules writes docs/rules.md: which test shows which rule of the
// product, and which files carry it out.
//
// A test declares its rules in its own name (TestHold_HOLD_1_HOLD_2), in its
// comment ("Covers: IN-6, MISS-1"), or, in the web app, in its title in brackets
// ("rings (IN-1)"). A rule that is only spoken of does not count. Files of the
// product name their rules in comments.
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
const group = `(?:IN|MISS|INBOX|CALL|HOLD|KEY|OUT|END|Q|HIST|TEAM|WEB|STAT|ADM|DP|SYS|SEC|OPS)`

const id = group + `-\d+`

var (
	goTest = regexp.MustCompile(`^func ((?:Test|Fuzz)\w+)\(`)
	inName = regexp.MustCompile(`(?:^|_)(` + group + `)_(\d+)`)
	anID   = regexp.MustCompile(`\b` + id + `\b`)
	// covers is a declaration: ids, and sections of RFCs, separated by commas; what
	// of them is covered may stand in brackets.
	covers  = regexp.MustCompile(`\bCovers: ((?:(?:` + id + `|RFC \d+(?: [\d.]*\d)?)(?: \([^)]*\))?(?:, )?)+)`)
	webTest = regexp.MustCompile(`\b(?:describe|it|test)(?:\.each\(.*?\))?\(\s*["'` + "`" + `](.*)$`)
	inTitle = regexp.MustCompile(`\((` + id + `(?:, ` + id + `)*)\)`)
)

// proof is a test that shows a rule.
type proof struct{ file, test string }

// rule is what is known of one.
type rule struct {
	code  []string // files of the product that name it
	tests []proof
}

// kit are the folders whose files are neither the product nor its tests.
var kit = []string{"testkit", "e2e", "bench", "scripts", "docs", "web/src/testing"}

// scan finds the code and the tests of every rule below root.
func scan(root fs.FS) (map[string]*rule, error) {
	found := map[string]*rule{}
	at := func(id string) *rule {
		if found[id] == nil {
			found[id] = &rule{}
		}
		return found[id]
	}
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || slices.Contains([]string{"node_modules", "build", "data", "dist", "testdata"}, name)) {
				return filepath.SkipDir
			}
			return nil
		}
		isTest, isCode := kindOf(path)
		if !isTest && !isCode {
			return nil
		}
		text, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		if isCode {
			for _, id := range anID.FindAllString(string(text), -1) {
				if r := at(id); !slices.Contains(r.code, path) {
					r.code = append(r.code, path)
				}
			}
			return nil
		}
		add := func(test string, ids []string) {
			for _, id := range ids {
				if r, p := at(id), (proof{path, test}); !slices.Contains(r.tests, p) {
					r.tests = append(r.tests, p)
				}
			}
		}
		if strings.HasSuffix(path, ".go") {
			scanGo(string(text), add)
		} else {
			scanWeb(string(text), add)
		}
		return nil
	})
	return found, err
}

// kindOf says whether a file has tests or is the product's own.
func kindOf(path string) (isTest, isCode bool) {
	switch {
	case strings.HasSuffix(path, "_test.go"), strings.HasSuffix(path, ".test.ts"), strings.HasSuffix(path, ".test.tsx"):
		return true, false
	case strings.HasSuffix(path, ".gen.go"), strings.HasSuffix(path, ".gen.ts"), strings.HasSuffix(path, ".d.ts"), slices.ContainsFunc(kit, func(dir string) bool { return strings.HasPrefix(path, dir+"/") }):
		return false, false
	default:
		return false, slices.Contains([]string{".go", ".ts", ".tsx", ".c", ".sql", ".tmpl", ".conf", ".xml"}, filepath.Ext(path))
	}
}

func scanGo(text string, add func(test string, ids []string)) {
	var comment strings.Builder
	for line := range strings.Lines(text) {
		if said, ok := strings.CutPrefix(line, "//"); ok {
			comment.WriteString(strings.TrimRight(said, "\n"))
			continue
		}
		if m := goTest.FindStringSubmatch(line); m != nil {
			add(m[1], overlapping(m[1]))
			for _, declared := range covers.FindAllStringSubmatch(comment.String(), -1) {
				add(m[1], anID.FindAllString(declared[1], -1))
			}
		}
		comment.Reset()
	}
}

// overlapping finds the ids in a name such as TestX_IN_5_IN_6, where one's
// end is the next one's beginning.
func overlapping(name string) (ids []string) {
	for at := 0; ; {
		m := inName.FindStringSubmatchIndex(name[at:])
		if m == nil {
			return ids
		}
		ids = append(ids, name[at+m[2]:at+m[3]]+"-"+name[at+m[4]:at+m[5]])
		at += m[5]
	}
}

func scanWeb(text string, add func(test string, ids []string)) {
	for line := range strings.Lines(text) {
		m := webTest.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if m == nil {
			continue
		}
		title := strings.TrimSpace(m[1])
		if i := strings.IndexAny(title, "\"'`"); i >= 0 {
			title = title[:i]
		}
		for _, declared := range inTitle.FindAllStringSubmatch(title, -1) {
			add(title, anID.FindAllString(declared[1], -1))
		}
	}
}

func render(found map[string]*rule) []byte {
	var b bytes.Buffer
	b.WriteString("# Rules, where they stand and what shows them\n\n" +
		"Made from code and tests by `go run ./scripts/rules`; do not edit. A test counts when it declares a rule in its name, in a line\n" +
		"`Covers:`, or in its title. A rule without a test is not shown yet; one that is not listed is not built yet.\n")
	ids := make([]string, 0, len(found))
	for id := range found {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, byRule)
	for _, id := range ids {
		r := found[id]
		fmt.Fprintf(&b, "\n## %s\n\n", id)
		for _, file := range r.code {
			fmt.Fprintf(&b, "- code: `%s`\n", file)
		}
		for _, p := range r.tests {
			fmt.Fprintf(&b, "- test: %s (`%s`)\n", p.test, p.file)
		}
		if len(r.tests) == 0 {
			b.WriteString("- no test declares it\n")
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
