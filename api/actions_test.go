package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ringdesk/api"
	"ringdesk/controller/call"
	"ringdesk/controller/reason"
	"ringdesk/models"
)

func TestActionsReachTheCall_CALL_3_CALL_7_IN_9(t *testing.T) {
	e := start(t)
	state := e.saveCall(e.here, e.here.call, func(*call.Call) {})
	e.calls.answer = func(call.Do) (call.Call, error) { return state, nil }
	owner, other := fmt.Sprintf(`{"agentId":%q}`, e.here.owner.agent), e.here.owner.agent
	for action, tc := range map[string]struct {
		body string
		want call.Do
	}{
		"invite":          {owner, call.Do{Action: call.Invite, Target: other}},
		"cancelInvite":    {owner, call.Do{Action: call.CancelInvite, Target: other}},
		"transfer":        {owner, call.Do{Action: call.Transfer, Target: other}},
		"assign":          {owner, call.Do{Action: call.Assign, Target: other}},
		"listen":          {owner, call.Do{Action: call.Listen, Target: other}},
		"whisper":         {`{}`, call.Do{Action: call.Whisper}},
		"barge":           {``, call.Do{Action: call.Barge}},
		"unlisten":        {`{}`, call.Do{Action: call.Unlisten}},
		"pauseRecording":  {`{}`, call.Do{Action: call.PauseRecording}},
		"resumeRecording": {`{}`, call.Do{Action: call.ResumeRecording}},
		"help":            {`{}`, call.Do{Action: call.AskHelp}},
		"helpDone":        {`{}`, call.Do{Action: call.HelpDone}},
		"warn":            {`{}`, call.Do{Action: call.Warn}},
		"turnAway":        {`{}`, call.Do{Action: call.TurnAway}},
	} {
		e.calls.done = nil
		e.as(e.here.admin).do("POST", "/calls/"+e.here.call+"/"+action, tc.body).want(200)
		tc.want.AgentID, tc.want.Supervisor = e.here.admin.agent, true
		if !slices.Equal(e.calls.done, []call.Do{tc.want}) {
			t.Errorf("%s: %+v", action, e.calls.done)
		}
	}
	e.calls.done = nil
	e.as(e.here.agent).do("POST", "/calls/"+e.here.call+"/transfer", fmt.Sprintf(`{"teamId":%q}`, e.here.team)).want(200)
	if want := (call.Do{AgentID: e.here.agent.agent, Action: call.Transfer, Team: e.here.team}); !slices.Equal(e.calls.done, []call.Do{want}) {
		t.Errorf("done: %+v", e.calls.done)
	}
}

// Covers: CALL-7: who may listen.
func TestOnlySupervisorsListen(t *testing.T) {
	e := start(t)
	state := e.saveCall(e.here, e.here.call, func(*call.Call) {})
	e.calls.answer = func(call.Do) (call.Call, error) { return state, nil }
	c := e.as(e.here.agent)
	for _, action := range []string{"listen", "whisper", "barge", "unlisten"} {
		c.do("POST", "/calls/"+e.here.call+"/"+action, `{}`).problem(403, api.ProblemCodeForbidden)
	}
	if len(e.calls.done) != 0 {
		t.Errorf("done: %+v", e.calls.done)
	}
	e.tx(func(tx *models.Tx) error {
		return tx.UpdateAgent(e.here.id, e.here.agent.agent, models.AgentUpdate{Supervises: new(true)})
	})
	for _, action := range []string{"listen", "whisper", "barge", "unlisten"} {
		c.do("POST", "/calls/"+e.here.call+"/"+action, `{}`).want(200)
	}
}

func TestActionsAreRefused_CALL_3(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	for name, tc := range map[string]struct{ action, body, field, says string }{
		"invite nobody":       {"invite", `{}`, "agentId", "missing"},
		"transfer nowhere":    {"transfer", `{}`, "agentId", "agentId or teamId"},
		"transfer twice":      {"transfer", fmt.Sprintf(`{"agentId":%q,"teamId":%q}`, e.here.owner.agent, e.here.team), "teamId", "not both"},
		"invite a team":       {"invite", fmt.Sprintf(`{"teamId":%q}`, e.here.team), "teamId", "no teamId"},
		"mute a colleague":    {"mute", fmt.Sprintf(`{"agentId":%q}`, e.here.owner.agent), "agentId", "no agentId"},
		"another's agent":     {"invite", fmt.Sprintf(`{"agentId":%q}`, e.away.agent.agent), "agentId", "no agent"},
		"another's team":      {"transfer", fmt.Sprintf(`{"teamId":%q}`, e.away.team), "teamId", "no team"},
		"listen to another's": {"listen", fmt.Sprintf(`{"agentId":%q}`, e.away.agent.agent), "agentId", "no agent"},
	} {
		t.Run(name, func(t *testing.T) {
			p := c.do("POST", "/calls/"+e.here.call+"/"+tc.action, tc.body).problem(400, api.ProblemCodeInvalid)
			if p.Field == nil || *p.Field != tc.field || !strings.Contains(p.Title, tc.says) {
				t.Errorf("%+v; want field %q, saying %q", p, tc.field, tc.says)
			}
		})
	}
	if len(e.calls.done) != 0 {
		t.Errorf("done: %+v", e.calls.done)
	}
	// The eleventh participant (CALL-3).
	e.calls.answer = func(call.Do) (call.Call, error) {
		return call.Call{}, &call.FullError{Why: reason.Of(reason.CallFull, "Ten take part already.", "max", "10")}
	}
	p := c.do("POST", "/calls/"+e.here.call+"/invite", fmt.Sprintf(`{"agentId":%q}`, e.here.owner.agent)).problem(409, api.ProblemCodeLimit)
	if p.Title != "Ten take part already." || string(*p.Reason) != "callFull" || (*p.Params)["max"] != "10" {
		t.Errorf("%+v", p)
	}
}
