package engine

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// Words are what the regular expressions say, for texts at and around their limits.
func TestWords(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	const near = "aZ09._-+*#AD:;/ ~\n\x00\x7fé중"
	for _, c := range []struct {
		pattern string
		is      func(string) bool
	}{
		{`^[A-Za-z0-9._-]{1,80}$`, idWord.is},
		{`^[A-Za-z0-9]{1,64}$`, endpointWord.is},
		{`^\+?[0-9]{1,32}$`, isNumber},
		{`^[A-Za-z0-9._-]{0,64}$`, callWord.is},
		{`^[0-9*#A-D]{1,64}$`, keysWord.is},
		{`^[A-Za-z0-9_-]{1,32}$`, nativeWord.is},
		{`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$`, ValidFile},
		{`^[A-Za-z0-9+._-]{1,64}$`, userWord.is},
		{`^[A-Za-z0-9.:-]{1,255}$`, hostWord.is},
		{`^[ -:<-~]{0,128}$`, passwordWord.is},
	} {
		pattern := regexp.MustCompile(c.pattern)
		check := func(text string) {
			t.Helper()
			if want := pattern.MatchString(text); c.is(text) != want {
				t.Errorf("%s of %q is %v", c.pattern, text, !want)
			}
		}
		for char := range 256 {
			check(string([]byte{byte(char)}))
			check("1" + string([]byte{byte(char)}) + "1")
		}
		for _, n := range []int{0, 31, 32, 33, 63, 64, 65, 80, 81, 128, 129} {
			check(strings.Repeat("1", n))
			check("+" + strings.Repeat("1", n))
		}
		for range 2000 {
			var b strings.Builder
			for range random.IntN(12) {
				all := []rune(near)
				b.WriteRune(all[random.IntN(len(all))])
			}
			check(b.String())
		}
	}
	if ValidFile(strings.Repeat("a", longestFile+1)) || !ValidFile(strings.Repeat("a", longestFile)) {
		t.Error("the longest file is another")
	}
}
