package asterisk

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// oldest is the first version with two security fixes in ARI and the fixes of
// deadlocks around DTLS and WebRTC.
var oldest = [3]int{22, 10, 1}

// broken crashes when the event link is probed.
const broken = "22.11.0-rc1"

var versionPattern = regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)`)

// checkVersion refuses versions that ringdesk cannot rely on. Distributions
// append to the number, as in "22.10.1+dfsg-1".
func checkVersion(version string) error {
	m := versionPattern.FindStringSubmatch(version)
	if m == nil {
		return fmt.Errorf("%w: it calls itself %q, and 22.10.1 or newer is needed; install it with `make engine`", ErrTooOld, version)
	}
	var got [3]int
	for i := range got {
		got[i], _ = strconv.Atoi(m[i+1]) // digits; absurdly many give the largest int
	}
	if slices.Compare(got[:], oldest[:]) < 0 {
		return fmt.Errorf("%w: version %s, and 22.10.1 or newer is needed; install it with `make engine`", ErrTooOld, version)
	}
	if len(version) >= len(broken) && version[:len(broken)] == broken {
		return fmt.Errorf("%w: version %s crashes when its event link is probed; install another one with `make engine`", ErrTooOld, version)
	}
	return nil
}
