package lang

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/agext/levenshtein"
)

// soundName are the names that the engine port takes, as in dialplan's settings;
// those of sounds that a workspace brought may be Hangul.
var soundName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\p{L}\p{N}_-]+(/[\p{L}\p{N}_-]+){0,3}$`) })

// meant suggests the name that somebody may have meant, as the end of a sentence.
func meant(name string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := levenshtein.Distance(name, k, nil); d < least && d < max(2, len([]rune(name))) {
			best, least = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf(": did you mean %q?", best)
	}
	if len(known) == 0 {
		return ""
	}
	return "; there is " + some(known)
}

// some lists a few names.
func some(known []string) string {
	known = slices.Compact(slices.Sorted(slices.Values(known)))
	rest := ""
	if n := len(known); n > 8 {
		known, rest = known[:8], fmt.Sprintf(" and %d more", n-8)
	}
	if len(known) == 0 {
		return "none"
	}
	return strings.Join(known, ", ") + rest
}

// duration reads a time such as 5s, 2m or 1h30m in whole seconds.
func duration(text string) (int, bool) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d%time.Second != 0 || d > 10000*time.Hour {
		return 0, false
	}
	return int(d / time.Second), true
}

// inDuration writes seconds as people do: 90s is 90s, 120s is 2m.
func inDuration(n int) string {
	switch {
	case n != 0 && n%3600 == 0:
		return strconv.Itoa(n/3600) + "h"
	case n != 0 && n%60 == 0:
		return strconv.Itoa(n/60) + "m"
	default:
		return strconv.Itoa(n) + "s"
	}
}
