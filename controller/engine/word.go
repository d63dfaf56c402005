package engine

import (
	"regexp"
	"strings"
	"sync"
)

// word says which words an argument may be: of so many characters, each one of a set. Every
// command is checked by some, so they are no regular expressions, which take longer, and
// a quarter of a megabyte.
type word struct {
	least, most int
	chars       [256]bool
}

const (
	digits  = "0123456789"
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

func wordOf(least, most int, chars string) *word {
	w := &word{least: least, most: most}
	for _, c := range []byte(chars) {
		w.chars[c] = true
	}
	return w
}

func (w *word) is(text string) bool {
	if len(text) < w.least || len(text) > w.most {
		return false
	}
	for i := range len(text) {
		if !w.chars[text[i]] {
			return false
		}
	}
	return true
}

var (
	idWord       = wordOf(1, 80, letters+digits+"._-")
	endpointWord = wordOf(1, 64, letters+digits)
	digitsWord   = wordOf(1, 32, digits)
	callWord     = wordOf(0, 64, letters+digits+"._-")
	keysWord     = wordOf(1, 64, digits+"*#ABCD")
	nativeWord   = wordOf(1, 32, letters+digits+"_-")
	fileWord     = wordOf(1, longestFile, letters+digits+"_-")
	userWord     = wordOf(1, 64, letters+digits+"+._-")
	hostWord     = wordOf(1, 255, letters+digits+".:-")
	passwordWord = printable()
)

// printable is ASCII without ';', which begins a comment in an engine's settings.
func printable() *word {
	w := wordOf(0, 128, "")
	for c := ' '; c <= '~'; c++ {
		w.chars[c] = c != ';'
	}
	return w
}

// isNumber takes 1 to 32 digits with an optional leading +.
func isNumber(text string) bool { return digitsWord.is(strings.TrimPrefix(text, "+")) }

// ValidFile says whether a path without ending stays below its folder.
func ValidFile(file string) bool {
	if len(file) > longestFile {
		return false
	}
	for name := range strings.SplitSeq(file, "/") {
		if !fileWord.is(name) {
			return false
		}
	}
	return true
}

// contactPattern is the address of a plain telephone, which few have.
var contactPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^sip:[A-Za-z0-9.+_~-]+@[A-Za-z0-9.:\[\]-]+(;transport=(udp|tcp))?$`)
})
