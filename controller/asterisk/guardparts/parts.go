// Package guardparts reads what an Asterisk says of the guard in its process;
// see controller/asterisk/guard.
package guardparts

import (
	"slices"
	"strings"
)

// Variable is the global variable of Asterisk's dialplan that names the parts
// that work, and the build: "rtp sip tcp 1a2b". It is empty without the guard.
const Variable = "RINGDESK_GUARD"

// all is the parts of every build.
var all = []string{"rtp", "sip", "tcp"}

// Missing is the parts that a value of Variable does not name.
func Missing(value string) []string {
	has := strings.Fields(value)
	return slices.DeleteFunc(slices.Clone(all), func(part string) bool { return slices.Contains(has, part) })
}
