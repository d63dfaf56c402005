package flows

import (
	"context"
	"slices"
	"strings"

	"ringdesk/models"
)

// LineKind says what became of a line.
type LineKind string

// The kinds.
const (
	Same    LineKind = "same"
	Added   LineKind = "added"
	Removed LineKind = "removed"
)

// DiffLine is a line of a difference. From and To are its numbers before and after; 0
// where it is not.
type DiffLine struct {
	Kind     LineKind
	From, To int
	Text     string
}

// FileDiff are the lines of a file that differ, with some around them.
type FileDiff struct {
	Name  string
	Lines []DiffLine
}

const (
	around = 3 // lines that are shown before and behind others
	// mostEdits bounds the work of finding a shortest difference; beyond it all that is
	// between the common ends counts as another text.
	mostEdits = 400
)

// Files gives the files of a version; 0 is before the first and has none.
func (f *Flows) Files(ctx context.Context, workspace string, version int) ([]models.FlowFile, error) {
	if version == 0 {
		return nil, nil
	}
	v, err := f.Version(ctx, workspace, version)
	return v.Files(), err
}

// Diff tells in which lines files differ from others, file by file.
func Diff(before, after []models.FlowFile) []FileDiff {
	was, is := map[string]string{}, map[string]string{}
	var names []string
	for _, file := range before {
		was[file.Name] = file.Text
		names = append(names, file.Name)
	}
	for _, file := range after {
		is[file.Name] = file.Text
		names = append(names, file.Name)
	}
	slices.Sort(names)
	var all []FileDiff
	for _, name := range slices.Compact(names) {
		if was[name] != is[name] {
			all = append(all, FileDiff{Name: name, Lines: near(compare(lines(was[name]), lines(is[name])))})
		}
	}
	return all
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// compare tells all lines of two texts.
func compare(a, b []string) []DiffLine {
	first := 0
	for first < len(a) && first < len(b) && a[first] == b[first] {
		first++
	}
	last := 0
	for last < len(a)-first && last < len(b)-first && a[len(a)-1-last] == b[len(b)-1-last] {
		last++
	}
	var all []DiffLine
	from, to := 0, 0
	add := func(kind LineKind, text string) {
		l := DiffLine{Kind: kind, Text: text}
		if kind != Added {
			from++
			l.From = from
		}
		if kind != Removed {
			to++
			l.To = to
		}
		all = append(all, l)
	}
	for _, text := range a[:first] {
		add(Same, text)
	}
	for _, e := range shortest(a[first:len(a)-last], b[first:len(b)-last]) {
		add(e.Kind, e.Text)
	}
	for _, text := range a[len(a)-last:] {
		add(Same, text)
	}
	return all
}

// shortest is Myers' greedy search for the fewest lines that are added and removed
// ("An O(ND) Difference Algorithm", 1986).
func shortest(a, b []string) []DiffLine {
	reach := map[int]int{1: 0} // the furthest line of a on each diagonal
	var trace []map[int]int
	for d := 0; d <= min(len(a)+len(b), mostEdits); d++ {
		now := map[int]int{}
		for k := -d; k <= d; k += 2 {
			x := reach[k-1] + 1
			if k == -d || k != d && reach[k-1] < reach[k+1] {
				x = reach[k+1]
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			now[k] = x
			if x >= len(a) && x-k >= len(b) {
				return backwards(a, b, append(trace, reach), d)
			}
		}
		trace, reach = append(trace, reach), now
	}
	var all []DiffLine
	for _, text := range a {
		all = append(all, DiffLine{Kind: Removed, Text: text})
	}
	for _, text := range b {
		all = append(all, DiffLine{Kind: Added, Text: text})
	}
	return all
}

// backwards follows the search from its end to its beginning.
func backwards(a, b []string, trace []map[int]int, d int) []DiffLine {
	var all []DiffLine
	x, y := len(a), len(b)
	for ; d >= 0; d-- {
		reach, k := trace[d], x-y
		before := k - 1
		if k == -d || k != d && reach[k-1] < reach[k+1] {
			before = k + 1
		}
		px := reach[before]
		py := px - before
		for x > px && y > py && x > 0 && y > 0 {
			x, y = x-1, y-1
			all = append(all, DiffLine{Kind: Same, Text: a[x]})
		}
		switch {
		case d == 0:
		case x == px:
			y--
			all = append(all, DiffLine{Kind: Added, Text: b[y]})
		default:
			x--
			all = append(all, DiffLine{Kind: Removed, Text: a[x]})
		}
	}
	slices.Reverse(all)
	return all
}

// near leaves out lines that are the same and far from those that are not.
func near(all []DiffLine) []DiffLine {
	var kept []DiffLine
	for i, l := range all {
		near := all[max(0, i-around):min(len(all), i+around+1)]
		if l.Kind != Same || slices.ContainsFunc(near, func(n DiffLine) bool { return n.Kind != Same }) {
			kept = append(kept, l)
		}
	}
	return kept
}
