package main

import (
	"slices"
	"testing"
)

// No rate is run that was not asked for.
func TestParse_Rates(t *testing.T) {
	for _, c := range []struct {
		args            []string
		rates, recorded []int
	}{
		{nil, []int{20, 60, 100, 150}, []int{20, 60}},
		{[]string{"-engine", "freeswitch"}, []int{20, 50, 60, 100}, []int{20, 50, 60}},
		{[]string{"-rates", "20"}, []int{20}, []int{20}},
		{[]string{"-rates", "10,100"}, []int{10, 100}, []int{10}},
		{[]string{"-rates", "20", "-recorded", ""}, []int{20}, nil},
		{[]string{"-rates", "20", "-recorded", "5,60"}, []int{20}, []int{5, 60}},
	} {
		o, err := parse(c.args)
		if err != nil || !slices.Equal(o.rates, c.rates) || !slices.Equal(o.recorded, c.recorded) {
			t.Errorf("%q: rates %v, recorded %v, %v; want %v, %v", c.args, o.rates, o.recorded, err, c.rates, c.recorded)
		}
	}
	if _, err := parse([]string{"-store", "oracle"}); err == nil {
		t.Error("an unknown store is taken")
	}
	if _, err := parse([]string{"-recorded", "many"}); err == nil {
		t.Error("a rate that is no number is taken")
	}
}
