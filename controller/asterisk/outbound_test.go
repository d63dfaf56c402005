package asterisk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ringdesk/controller/engine"
)

// The engine itself refuses what may not be called, though the controller asks.
//
// Covers: OUT-9
func TestLive_Outbound(t *testing.T) {
	r := newRig(t)
	a := run(t, r.options(), nil)
	expect[engine.LinkUp](t, a, 0, nil)
	if err := a.PutTrunk(t.Context(), r.Carrier()); err != nil {
		t.Fatal(err)
	}
	dial := func(number string) (engine.LegID, error) {
		leg := engine.LegID(uuid.NewString())
		return leg, a.Dial(t.Context(), engine.DialRequest{Leg: leg, Trunk: r.Carrier().ID, Number: number, CallerID: "+827076660001", Timeout: 5 * time.Second})
	}
	for _, number := range []string{"+821012345678", "+827012345678", "+12025550123", "+14165550123", "+819012345678", "+85221234567", "112", "119"} {
		leg, err := dial(number)
		if err != nil {
			t.Errorf("%s: %v", number, err)
			continue
		}
		// The carrier has no such subscriber: the call reached it.
		if e := expect(t, a, 0, func(e engine.LegEnded) bool { return e.Leg == leg }); e.Cause != engine.CauseUnallocated {
			t.Errorf("%s ended for cause %d", number, e.Cause)
		}
	}
	for _, number := range []string{
		"+18765550123", "+18095550123", "+19005550123", "+79161234567", "+393331234567", "+882131234567", "+82601234567", "0601234567", "+827001234",
		"+82001441234567", "01012345678", "+82", "+1", "119119", "1", "821012345678",
	} {
		_, err := dial(number)
		var e *engine.Error
		if !errors.As(err, &e) || e.Kind != engine.KindRefused || !strings.Contains(e.Error(), number) {
			t.Errorf("%s: %v, want a refusal that names it", number, err)
		}
	}
}
