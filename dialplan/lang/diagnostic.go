package lang

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/text/width"

	"ringdesk/dialplan/flow"
)

// Severity is how bad a mistake is.
type Severity string

// The severities. With an error there is no program.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Diagnostic is a mistake in a text. Lines and columns begin with 1; a column is
// a character as people count them, so that a Hangul syllable is one.
type Diagnostic struct {
	File     string   `json:"file"`
	Line     int      `json:"line"`
	Column   int      `json:"column"`
	EndLine  int      `json:"endLine"`
	End      int      `json:"endColumn"` // the first column after it
	Severity Severity `json:"severity"`
	Text     string   `json:"text"`             // a sentence that says what to do
	Source   string   `json:"source,omitempty"` // the line
}

// String is the diagnostic as a line: file:line:column: error: sentence.
func (d Diagnostic) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", d.File, d.Line, d.Column, d.Severity, d.Text)
}

// Shown is the diagnostic with its source line and carets under what is wrong.
func (d Diagnostic) Shown() string {
	if d.Source == "" {
		return d.String()
	}
	end := d.End
	if d.EndLine != d.Line || end <= d.Column {
		end = d.Column + 1
	}
	return fmt.Sprintf("%s\n    %s\n    %s", d, d.Source, strings.TrimRight(under(d.Source, d.Column, end), " \t　"))
}

// under makes the line that points at columns of a source line: its characters
// are as wide as those above, also under Hangul.
func under(source string, from, to int) string {
	var b strings.Builder
	column := 1
	for _, r := range source {
		kind := width.LookupRune(r).Kind()
		wide := kind == width.EastAsianWide || kind == width.EastAsianFullwidth
		switch inside := column >= from && column < to; {
		case inside && wide:
			b.WriteString("^^")
		case inside:
			b.WriteByte('^')
		case r == '\t':
			b.WriteByte('\t')
		case wide:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
		column++
	}
	if from >= column { // behind the end of the line
		b.WriteByte('^')
	}
	return b.String()
}

// Failed says whether one of the diagnostics is an error.
func Failed(all []Diagnostic) bool {
	return slices.ContainsFunc(all, func(d Diagnostic) bool { return d.Severity == Error })
}

// report keeps a mistake.
func (c *compiler) report(severity Severity, at hcl.Range, says string, args ...any) {
	if len(c.found) >= maxFound {
		return
	}
	d := Diagnostic{File: at.Filename, Line: at.Start.Line, Column: at.Start.Column, EndLine: at.End.Line, End: at.End.Column, Severity: severity, Text: fmt.Sprintf(says, args...)}
	d.Source = line(c.texts[at.Filename], at.Start.Line)
	if !slices.Contains(c.found, d) {
		c.found = append(c.found, d)
	}
}

// maxFound is how many mistakes are told of at once.
const maxFound = 200

func (c *compiler) fault(at hcl.Range, says string, args ...any) { c.report(Error, at, says, args...) }

func (c *compiler) warn(at hcl.Range, says string, args ...any) { c.report(Warning, at, says, args...) }

// syntax takes over what the parser found.
func (c *compiler) syntax(all hcl.Diagnostics) {
	for _, d := range all {
		at := hcl.Range{}
		if d.Subject != nil {
			at = *d.Subject
		}
		if n := len(c.found); n > 0 && c.found[n-1].File == at.Filename && c.found[n-1].Line == at.Start.Line {
			continue // it follows from the one before
		}
		says := strings.TrimSuffix(d.Summary, ".")
		if d.Detail != "" {
			says += ": " + strings.TrimSuffix(strings.Join(strings.Fields(d.Detail), " "), ".")
		}
		c.fault(at, "%s", says)
	}
}

// sorted gives the mistakes in the order of the text.
func sorted(all []Diagnostic) []Diagnostic {
	slices.SortStableFunc(all, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return all
}

// line gives one line of a text, without its end.
func line(text []byte, n int) string {
	for l := range strings.Lines(string(text)) {
		if n--; n == 0 {
			l = strings.TrimRight(l, "\r\n")
			if len(l) > maxShown || !utf8.ValidString(l) {
				return ""
			}
			return l
		}
	}
	return ""
}

// maxShown is the longest line that is shown with a mistake.
const maxShown = 400

// pos is where a range begins.
func pos(at hcl.Range) flow.Pos {
	return flow.Pos{File: at.Filename, Line: at.Start.Line, Column: at.Start.Column}
}
