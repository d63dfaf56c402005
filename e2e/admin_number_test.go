package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringdesk/testkit/phone"
)

// A number that an administrator's command adds, which is another process, takes
// calls at once.
//
// Covers: ADM-3.
func TestAdminNumberTakesCallsAtOnce_ADM_3(t *testing.T) {
	const atOnce = 2 * time.Second
	d := desk(t)
	alone(t, d)
	n := newNumber()
	business, host := fmt.Sprintf("0707668%04d", n), fmt.Sprintf("127.0.10.%d", n)
	customer, err := phone.New(t.Context(), phone.Options{Listen: host + ":0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(customer.Close)
	call := func() *phone.Call {
		c, err := customer.Invite("sip:"+business+"@"+d.SIP, phone.CallOptions{From: n.dialled()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Hangup)
		return c
	}
	rings := func(c *phone.Call) bool {
		return slices.ContainsFunc(append(c.Provisional(), c.Final()), func(r phone.Response) bool { return r.Code >= 180 && r.Code < 300 })
	}
	stranger := call()
	var me struct{ Workspace struct{ ID string } }
	d.Login(t, d.Owner).Get("/me", &me)
	d.admin(t, "number", me.Workspace.ID, business, host)
	added := time.Now()
	if rings(stranger) {
		t.Error("a call of no trunk was let in")
	}
	var calls []*phone.Call
	var tried time.Time
	Await(t, "the new number rings", atOnce, func() (bool, string) {
		if time.Since(tried) > 200*time.Millisecond {
			tried, calls = time.Now(), append(calls, call())
		}
		return slices.ContainsFunc(calls, rings), fmt.Sprint(calls[0].Provisional(), calls[0].Final())
	})
	t.Logf("the new number rang %v after the command", time.Since(added).Round(time.Millisecond))
	for _, c := range calls {
		c.Hangup()
		AwaitOver(t, c, actionTime)
	}
}
