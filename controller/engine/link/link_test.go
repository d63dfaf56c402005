package link_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/link"
)

var (
	errLost  = errors.New("lost")
	errFinal = errors.New("refused")
)

// A link that does not come up is tried again after pauses that double up to a
// limit; one that was up begins anew, after LinkDown. What retrying cannot mend
// ends it.
func TestKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var timing link.Timing
		timing.Defaults()
		ups := []bool{false, false, false, false, false, false, true, false}
		var at []time.Duration // of each attempt
		var downs int
		begin := time.Now()
		err := timing.Keep(t.Context(), func(e engine.Event) {
			if down, ok := e.(engine.LinkDown); !ok || down.Cause != errLost.Error() {
				t.Errorf("got %#v", e)
			}
			downs++
		}, func(context.Context) (bool, error) {
			at = append(at, time.Since(begin))
			if len(at) > len(ups) {
				return false, errFinal
			}
			return ups[len(at)-1], errLost
		}, func(err error) error {
			if errors.Is(err, errFinal) {
				return err
			}
			return nil
		})
		const ms = time.Millisecond
		want := []time.Duration{0, 50 * ms, 150 * ms, 350 * ms, 750 * ms, 1550 * ms, 2550 * ms, 2600 * ms, 2700 * ms}
		if !errors.Is(err, errFinal) || downs != 1 || !slices.Equal(at, want) {
			t.Errorf("ended by %v after %d LinkDown, tried at %v, want %v", err, downs, at, want)
		}
	})
}

// A session that ends because its context has is no failure, and gives no
// LinkDown.
func TestKeep_Stopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := link.Timing{}.Keep(ctx, func(e engine.Event) { t.Errorf("got %#v", e) }, func(context.Context) (bool, error) {
		cancel()
		return true, errLost
	}, func(err error) error { return err })
	if err != nil {
		t.Error(err)
	}
}

// Events of both kinds are given by the caller's goroutine in the order in which
// each came, those of the link until its reader ends.
func TestPump(t *testing.T) {
	for name, c := range map[string]struct {
		stale []error
		want  []string
	}{
		"all that is queued":    {nil, []string{"made", "1", "2"}},
		"what is queued is old": {[]error{errLost}, []string{"made"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, lose := context.WithCancelCause(t.Context())
				made, queue, ended := link.NewMade(), make(chan string, 2), make(chan error, 1)
				made.Emit(engine.LegEnded{Leg: "old"})
				if old := made.Take(); len(old) != 1 {
					t.Errorf("took %v", old)
				}
				var got []string
				go func() {
					ended <- link.Pump(ctx, queue, made, c.stale, func(e string) { got = append(got, e) }, func(e engine.Event) {
						got = append(got, string(e.(engine.LegEnded).Leg))
					})
				}()
				made.Emit(engine.LegEnded{Leg: "made"})
				synctest.Wait()
				lose(errLost)
				queue <- "1"
				queue <- "2"
				close(queue)
				if err := <-ended; !errors.Is(err, errLost) || !slices.Equal(got, c.want) {
					t.Errorf("gave %v and ended by %v, want %v", got, err, c.want)
				}
			})
		})
	}
}
