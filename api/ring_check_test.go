package api_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/models"
)

// online lets a person's browser be ready to ring.
func (e *env) online(p *person) {
	e.t.Helper()
	id := models.NewID()
	e.tx(func(tx *models.Tx) error {
		_, err := tx.PutPhone(models.Phone{ID: id, AccountID: p.account, SeenAt: models.At(e.clock.now()), CreatedAt: models.At(e.clock.now())})
		return errors.Join(err, tx.SetPhoneReady(p.account, id, true, e.clock.now()))
	})
}

// Whoever hears no ring is told the reason by which the assignment passes over
// them, each of those of the seed's FAQ and the others; and nothing else fails.
//
// Covers: IN-2, IN-3, IN-5, IN-10.
func TestRingCheck(t *testing.T) {
	const automatic = `{"automatic":true}`
	set := func(path, body string) func(*env) {
		return func(e *env) { e.as(e.here.owner).do("PUT", path, body).want(200) }
	}
	mine := func(body string) func(*env) {
		return func(e *env) { e.as(e.here.agent).do("PATCH", "/me", body).want(200) }
	}
	claimed := func(call func(*env) string) func(*env) {
		return func(e *env) {
			e.tx(func(tx *models.Tx) error {
				_, err := tx.Claim(e.here.agent.account, call(e), e.clock.now())
				return err
			})
		}
	}
	wrapsUp := func(e *env) {
		e.tx(func(tx *models.Tx) error {
			return tx.StartWrapUp(models.WrapUp{WorkspaceID: e.here.id, AgentID: e.here.agent.agent, CallID: e.here.call, ConversationID: e.here.conversation, At: e.clock.now(), Until: e.clock.now().Add(time.Minute)})
		})
	}
	// OTHERS is a team that the agent is not in.
	number := func(settings string) func(*env) {
		return func(e *env) {
			others := into[api.Team](e.as(e.here.owner).do("POST", "/teams", `{"name":"Others"}`).want(201)).Id
			e.as(e.here.owner).do("PATCH", "/numbers/"+e.here.number, fmt.Sprintf(`{"settings":%s}`, strings.ReplaceAll(settings, "OTHERS", others))).want(200)
		}
	}
	second := func(e *env) {
		e.tx(func(tx *models.Tx) error {
			return tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: e.here.id, TrunkID: e.here.trunk, Number: "+827076660077", CreatedAt: models.At(e.clock.now())})
		})
	}
	closed := set("/settings", `{"automatic":true,"hours":{"week":[[],[],[],[],[],[],[]]}}`)
	for name, tc := range map[string]struct {
		do   []func(*env)
		want string // the reason; "" when calls come
	}{
		"all is well": {nil, ""},
		"no seat": {[]func(*env){func(e *env) {
			e.as(e.here.owner).do("PATCH", "/agents/"+e.here.agent.agent, `{"seat":false}`).want(200)
		}}, "seat"},
		"in a meeting":                       {[]func(*env){mine(`{"manualStatus":"meeting"}`)}, "status"},
		"do not disturb":                     {[]func(*env){mine(`{"dnd":true}`)}, "dnd"},
		"do not disturb for a while":         {[]func(*env){mine(`{"dnd":true,"dndUntil":"2099-01-01T00:00:00Z"}`)}, "dnd"},
		"takes no phone calls":               {[]func(*env){mine(`{"takesPhone":false}`)}, "phone"},
		"in another workspace's call":        {[]func(*env){claimed(func(e *env) string { return e.away.call })}, "otherCall"},
		"in a call":                          {[]func(*env){claimed(func(e *env) string { return e.here.call })}, "call"},
		"wraps up":                           {[]func(*env){wrapsUp}, "wrapUp"},
		"wraps up where all ring":            {[]func(*env){wrapsUp, set("/settings", `{}`), mine(`{"notifyUnassigned":true}`)}, ""},
		"no browser":                         {[]func(*env){func(e *env) { e.clock.advance(time.Minute) }}, "line"},
		"nothing unassigned where all ring":  {[]func(*env){set("/settings", `{}`), mine(`{"notifyUnassigned":false}`)}, "notify"},
		"calls are for nobody's team":        {[]func(*env){number(`{"team":"OTHERS"}`)}, "team"},
		"calls come to the team at last":     {[]func(*env){number(`{"team":"OTHERS","fallback":[{"team":""}]}`)}, ""},
		"calls want a skill":                 {[]func(*env){number(`{"skills":{"english":3}}`)}, "skills"},
		"outside hours":                      {[]func(*env){closed}, "hours"},
		"callers are turned away":            {[]func(*env){number(`{"turnAway":true}`)}, "numbers"},
		"the first of two is said":           {[]func(*env){mine(`{"dnd":true,"takesPhone":false}`)}, "dnd phone"},
		"another number's calls come anyway": {[]func(*env){number(`{"turnAway":true}`), second}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t)
			set("/settings", automatic)(e)
			e.online(e.here.agent)
			for _, do := range tc.do {
				do(e)
			}
			check := into[api.RingCheck](e.as(e.here.agent).do("GET", "/me/ring-check", "").want(200))
			var failing []string
			for _, c := range check.Checks {
				if !c.Ok {
					failing = append(failing, string(c.Name))
				}
			}
			if got := strings.Join(failing, " "); got != tc.want || check.Rings != (tc.want == "") || len(check.Checks) != 14 {
				t.Errorf("failing: %q, want %q: %+v", got, tc.want, check)
			}
			if tc.want != "" && (check.Reason == nil || string(*check.Reason) != failing[0]) || tc.want == "" && check.Reason != nil {
				t.Errorf("the reason is %v of %v", check.Reason, failing)
			}
			if ends := slices.Contains([]string{"wraps up", "do not disturb for a while"}, name); (check.Until != nil) != ends {
				t.Errorf("it ends at %v", check.Until)
			}
		})
	}
}
