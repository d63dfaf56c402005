package api_test

import (
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/call"
)

const qualityReport = `{"seconds":5,"fairSeconds":2,"badSeconds":1,"silentSeconds":0,"codec":"opus","rttMs":40,
	"received":{"packets":250,"lost":5,"jitterMs":12},"sent":{"packets":250,"lost":0,"jitterMs":3}}`

// How the sound was is kept for the agent who took part, once, and shown with the
// call; what no browser can have measured is refused.
//
// Covers: CALL-1, SEC-3.
func TestCallQuality(t *testing.T) {
	e := start(t)
	path := "/calls/" + e.here.call + "/quality"
	agent := e.as(e.here.agent)
	e.clock.advance(time.Minute)
	for _, want := range []string{qualityReport, strings.Replace(qualityReport, `"seconds":5`, `"seconds":60`, 1)} {
		agent.do("PUT", path, want).want(204)
	}
	list := into[api.CallQualityList](e.as(e.here.owner).do("GET", path, "").want(200))
	if len(list.Items) != 1 {
		t.Fatalf("%d reports, want one: %+v", len(list.Items), list)
	}
	got := list.Items[0]
	if got.Name != "agent" || got.Report != (api.CallQualityReport{Seconds: 60, FairSeconds: 2, BadSeconds: 1, Codec: "opus", RttMs: 40,
		Received: api.CallPackets{Packets: 250, Lost: 5, JitterMs: 12}, Sent: api.CallPackets{Packets: 250, JitterMs: 3}}) {
		t.Errorf("%+v", got)
	}

	_, missed := e.addCall(e.here, e.here.contact, "", call.Missed)
	_, over := e.addCall(e.here, e.here.contact, "", call.Ended)
	for name, tc := range map[string]struct {
		by     *client
		call   string
		change [2]string
		status int
		code   api.ProblemCode
		reason string
	}{
		"more than the talk":       {agent, e.here.call, [2]string{`"seconds":5`, `"seconds":90`}, 400, api.ProblemCodeInvalid, "outOfRange"},
		"more bad than all":        {agent, e.here.call, [2]string{`"badSeconds":1`, `"badSeconds":4`}, 400, api.ProblemCodeInvalid, "outOfRange"},
		"more lost than sent":      {agent, e.here.call, [2]string{`"lost":5`, `"lost":251`}, 400, api.ProblemCodeInvalid, "outOfRange"},
		"less than nothing":        {agent, e.here.call, [2]string{`"rttMs":40`, `"rttMs":-1`}, 400, api.ProblemCodeInvalid, "outOfRange"},
		"a codec of another world": {agent, e.here.call, [2]string{`"opus"`, `"<b>"`}, 400, api.ProblemCodeInvalid, "malformed"},
		"one who was not in it":    {e.as(e.here.owner), e.here.call, [2]string{}, 409, api.ProblemCodeConflict, "notInCall"},
		"a call that was missed":   {agent, missed, [2]string{}, 409, api.ProblemCodeConflict, "notInCall"},
		"an API key":               {e.key(e.here), e.here.call, [2]string{}, 403, api.ProblemCodeForbidden, "agentsOnly"},
		"another workspace's call": {agent, e.away.call, [2]string{}, 404, api.ProblemCodeNotFound, "noCall"},
	} {
		t.Run(name, func(t *testing.T) {
			body := qualityReport
			if tc.change[0] != "" {
				body = strings.Replace(body, tc.change[0], tc.change[1], 1)
			}
			p := tc.by.do("PUT", "/calls/"+tc.call+"/quality", body).problem(tc.status, tc.code)
			if p.Reason == nil || string(*p.Reason) != tc.reason {
				t.Errorf("the reason is %v, want %s", p.Reason, tc.reason)
			}
		})
	}
	agent.do("PUT", "/calls/"+over+"/quality", qualityReport).want(204)
	e.clock.advance(time.Hour)
	agent.do("PUT", "/calls/"+over+"/quality", qualityReport).problem(409, api.ProblemCodeConflict)
}
