package exchange

import (
	"fmt"
	"testing"

	"ringdesk/models"
)

// A number that was dialled before is the same as one that is read anew, what is none is none
// each time, and whoever tries all numbers fills no memory.
//
// Covers: IN-8, SEC-4.
func TestDialled_IN_8_SEC_4(t *testing.T) {
	var d dialled
	for range 2 {
		for _, text := range []string{"07076660001", "+827076660001", "070-7666-0001", "110", "", "anonymous", "00821012345678"} {
			want, wantErr := models.E164(text, "KR")
			if got, err := d.e164(text, "KR"); got != want || (err == nil) != (wantErr == nil) {
				t.Errorf("%q is %q, %v; want %q, %v", text, got, err, want, wantErr)
			}
		}
	}
	for i := range 3 * mostDialled {
		if _, err := d.e164(fmt.Sprintf("0707%07d", i), "KR"); err != nil {
			t.Fatal(err)
		}
		if len(d.read) > mostDialled {
			t.Fatalf("%d numbers are kept", len(d.read))
		}
	}
}
