package asterisk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Mistake is what is wrong in a file of the installation's own dialplan (DP-3).
type Mistake struct {
	File string // its path
	Line int
	Says string
	// Stops says that the engine does not use the file from there on, nor, on
	// Asterisk, the files after it.
	Stops bool
}

func (m Mistake) String() string { return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Says) }

// CheckOwn looks through the installation's own extensions, in the order in which
// Asterisk reads them, for what it would pass over with a word in its log at most.
// Whether an application is there, only Asterisk knows. A folder that is not there
// has none.
func CheckOwn(dir string) ([]Mistake, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.conf"))
	if err != nil {
		return nil, err
	}
	contexts, err := ownContexts()
	if err != nil {
		return nil, err
	}
	_, all, err := ownModules(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		r := ownReader{file: name, contexts: contexts}
		for i, line := range strings.Split(string(text), "\n") {
			r.line = i + 1
			if r.stopped = r.read(line); r.stopped {
				break
			}
		}
		r.end()
		all = append(all, r.found...)
		if r.stopped {
			break // Asterisk gives up the other files, too
		}
	}
	return all, nil
}

var (
	contextLine   = regexp.MustCompile(`^\[([^\]]*)\]\s*(\(([^)]*)\))?`)
	extensionLine = regexp.MustCompile(`^(exten|same)\s*=>?\s*(.*)$`)
	priority      = regexp.MustCompile(`^(n|s|[0-9]+|hint)(\+[0-9]+)?(\([^)]*\))?$`)
	includeLine   = regexp.MustCompile(`^#(include|exec)\s+["<]?([^">]*)[">]?`)
)

// ownContexts are the contexts of our own, which files can add to.
func ownContexts() (map[string]bool, error) {
	text, err := templates.ReadFile("extensions.conf.tmpl")
	if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if m := contextLine.FindStringSubmatch(line); m != nil {
			all[m[1]] = true
		}
	}
	return all, nil
}

// ownReader reads one file of own extensions line by line, as Asterisk's config.c and
// pbx_config.c do.
type ownReader struct {
	file     string
	line     int
	contexts map[string]bool // that have been seen, of all files
	found    []Mistake
	context  string
	exten    bool // the context has had an extension: same can follow
	comment  int  // line that a comment block began at; 0 without one
	stopped  bool
}

func (r *ownReader) note(stops bool, format string, args ...any) {
	r.found = append(r.found, Mistake{File: r.file, Line: r.line, Says: fmt.Sprintf(format, args...), Stops: stops})
}

// read takes one line, and says whether Asterisk reads no further.
func (r *ownReader) read(line string) (stops bool) {
	line = r.uncomment(strings.TrimSpace(line))
	switch {
	case line == "":
	case line[0] == '[':
		return r.begin(line)
	case line[0] == '#':
		m := includeLine.FindStringSubmatch(line)
		if m != nil && m[1] == "include" && filepath.IsAbs(m[2]) {
			if _, err := os.Stat(m[2]); err != nil && !strings.ContainsAny(m[2], "*?[") {
				r.note(true, "the file %s is not there: Asterisk reads nothing after this line, and none of the files after this one. Use #tryinclude for a file that may be missing", m[2])
				return true
			}
		}
	case r.context == "":
		r.note(false, "this line stands in no [context]: it would count for a context of another file")
	case !strings.Contains(line, "="):
		r.note(false, "there is no = in this line: Asterisk passes it over")
	default:
		if m := extensionLine.FindStringSubmatch(line); m != nil {
			r.extension(m[1], m[2])
		}
	}
	return false
}

// uncomment takes comments off a line.
func (r *ownReader) uncomment(line string) string {
	if r.comment == 0 && strings.HasPrefix(line, ";--") && !strings.HasPrefix(line, ";---") {
		r.comment = r.line
	}
	if r.comment > 0 {
		_, after, closed := strings.Cut(line, "--;")
		if !closed {
			return ""
		}
		r.comment, line = 0, after
	}
	for i := range len(line) {
		if line[i] == ';' && (i == 0 || line[i-1] != '\\') {
			return strings.TrimSpace(line[:i])
		}
	}
	return strings.TrimSpace(line)
}

// begin takes the line of a context.
func (r *ownReader) begin(line string) (stops bool) {
	m := contextLine.FindStringSubmatch(line)
	if m == nil || m[2] == "" && strings.HasPrefix(strings.TrimSpace(line[len(m[0]):]), "(") {
		r.note(true, "the ] or ) of this context is missing: Asterisk reads nothing after this line, and none of the files after this one")
		return true
	}
	name := m[1]
	for option := range strings.SplitSeq(m[3], ",") {
		option = strings.TrimSpace(option)
		if missing := option == "+" && !r.contexts[name]; missing || option != "" && option != "+" && option != "!" && !r.contexts[option] {
			r.note(true, "there is no context %q before this line: Asterisk reads nothing after it, and none of the files after this one", map[bool]string{true: name, false: option}[missing])
			return true
		}
	}
	if name == "general" || name == "globals" {
		r.note(false, "[%s] is ringdesk's: what stands here may change how its own contexts work", name)
	}
	r.context, r.exten, r.contexts[name] = name, false, true
	return false
}

// extension takes what stands behind exten => or same =>.
func (r *ownReader) extension(kind, rest string) {
	parts := strings.SplitN(rest, ",", 3)
	if kind == "same" {
		if !r.exten {
			r.note(false, "same has no extension before it in this context: Asterisk passes it over")
			return
		}
		parts = append([]string{""}, strings.SplitN(rest, ",", 2)...)
	}
	if len(parts) < 3 || !priority.MatchString(strings.TrimSpace(parts[1])) {
		r.note(false, "an extension is written NAME,PRIORITY,APPLICATION(…), such as fax,1,Answer(): Asterisk passes this one over")
		return
	}
	r.exten = true
	if name := strings.TrimSpace(parts[0]); kind == "exten" && r.context == "from-trunk" && strings.HasPrefix(name, "_") {
		r.note(false, "the pattern %s takes calls of all numbers that it fits, and ringdesk never hears of them", name)
	}
}

// end tells of what the end of the file shows.
func (r *ownReader) end() {
	if r.comment > 0 && !r.stopped {
		r.line = r.comment
		r.note(false, "the comment that begins here has no --;: all that follows is a comment")
	}
}

// Stopping gives the mistakes after which an engine reads no more.
func Stopping(all []Mistake) []Mistake {
	return slices.DeleteFunc(slices.Clone(all), func(m Mistake) bool { return !m.Stops })
}
