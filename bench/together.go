package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// figure is a number of what a run prints; one right after a letter, as in p99, belongs to a word.
var figure = regexp.MustCompile(`(?:^|[^\pL\d.])(-?\d+(?:\.\d+)?)`)

// figures are the numbers of a text, and what is around them.
func figures(text string) (numbers []string, around string) {
	var b strings.Builder
	end := 0
	for _, at := range figure.FindAllStringSubmatchIndex(text, -1) {
		numbers = append(numbers, text[at[2]:at[3]])
		b.WriteString(text[end:at[2]] + "#")
		end = at[3]
	}
	return numbers, b.String() + text[end:]
}

// laid are the same lines of several runs.
type laid struct {
	key    string
	labels int      // the first cells of a table's line say what it is; 0 in a sentence
	texts  []string // one of each run that has it
}

// together lays what runs printed upon each other. Where their figures differ stands the
// median, with the least and the most: in a table in a line below, in a sentence behind it.
func together(pages []string) string {
	var lines []*laid
	for _, page := range pages {
		at := 0 // where a line belongs that no run before has had
		for _, l := range keyed(page) {
			if i := slices.IndexFunc(lines, func(x *laid) bool { return x.key == l.key }); i >= 0 {
				lines[i].texts = append(lines[i].texts, l.texts...)
				at = i + 1
				continue
			}
			lines = slices.Insert(lines, at, l)
			at++
		}
	}
	var b strings.Builder
	had := len(pages) // how many runs have the table: what is above it says so
	for _, l := range lines {
		switch {
		case l.labels > 0:
			l.writeCells(&b, len(pages), had)
		default:
			l.writeSentence(&b, len(pages))
			if l.texts[0] != "" {
				had = len(l.texts)
			}
		}
	}
	return b.String()
}

// keyed names the lines of a page, each in its own way: a sentence by its words, a line of a
// table by the sentence above the table and the line's labels.
func keyed(page string) []*laid {
	var lines []*laid
	times := map[string]int{}
	sentence, labels, above := "", 0, ""
	for text := range strings.Lines(page) {
		l := &laid{texts: []string{strings.TrimSuffix(text, "\n")}}
		switch cells := strings.Split(l.texts[0], "\t"); {
		case len(cells) == 1:
			_, l.key = figures(l.texts[0])
			if labels = 0; l.key == "" {
				l.key = sentence + "\n"
			} else {
				sentence = l.key
			}
		default:
			if labels == 0 { // the table's first line names its columns
				labels = max(1, slices.Index(cells, "through")+1)
			}
			l.labels = labels
			l.key = strings.Join(cells[:labels], "\t")
			if cells[0] == "" { // it belongs to the line above
				l.key = above + "\n" + l.key
			} else {
				l.key = sentence + "\n" + l.key
				above = l.key
			}
		}
		times[l.key]++
		l.key += fmt.Sprintf("\n%d", times[l.key])
		lines = append(lines, l)
	}
	return lines
}

func (l *laid) writeSentence(b *strings.Builder, runs int) {
	all := make([][]string, len(l.texts))
	var around string
	for i, text := range l.texts {
		all[i], around = figures(text)
	}
	parts := strings.Split(around, "#")
	b.WriteString(parts[0])
	for i, part := range parts[1:] {
		mid, least, most := middle(column(all, i))
		b.WriteString(mid)
		if least != most {
			fmt.Fprintf(b, " (%s–%s)", least, most)
		}
		b.WriteString(part)
	}
	if len(l.texts) < runs && around != "" {
		fmt.Fprintf(b, " (%d of %d runs)", len(l.texts), runs)
	}
	b.WriteByte('\n')
}

// writeCells writes a line of a table that had of the runs have.
func (l *laid) writeCells(b *strings.Builder, runs, had int) {
	cells := make([][]string, len(l.texts))
	for i, text := range l.texts {
		cells[i] = strings.Split(text, "\t")
	}
	mids, spreads := slices.Clone(cells[0]), make([]string, len(cells[0]))
	differ := len(l.texts) < had
	for i := l.labels; i < len(mids); i++ {
		mids[i], spreads[i] = spread(column(cells, i))
		differ = differ || spreads[i] != ""
	}
	b.WriteString(strings.Join(mids, "\t") + "\n")
	if !differ {
		return
	}
	spreads[l.labels-1] = "of " + strconv.Itoa(runs) + " runs"
	if len(l.texts) < runs {
		spreads[l.labels-1] = fmt.Sprintf("%d of %d runs", len(l.texts), runs)
	}
	b.WriteString(strings.Join(spreads, "\t") + "\n")
}

// column are the i-th of each; what a run does not have is left out.
func column(all [][]string, i int) []string {
	var texts []string
	for _, x := range all {
		if i < len(x) {
			texts = append(texts, x[i])
		}
	}
	return texts
}

// spread gives a cell's median, and its least and most if they differ. Cells of different
// words have neither: all of them stand there.
func spread(texts []string) (mid, between string) {
	var numbers []string
	words := map[string]bool{}
	for _, text := range texts {
		n, around := figures(text)
		words[around] = true
		numbers = append(numbers, strings.Join(n, " "))
	}
	_, around := figures(texts[0])
	if len(words) > 1 || strings.Count(around, "#") != 1 {
		slices.Sort(texts)
		return strings.Join(slices.Compact(texts), " / "), ""
	}
	mid, least, most := middle(numbers)
	if least != most {
		between = least + "–" + most
	}
	return strings.Replace(around, "#", mid, 1), between
}

// middle gives the median of numbers as they are printed, the least and the most.
func middle(numbers []string) (mid, least, most string) {
	value := func(text string) float64 {
		f, _ := strconv.ParseFloat(text, 64) // figure takes nothing else
		return f
	}
	sorted := slices.SortedFunc(slices.Values(numbers), func(a, b string) int {
		switch x, y := value(a), value(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	n := len(sorted)
	least, mid, most = sorted[0], sorted[n/2], sorted[n-1]
	if below := sorted[(n-1)/2]; below != mid {
		_, digits, _ := strings.Cut(mid, ".")
		mid = strconv.FormatFloat((value(below)+value(mid))/2, 'f', len(digits), 64)
	}
	return mid, least, most
}

// aligned sets lines with tabs as tables.
func aligned(text string) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for line := range strings.Lines(text) {
		// Writing to memory does not fail.
		if !strings.Contains(line, "\t") {
			_ = t.Flush()
			b.WriteString(line)
			continue
		}
		_, _ = t.Write([]byte(line))
	}
	_ = t.Flush()
	return b.String()
}
