package main

import (
	"slices"
	"strings"
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

// Of several runs only the first measures the parts that take long.
func TestParse_Once(t *testing.T) {
	for _, c := range []struct {
		args         []string
		first, again []string
	}{
		{nil, allParts, []string{partSetup, partQueue, partRooms, partRecording}},
		{[]string{"-once", ""}, allParts, allParts},
		{[]string{"-parts", "setup, soak", "-once", "setup"}, []string{partSetup, partSoak}, []string{partSoak}},
		{[]string{"-parts", "growth"}, []string{partGrowth}, nil},
	} {
		o, err := parse(c.args)
		if err != nil || !slices.Equal(o.parts, c.first) || !slices.Equal(o.again().parts, c.again) {
			t.Errorf("%q: first %v, then %v, %v; want %v, %v", c.args, o.parts, o.again().parts, err, c.first, c.again)
		}
	}
	if _, err := parse([]string{"-once", "all"}); err == nil {
		t.Error("an unknown part is taken")
	}
}

// Several runs take turns by themselves.
func TestParse_Rounds(t *testing.T) {
	for args, want := range map[string]int{"": 2, "-runs 3": 1, "-runs 3 -rounds 4": 4, "-rounds 1": 1} {
		if o, err := parse(strings.Fields(args)); err != nil || o.rounds != want {
			t.Errorf("%q: %d rounds, %v; want %d", args, o.rounds, err, want)
		}
	}
	if _, err := parse([]string{"-rounds", "-1"}); err == nil {
		t.Error("less than no round is taken")
	}
}
