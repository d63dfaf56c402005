package freeswitch

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// oldest is the first version that can do all that is asked of it here.
var oldest = [3]int{1, 10, 12}

var versionPattern = regexp.MustCompile(`^FreeSWITCH Version (\d+)\.(\d+)\.(\d+)(\S*)`)

// checkVersion gives the number in what FreeSWITCH says of itself, and refuses
// versions that ringdesk cannot rely on.
func checkVersion(text string) (string, error) {
	m := versionPattern.FindStringSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("%w: it calls itself %.80q, and 1.10.12 or newer is needed", ErrTooOld, text)
	}
	var got [3]int
	for i := range got {
		got[i], _ = strconv.Atoi(m[i+1]) // digits; absurdly many give the largest int
	}
	if slices.Compare(got[:], oldest[:]) < 0 {
		return "", fmt.Errorf("%w: version %s.%s.%s, and 1.10.12 or newer is needed", ErrTooOld, m[1], m[2], m[3])
	}
	return m[1] + "." + m[2] + "." + m[3] + m[4], nil
}
