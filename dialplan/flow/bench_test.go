package flow_test

import (
	"testing"
	"time"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// BenchmarkTenSteps is a call that takes ten steps of a flow, to the queue.
func BenchmarkTenSteps(b *testing.B) {
	text := `hours "office" {
  day "mon-fri" { open = ["09:00-18:00"] }
  holiday "2026-12-25" { open = [] }
}
flow "f" {
  numbers = ["1000"]
  start   = "a0"
`
	for i := range 9 {
		name, next := string(rune('a'+i))+"0", string(rune('a'+i+1))+"0"
		text += "check \"" + name + "\" {\nwhen {\nif = !open(\"office\") || tagged(\"x\") || starts_with(caller.number, \"+1\")\ngo = \"end\"\n}\nelse { go = \"" + next + "\" }\n}\n"
	}
	p := compile(b, text+"queue \"j0\" { team = \"support\" }\nhangup \"end\" {}\n}\n")
	facts := flow.Facts{TimeZone: "Asia/Seoul", Caller: flow.Caller{Number: "+821012345678"}}.Merged(dialplan.Defaults(), true)
	at := time.Date(2026, 12, 21, 1, 0, 0, 0, time.UTC)
	for b.Loop() {
		if s, _ := flow.Next(p, flow.State{}, flow.Start{Flow: "f", Facts: facts}, at); s.Phase != flow.Queued || s.Taken != 10 {
			b.Fatal(s)
		}
	}
}
