package conformance

import (
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/engine/callerid"
)

var callerCases = []testCase{
	{"parameters", func(s *session) { read(s, parameterCases) }},
	{"withheld-codes", func(s *session) { read(s, withheldCases()) }},
	{"addresses", func(s *session) { read(s, addressCases) }},
	{"names", func(s *session) { read(s, nameCases) }},
}

// reading is an INVITE and what is to be read from it.
type reading struct {
	said Said
	want engine.LegArrived // From, Address, Name and To; an empty To stands for number
	// anyName leaves the name to the engine: one that looks like its variables.
	anyName bool
}

// from is an INVITE of which only the From matters.
func from(header string) Said { return Said{Target: number, Headers: callerid.Headers{From: header}} }

// asserted is one in which the carrier says more than the caller.
func asserted(identity, privacy string) Said {
	return Said{Target: number, Headers: callerid.Headers{From: "<sip:100@192.0.2.1>", Asserted: identity, Privacy: privacy}}
}

// parameterCases put beside numbers what belongs to user parts (RFC 3261, sections
// 19.1.1 and 19.1.6): contexts (RFC 3966), number portability (RFC 4694), trunk
// groups (RFC 4904), passwords, percent-escapes.
var parameterCases = []reading{
	{said: Said{Target: number + ";npdi"}},
	{said: Said{Target: number + ";npdi;rn=+82101234;cic=+820123"}},
	{said: Said{Target: number + ";rn=0101234;rn-context=+82"}},
	{said: Said{Target: number + ";tgrp=tg-1;trunk-context=carrier.example"}},
	{said: Said{Target: number + ";phone-context=carrier.example"}},
	{said: Said{Target: number + ":password"}},
	{said: Said{Target: "%30%37076660001"}},
	{said: Said{Target: number + ";phone-context=+82"}, want: engine.LegArrived{To: "+827076660001"}},
	{said: Said{Target: "+82-70-7666-0001;npdi"}, want: engine.LegArrived{To: "+827076660001"}},
	{said: Said{Target: "%2B827076660001"}, want: engine.LegArrived{To: "+827076660001"}},
	{said: Said{Target: "tel:+827076660001"}, want: engine.LegArrived{To: "+827076660001"}},
	{said: Said{Target: "tel:+82-70-7666-0001;npdi;rn=+82101234"}, want: engine.LegArrived{To: "+827076660001"}},
	{said: from("<sip:01012345678;npdi;rn=+82108@192.0.2.1;user=phone>"), want: engine.LegArrived{From: "01012345678"}},
	{said: from("<sip:+821012345678;tgrp=tg-1;trunk-context=carrier.example@192.0.2.1>"), want: engine.LegArrived{From: "+821012345678"}},
	{said: from("<sip:01012345678;phone-context=+82@192.0.2.1>"), want: engine.LegArrived{From: "+821012345678"}},
	{said: from("<sip:6502530000;phone-context=+1@192.0.2.1>"), want: engine.LegArrived{From: "+16502530000"}},
	{said: from("<sip:01012345678:password@192.0.2.1>"), want: engine.LegArrived{From: "01012345678"}},
	{said: from("<sip:%2B821012345678@192.0.2.1>"), want: engine.LegArrived{From: "+821012345678"}},
	{said: from("<tel:+821012345678;npdi>"), want: engine.LegArrived{From: "+821012345678"}},
	{said: asserted("<sip:+821012345678;npdi;rn=+82108@192.0.2.1;user=phone>", ""), want: engine.LegArrived{From: "+821012345678"}},
	{said: asserted("<sip:01012345678;phone-context=+82;cpc=ordinary@192.0.2.1>", ""), want: engine.LegArrived{From: "+821012345678"}},
	{said: asserted("<tel:+82-10-1234-5678;npdi>", "none"), want: engine.LegArrived{From: "+821012345678"}},
}

