package sim

import (
	"math/rand/v2"
	"time"
)

// dice is all chance of a day. The same seed throws the same.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))} }

// chance is true in so many of a thousand cases.
func (d dice) chance(perMille int) bool { return d.IntN(1000) < perMille }

// between is a time of at least from and less than to, in whole milliseconds.
func (d dice) between(from, to time.Duration) time.Duration {
	return from + time.Duration(d.Int64N((to-from).Milliseconds()))*time.Millisecond
}

// number is at least from and at most to.
func (d dice) number(from, to int) int { return from + d.IntN(to-from+1) }

func one[T any](d dice, of []T) T { return of[d.IntN(len(of))] }

// likely picks an index by weight.
func (d dice) likely(weights ...int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := d.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return 0
}
