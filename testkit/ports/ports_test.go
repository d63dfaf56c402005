package ports

import "testing"

// Nobody gets what somebody else has, whether it is in use yet or not.
func TestNothingTwice(t *testing.T) {
	seen := map[int]bool{}
	for range 300 {
		port, err := Free()
		if err != nil || seen[port] || port < firstSingle || port > lastSingle {
			t.Fatalf("port %d, %v", port, err)
		}
		seen[port] = true
	}
	if !keep("a name of this test") || keep("a name of this test") {
		t.Error("a name is kept once")
	}
	if first, err := Range(250); err != nil || first < firstOfRange || first+250 > lastOfRange {
		t.Errorf("the range from %d, %v", first, err)
	}
}