// withheldCases are the ways in which carriers and gateways withhold a number
// (IN-7, RFC 3323, RFC 3325).
func withheldCases() []reading {
	all := []reading{
		{said: from(`"Anonymous" <sip:anonymous@anonymous.invalid>`)},
		{said: from(`"Kim" <sip:01012345678@anonymous.invalid>`)},
		{said: from(`"Unavailable" <sip:unavailable@unknown.invalid>`)},
		{said: from("<sip:192.0.2.1>")},
		{said: asserted("<sip:+821012345678@192.0.2.1>", "id")},
		{said: asserted("<sip:+821012345678@192.0.2.1>", "user;critical")},
		{said: asserted("<tel:+821012345678>", "header;id")},
		{said: Said{Target: number, Headers: callerid.Headers{From: "<sip:01012345678@192.0.2.1>", Privacy: "id"}}},
		{said: Said{Target: number, Headers: callerid.Headers{From: "<sip:100@192.0.2.1>", RemoteParty: `"Kim" <sip:01012345678@192.0.2.1>;party=calling;privacy=full`}}},
	}
	for _, user := range []string{"Anonymous", "ANONYMOUS", "anonymous%20caller", "unavailable", "unknown", "Restricted", "Private", "P", "O", "0", "0000000000", "+266696687", "+7378742833"} {
		all = append(all, reading{said: from(`"Kim" <sip:` + user + `@192.0.2.1>`)})
	}
	return all
}

// addressCases are callers who have no number and withhold nothing.
var addressCases = []reading{
	{said: from("<sip:bob.smith@pbx.example>"), want: engine.LegArrived{Address: "bob.smith@pbx.example"}},
	{said: from(`"Bob Smith" <sip:bob.smith;tgrp=a@pbx.example:5080>`), want: engine.LegArrived{Address: "bob.smith@pbx.example", Name: "Bob Smith"}},
	{said: from(`"Bob" <sip:%EB%B0%A5@192.0.2.1>`), want: engine.LegArrived{Address: "밥@192.0.2.1", Name: "Bob"}},
	{said: Said{Target: number, Headers: callerid.Headers{From: "<sip:bob@pbx.example>", Asserted: "<sip:01012345678@192.0.2.1>"}}, want: engine.LegArrived{From: "01012345678"}},
}

// nameCases are display names (RFC 3261, section 25.1).
var nameCases = []reading{
	{said: from(`"홍길동" <sip:01012345678@192.0.2.1>`), want: engine.LegArrived{From: "01012345678", Name: "홍길동"}},
	{said: from("Hong Gildong <sip:01012345678@192.0.2.1>"), want: engine.LegArrived{From: "01012345678", Name: "Hong Gildong"}},
	{said: from(`"☕ Café 🐻" <sip:01012345678@192.0.2.1>`), want: engine.LegArrived{From: "01012345678", Name: "☕ Café 🐻"}},
	{said: from(`"Kim \"K\" \\ Lee, <x> :) $1 %s" <sip:01012345678@192.0.2.1>`), want: engine.LegArrived{From: "01012345678", Name: `Kim "K" \ Lee, <x> :) $1 %s`}},
	{said: from(`"${EXTEN})):1:" <sip:01012345678@192.0.2.1>`), want: engine.LegArrived{From: "01012345678"}, anyName: true},
	{said: from(`"` + strings.Repeat("가", 90) + `" <sip:01012345678@192.0.2.1>`), want: engine.LegArrived{From: "01012345678", Name: strings.Repeat("가", 90)}},
	{said: from(`"010-1234-5678" <sip:01012345678@192.0.2.1>`), want: engine.LegArrived{From: "01012345678"}},
	{said: from("<sip:01012345678@192.0.2.1>"), want: engine.LegArrived{From: "01012345678"}},
	{said: asserted(`"김철수" <sip:01012345678@192.0.2.1>`, ""), want: engine.LegArrived{From: "01012345678", Name: "김철수"}},
}

// read sends each INVITE and judges how it arrives.
func read(s *session, cases []reading) {
	for _, c := range cases {
		if c.said.From == "" {
			c.said.From, c.want.From = "<sip:01012345678@192.0.2.1>", "01012345678"
		}
		if c.want.To == "" {
			c.want.To = number
		}
		before := s.log.Len()
		s.rig.Invite(s, c.said)
		entry, ok := s.log.AwaitAfter(before, time.Now().Add(patience), func(ev engine.Event) bool { _, is := ev.(engine.LegArrived); return is })
		if !ok {
			s.Errorf("%+v does not arrive", c.said)
			continue
		}
		got := entry.Event.(engine.LegArrived)
		if c.anyName {
			c.want.Name = got.Name
		}
		want := engine.LegArrived{Leg: got.Leg, At: got.At, Trunk: s.trunk.ID, From: c.want.From, Address: c.want.Address, Name: c.want.Name, To: c.want.To}
		if got != want {
			s.Errorf("%+v\narrives as %+v", c.said, got)
		}
		s.hangup(got.Leg, engine.CauseBusy)
		s.ended(got.Leg, engine.CauseBusy)
	}
}
