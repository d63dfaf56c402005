package lang_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"ringdesk/dialplan/flow"
	"ringdesk/dialplan/lang"
	"ringdesk/testkit/flowgen"
)

// whole is a text in which everything of the language is.
const whole = `
hours "사무실" {
  day "mon-fri" { open = ["09:00-12:00", "13:00-18:00"] }
  holiday "2026-12-25" {
    name = "성탄절"
    open = []
  }
  override "closed" { until = "2026-12-24T18:00:00+09:00" }
}

flow "대표번호" {
  numbers        = ["070-7666-0001"]
  start          = "열림?"
  language       = "ko"
  monitored      = true
  join_muted     = false
  wrap_up        = "1m"
  block_days     = 30
  max_per_minute = 100

  check "열림?" {
    when {
      if = !open("사무실") || !open() || time_between("22:00", "06:00")
      go = "끝"
    }
    when {
      if = tagged("VIP") && contact.fields["등급"] == "gold" && waiting("support") < 2 * 3
      go = "vip"
    }
    else { go = "메뉴" }
  }
  menu "메뉴" {
    sound = ["greeting", "주문-안내"]
    wait  = "5s"
    tries = 3
    wrong = "unavailable"
    key "1" { go = "주문" }
    key "*" { go = "다시" }
    otherwise { go = "지원" }
  }
  goto "다시" {
    step  = "메뉴"
    limit = 2
    then  = "지원"
  }
  input "주문" {
    sound  = "주문-안내"
    digits = "4-10"
    end    = "#"
    save   = "주문번호"
    secret = true
    then   = "조회"
    failed = "지원"
  }
  lookup "조회" {
    get     = "https://crm.example/c?n=${caller.number}&o=${var.주문번호}"
    headers = { "X-Key" = "1" }
    timeout = "2s"
    save    = "crm"
    then    = "vip"
    failed  = "지원"
  }
  set "vip" {
    priority = 5
    language = "en"
    tags     = ["VIP", "${var.crm.grade}"]
    var      = { grade = either(var.crm.grade, 3), long = length(caller.name) > 3 ? "long" : "short" }
    then     = "담당"
  }
  assign "담당" {
    agent = "jihun@example.com"
    then  = "인증"
  }
  subflow "인증" {
    flow = "auth"
    then = "지원"
  }
  queue "지원" {
    team            = "지원 1팀"
    overflow        = ["sales", { team = "*", rounds = 2 }]
    automatic       = true
    strategy        = "longestIdle"
    skills          = { refund = 3 }
    ring            = "20s"
    rounds          = 2
    assign_silently = false
    priority        = 0
    max_calls       = 200
    max_wait        = "1h"
    announce        = "30s"
    key "1" { go = "콜백" }
    key "2" { go = "음성" }
    on "ringTimeOver" { go = "음성" }
    on "noOperator" { go = "지점" }
    on "talked" { go = "설문" }
  }
  callback "콜백" { failed = "음성" }
  voicemail "음성" {
    max = "2m"
    as  = "noOperator"
  }
  transfer "지점" {
    to     = "02-123-4567"
    from   = "070-7666-0002"
    ring   = "30s"
    failed = "음성"
  }
  survey "설문" { save = "점수" }
  hangup "끝" {
    sound = "closed"
    as    = "notInOperation"
  }
}

flow "auth" {
  start = "a"
  play "a" {
    sound = "greeting"
    then  = "b"
  }
  return "b" {}
}

workflow "밤 부재중" {
  on = "call.missed"
  if = call.missed_reason == "notInOperation" && !caller.withheld
  do tag { add = ["영업외"] }
  do assign { team = "sales" }
  do note { text = "${caller.number} ${time.clock}" }
  do snooze { for = "1h" }
  do sms {
    to   = caller.number
    text = "내일 전화드리겠습니다."
  }
  do webhook {
    url  = "https://hooks.example/x"
    body = "{\"from\": ${json(caller.number)}}"
  }
  do close {}
}

workflow "오는 전화" {
  on = "call.arriving"
  do flow { flow = "대표번호" }
}
`

// A right text becomes a program, which survives being kept as JSON, whatever
// the order of its files is.
//
// Covers: DP-1, INBOX-6
func TestCompile_DP_1(t *testing.T) {
	p, found := lang.Compile([]lang.File{{Name: "main.hcl", Text: []byte(whole)}}, shop())
	if p == nil || len(found) > 0 {
		t.Fatal(found)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var again flow.Program
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if twice, err := json.Marshal(again); err != nil || string(twice) != string(text) {
		t.Errorf("read again it is another program: %v\n%s\n%s", err, text, twice)
	}
	if p.Teams["지원 1팀"] != "t3" || p.Agents["jihun@example.com"] != "a3" || !reflect.DeepEqual(p.Secret, []string{"주문번호"}) {
		t.Errorf("names: %v %v, secret: %v", p.Teams, p.Agents, p.Secret)
	}
	f := p.FlowOf("+827076660001")
	if f == nil || f.Name != "대표번호" || f.Step("조회").At != (flow.Pos{File: "main.hcl", Line: 55, Column: 3}) {
		t.Errorf("the flow of the number: %+v", f)
	}
}

// No text makes the compiler fail, and a right one stays right when it is
// formatted, once and for all.
func FuzzCompile(f *testing.F) {
	f.Add(whole)
	for seed := range uint64(5) {
		f.Add(flowgen.Text(seed))
	}
	for _, s := range []string{"", "flow", "a = 1", "flow \"f\" { start = \"${1 + }\" }", "x \"y\" { z = [for a in b: a] }", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, found := lang.Compile([]lang.File{{Name: "a.hcl", Text: []byte(text)}}, lang.World{})
		if (p == nil) != lang.Failed(found) {
			t.Fatalf("program %v, mistakes %v", p, found)
		}
		for _, d := range found {
			if d.Line < 1 || d.Column < 1 || d.Text == "" || d.Shown() == "" {
				t.Fatalf("a mistake without a place: %+v", d)
			}
		}
		once := lang.Format("a.hcl", []byte(text))
		if twice := lang.Format("a.hcl", once); string(twice) != string(once) {
			t.Fatalf("formatted twice:\n%q\n%q", once, twice)
		}
		if p != nil {
			if q, found := lang.Compile([]lang.File{{Name: "a.hcl", Text: once}}, lang.World{}); q == nil {
				t.Fatalf("formatted it is wrong: %v", found)
			}
			for i, f := range p.Flows {
				if len(f.Numbers) == 0 { // a sub-flow has nowhere to return to
					continue
				}
				if err := flowgen.Walk(p, f.Name, rand.New(rand.NewPCG(uint64(i), 7)), map[string]int{}); err != nil {
					t.Fatalf("%v\n%s", err, text)
				}
			}
		}
	})
}
