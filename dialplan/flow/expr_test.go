package flow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// What expressions come to: text → whether it holds for one caller at one time.
//
// Covers: DP-1, IN-10
func TestExpressions_DP_1_IN_10(t *testing.T) {
	facts := flow.Facts{
		Caller: flow.Caller{Number: "+821012345678", Name: "김손님"}, Number: flow.Business{Number: "+827076660001", Label: "대표"}, TimeZone: "Asia/Seoul",
		Contact: flow.Contact{Name: "김손님", Member: true, Tags: []string{"VIP", "단골"}, Fields: map[string]any{"등급": "골드", "orders": 12.0}},
	}.Merged(dialplan.Settings{}, true)
	at := time.Date(2026, 12, 24, 15, 30, 0, 0, time.UTC) // 00:30 on Christmas in Seoul
	cases := map[string]bool{
		`open()`: true, `open("office")`: false, `open("always")`: true, `open("switched")`: true, `!open("office")`: true,
		`tagged("vip")`: true, `tagged("단골")`: true, `tagged("x")`: false, `contains(contact.tags, "VIP")`: true, `contains(contact.tags, "vip")`: false,
		`contact.member && caller.number == "+821012345678"`: true, `caller.withheld`: false, `contact.fields["등급"] == "골드"`: true, `contact.fields.등급 == "실버"`: false,
		`contact.fields.orders >= 12`: true, `contact.fields.none > 0`: false, `contact.fields.none == null`: true, `contact.fields.none != null`: false, `!contact.fields.none`: true,
		`contact.fields.등급.none == null`: true, `contact.fields.등급 > 3`: false,
		`time.date == "2026-12-25"`: true, `time.clock == "00:30"`: true, `time.hour == 0`: true, `time.weekday == "fri"`: true,
		`time_between("22:00", "06:00")`: true, `time_between("00:00", "00:30")`: false, `time_between("00:30", "24:00")`: true, `time_between("09:00", "18:00")`: false,
		`1 + 2 * 3 == 7`: true, `7 % 2 == 1 && -1 < 0`: true, `1 / 0 == null`: true, `(1 + 2) * 3 == 9`: true,
		`starts_with(caller.number, "+8210")`: true, `ends_with(caller.number, "5678")`: true, `matches(caller.number, "^\\+8210\\d{8}$")`: true, `matches(caller.name, "^이")`: false,
		`length(caller.name) == 3 && length(contact.tags) == 2`: true, `upper("ab") == "AB" && lower("AB") == "ab"`: true,
		`to_number("12.5") == 12.5`: true, `to_number("x") == null`: true, `to_text(12) == "12"`: true, `to_text(null) == ""`: true,
		`json(caller.name) == "\"김손님\""`: true, `escape("a b+c") == "a%20b%2Bc"`: true, `either("", "x") == "x" && either(contact.fields.none, 1) == 1`: true,
		`"${caller.name} ${contact.fields.orders} ${contact.member}" == "김손님 12 true"`: true, `caller.withheld ? false : true`: true,
		`["a", "b"][1] == "b"`: true, `["a", "b"][2] == null`: true, `number.label == "대표" && number.number == "+827076660001"`: true,
		`false || null == null`: true, `call.missed_reason == "" && !call.talked`: true,
	}
	for text, want := range cases {
		p := compile(t, fmt.Sprintf(`
hours "office" {
  day "mon-sun" { open = ["00:00-24:00"] }
  holiday "2026-12-25" { open = [] }
}
hours "always" {
  day "mon-sun" { open = ["00:00-24:00"] }
}
hours "switched" {
  day "mon" { open = [] }
  override "closed" { until = "2026-12-25T00:29:00+09:00" }
  override "open" {}
}
flow "f" {
  numbers = ["1000"]
  start   = "a"
  check "a" {
    when {
      if = %s
      go = "yes"
    }
    else { go = "no" }
  }
  hangup "yes" {}
  hangup "no" {}
}`, text))
		_, out := flow.Next(p, flow.State{}, flow.Start{Flow: "f", Facts: facts}, at)
		if took := out[1].(flow.Took); (took.Step == "yes") != want {
			t.Errorf("%s came to %v", text, !want)
		}
	}
}

// No text that an expression makes grows without end, and none is cut within a
// character.
func TestTextsAreCut(t *testing.T) {
	p := compile(t, `flow "f" {
  numbers = ["1000"]
  start   = "a"
  set "a" {
    tags = [caller.name]
    var  = { x = "${caller.name}${caller.name}" }
    then = "b"
  }
  hangup "b" {}
}`)
	s, out := flow.Next(p, flow.State{}, flow.Start{Flow: "f", Facts: flow.Facts{Caller: flow.Caller{Name: strings.Repeat("가", 3000)}}}, time.Time{})
	for _, text := range []string{s.Vars["x"].(string), out[1].(flow.Tag).Tags[0]} {
		if len(text) > flow.MaxText || len(text) < flow.MaxText-3 || strings.Trim(text, "가") != "" {
			t.Errorf("%d bytes, ends in %q", len(text), text[len(text)-3:])
		}
	}
}
