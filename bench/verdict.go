package main

import (
	"fmt"
	"io"
	"slices"
)

// verdict is one target and how a run stands to it.
type verdict struct {
	measured bool
	what     string // the target, with its limit
	got      float64
	limit    float64
	format   string // of got, such as "%.1f ms"
	atLeast  bool   // the limit is the least that is asked for, not the most
	always   bool   // of several runs the worst is judged, not the median
}

// beside is a verdict on what ours took divided by what the other system did.
func beside(what, peer string, ours, theirs, limit float64) verdict {
	v := verdict{measured: ours > 0 && theirs > 0, what: fmt.Sprintf("%s ≤ %.2f × %s's", what, limit, peer), limit: limit, format: "%.2f"}
	if v.measured {
		v.got = ours / theirs
	}
	return v
}

// besideLeast is a verdict on what ours did for each of the other system's.
func besideLeast(what, peer string, ours, theirs, limit float64) verdict {
	v := beside("", "", ours, theirs, limit)
	v.what, v.atLeast = fmt.Sprintf("%s ≥ %.2f × %s's", what, limit, peer), true
	return v
}

// judged is a target with what the runs gave in which it was measured.
type judged struct {
	verdict
	all []float64
}

// judge puts the verdicts of several runs together.
func judge(runs [][]verdict) []*judged {
	var js []*judged
	for _, run := range runs {
		for _, v := range run {
			i := slices.IndexFunc(js, func(j *judged) bool { return j.what == v.what })
			if i < 0 {
				i = len(js)
				js = append(js, &judged{verdict: v})
			}
			if v.measured {
				js[i].all = append(js[i].all, v.got)
			}
		}
	}
	for _, j := range js {
		j.settle()
	}
	return js
}

// settle finds what of all is judged.
func (j *judged) settle() {
	slices.Sort(j.all)
	n := len(j.all)
	if j.measured = n > 0; !j.measured {
		return
	}
	j.got = (j.all[n/2] + j.all[(n-1)/2]) / 2
	if j.always {
		j.got = j.all[n-1]
		if j.atLeast {
			j.got = j.all[0]
		}
	}
}

func (j *judged) met() bool {
	if j.atLeast {
		return j.got >= j.limit
	}
	return j.got <= j.limit
}

// write prints the target; runs is how many there were.
func (j *judged) write(w io.Writer, runs int) {
	word, got := "not measured", ""
	if j.measured {
		word, got = "MISSED", fmt.Sprintf(j.format, j.got)
		if j.met() {
			word = "met"
		}
		if least, most := fmt.Sprintf(j.format, j.all[0]), fmt.Sprintf(j.format, j.all[len(j.all)-1]); least != most {
			got += fmt.Sprintf(" (%s to %s)", least, most)
		}
		if len(j.all) < runs {
			got += fmt.Sprintf(", in %d of %d runs", len(j.all), runs)
		}
	}
	fmt.Fprintf(w, "%-12s  %s  %s\n", word, j.what, got)
}
