package flow_test

import (
	"reflect"
	"testing"
	"time"

	"ringdesk/dialplan/flow"
)

const workflows = `
workflow "밤" {
  on = "call.missed"
  if = call.missed_reason == "notInOperation" && !tagged("스팸")
  do tag {
    add    = ["영업외", "${number.label}"]
    remove = ["낮"]
  }
  do assign { team = "night" }
  do message { text = "죄송합니다" }
  do note { text = "${caller.number}: ${time.clock}" }
  do sms {
    to   = caller.number
    text = "내일 전화드리겠습니다."
  }
  do webhook {
    url     = "https://hooks.example/missed?from=${caller.number}"
    headers = { "X-Key" = "k" }
    body    = "{\"name\": ${json(contact.name)}}"
  }
  do snooze { for = "1h" }
  do close {}
}
workflow "대기" {
  on    = "call.queued"
  after = "1m"
  do assign { agent = "minah@example.com" }
}
workflow "태그" {
  on = "conversation.tagged"
  if = event.tag == "환불" && call.duration > 60
  do tag { add = ["확인"] }
}
workflow "VIP" {
  on = "call.arriving"
  if = tagged("VIP")
  do flow { flow = "vip" }
}
flow "vip" {
  start = "a"
  hangup "a" {}
}
`

// Workflows answer to what they are for, under their conditions, with all
// actions in order: a message to the customer is refused, and the rest goes on.
//
// Covers: INBOX-6, INBOX-2
func TestRespond_INBOX_6_INBOX_2(t *testing.T) {
	p := compile(t, workflows)
	facts := flow.Facts{Caller: flow.Caller{Number: "+821012345678"}, Contact: flow.Contact{Name: "김\"손님\""}, Number: flow.Business{Label: "대표"}, TimeZone: "Asia/Seoul"}
	now := time.Date(2026, 12, 21, 14, 5, 0, 0, time.UTC)
	night := flow.Happening{On: flow.CallMissed, Facts: facts, MissedReason: "notInOperation"}
	want := []flow.Act{
		{Kind: "tag", Add: []string{"영업외", "대표"}, Remove: []string{"낮"}}, {Kind: "assign", Team: "night"},
		{Kind: "message", Text: "죄송합니다", Refused: "A phone conversation takes internal notes only."}, {Kind: "note", Text: "+821012345678: 23:05"},
		{Kind: "sms", To: "+821012345678", Text: "내일 전화드리겠습니다."},
		{Kind: "webhook", URL: "https://hooks.example/missed?from=%2B821012345678", Headers: map[string]string{"X-Key": "k"}, Body: `{"name": "김\"손님\""}`},
		{Kind: "snooze", Seconds: 3600}, {Kind: "close"},
	}
	got := p.Respond(night, now)
	if len(got) != 1 || got[0].Workflow != "밤" || got[0].At.Line != 2 || len(got[0].Acts) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, a := range got[0].Acts {
		if a.At.Line == 0 {
			t.Errorf("%s stands nowhere", a.Kind)
		}
		if a.At = (flow.Pos{}); !reflect.DeepEqual(a, want[i]) {
			t.Errorf("%d: %+v, want %+v", i+1, a, want[i])
		}
	}
	withheld := night
	withheld.Facts.Caller.Number = ""
	if a := p.Respond(withheld, now)[0].Acts[4]; a.Refused == "" {
		t.Errorf("a text message to nobody: %+v", a)
	}
	spam := night
	spam.Facts.Contact.Tags = []string{"스팸"}
	for name, h := range map[string]flow.Happening{
		"another reason": {On: flow.CallMissed, Facts: facts, MissedReason: "userLeft"}, "the condition": spam, "too early": {On: flow.CallQueued, Waited: 59},
		"another tag": {On: flow.ConversationTagged, Tag: "x", Duration: 100}, "a short call": {On: flow.ConversationTagged, Tag: "환불", Duration: 60}, "nothing": {On: flow.CallEnded},
	} {
		if got := p.Respond(h, now); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	vip := flow.Happening{On: flow.CallArriving, Facts: flow.Facts{Contact: flow.Contact{Tags: []string{"VIP"}}}}
	for _, h := range []flow.Happening{{On: flow.CallQueued, Waited: 60}, {On: flow.ConversationTagged, Tag: "환불", Duration: 61}, vip} {
		if got := p.Respond(h, now); len(got) != 1 || len(got[0].Acts) != 1 {
			t.Errorf("%s: %+v", h.On, got)
		}
	}
	if got := p.Respond(vip, now)[0].Acts[0]; got.Flow != "vip" {
		t.Errorf("%+v", got)
	}
}
