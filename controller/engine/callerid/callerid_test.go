package callerid_test

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"ringdesk/controller/engine/callerid"
)

// A number is read without what stands beside it in a user part.
//
// Covers: IN-7, RFC 3261 19.1.1 and 19.1.6, RFC 3966, RFC 4694, RFC 4904
func TestNumbersInUserParts_IN_7(t *testing.T) {
	for target, want := range map[string]string{
		"07076660001":                     "07076660001",
		"+827076660001":                   "+827076660001",
		"07076660001;npdi":                "07076660001",
		"+827076660001;npdi;rn=+82101234": "+827076660001",
		"+827076660001;rn=+82101234;npdi;cic=+820123;isup-oli=0": "+827076660001",
		"07076660001;rn=0101234;rn-context=+82":                  "07076660001",
		"+827076660001;tgrp=tg1-2;trunk-context=example.com":     "+827076660001",
		"07076660001;phone-context=+82":                          "+827076660001",
		"07076660001;PHONE-CONTEXT=+82":                          "+827076660001",
		"07076660001;phone-context=ims.example.com":              "07076660001",
		"2530000;phone-context=+1-650":                           "+16502530000",
		"6502530000;phone-context=+1":                            "+16502530000",
		"6660001;phone-context=+82-707":                          "+827076660001",
		"+82-70-7666-0001":                                       "+827076660001",
		"(070)7666.0001":                                         "07076660001",
		"%2B827076660001":                                        "+827076660001",
		"%2b82%37076660001%3bnpdi":                               "+827076660001",
		"07076660001:secret":                                     "07076660001",
		"07076660001;npdi:secret":                                "07076660001",
		"tel:+827076660001;npdi;rn=+82101234":                    "+827076660001",
		"tel:7666-0001;phone-context=+8270":                      "+827076660001",
		"bob.smith;tgrp=a":                                       "bob.smith",
		"":                                                       "",
		";npdi":                                                  "",
		"*98":                                                    "*98",
		strings.Repeat("9", 40):                                  strings.Repeat("9", 40),
		"7042;phone-context=+999":                                "7042",
		"7042;phone-context=+":                                   "7042",
		"07076660001;phone-context=+82;phone-context=x":          "+827076660001",
		"%zz":             "%zz",
		"\xff07076660001": "\ufffd07076660001",
	} {
		if got := callerid.Dialled(target); got != want {
			t.Errorf("Dialled(%q) = %q, want %q", target, got, want)
		}
	}
}

type spoken = callerid.Caller

// Who calls, and by what name, is read from every header that may say it.
//
// Covers: IN-7, RFC 3261 20.10, RFC 3325
func TestCallers_IN_7(t *testing.T) {
	for _, c := range []struct {
		name string
		says callerid.Headers
		want spoken
	}{
		{"plain", callerid.Headers{From: "<sip:01012345678@203.0.113.1>;tag=1"}, spoken{Number: "01012345678"}},
		{"no brackets", callerid.Headers{From: "sip:01012345678@203.0.113.1;tag=1"}, spoken{Number: "01012345678"}},
		{"no brackets, user parameters", callerid.Headers{From: "sip:01012345678;npdi@203.0.113.1;tag=1"}, spoken{Number: "01012345678"}},
		{"tel", callerid.Headers{From: "<tel:+82-10-1234-5678;npdi;rn=+8210>;tag=1"}, spoken{Number: "+821012345678"}},
		{"tel, no brackets", callerid.Headers{From: "tel:01012345678;phone-context=+82"}, spoken{Number: "+821012345678"}},
		{"sips, password, port", callerid.Headers{From: "<SIPS:+821012345678:pw@[2001:db8::1]:5061;user=phone>"}, spoken{Number: "+821012345678"}},
		{"ported", callerid.Headers{From: "<sip:+821012345678;npdi;rn=+82108@h;user=phone>"}, spoken{Number: "+821012345678"}},
		{"trunk group", callerid.Headers{From: "<sip:+821012345678;tgrp=a;trunk-context=b.example@h>"}, spoken{Number: "+821012345678"}},
		{"escaped", callerid.Headers{From: "<sip:%2B821012345678@h>"}, spoken{Number: "+821012345678"}},
		{"asserted first", callerid.Headers{From: `"Kim" <sip:100@pbx>`, Asserted: "<sip:+821012345678@h>"}, spoken{Number: "+821012345678", Name: "Kim"}},
		{"asserted's parameters", callerid.Headers{From: "<sip:100@pbx>", Asserted: "<sip:01012345678;phone-context=+82;npdi@h;user=phone>"}, spoken{Number: "+821012345678"}},
		{"asserted list", callerid.Headers{From: "<sip:a@b>", Asserted: `"Lee, K" <sip:lee@h>, <tel:+821012345678>`}, spoken{Number: "+821012345678"}},
		{"asserted by an older gateway", callerid.Headers{From: "<sip:100@pbx>", RemoteParty: `"Kim" <sip:01012345678@h>;party=calling;privacy=off`}, spoken{Number: "01012345678", Name: "Kim"}},
		{"Hangul", callerid.Headers{From: `"홍길동" <sip:01012345678@h>`}, spoken{Number: "01012345678", Name: "홍길동"}},
		{"Hangul without quotes", callerid.Headers{From: `홍 길동 <sip:01012345678@h>`}, spoken{Number: "01012345678", Name: "홍 길동"}},
		{"emoji", callerid.Headers{From: `"☕ Café 🐻" <sip:01012345678@h>`}, spoken{Number: "01012345678", Name: "☕ Café 🐻"}},
		{"escaped name", callerid.Headers{From: `"Kim \"K\" \\ Lee <x>, \;" <sip:01012345678@h>`}, spoken{Number: "01012345678", Name: `Kim "K" \ Lee <x>, ;`}},
		{"name turned round", callerid.Headers{From: "\"A\u202eB\tC\" <sip:01012345678@h>"}, spoken{Number: "01012345678", Name: "AB C"}},
		{"the number as its name", callerid.Headers{From: `"010-1234-5678" <sip:01012345678@h>`}, spoken{Number: "01012345678"}},
		{"a code as its name", callerid.Headers{From: `"Unknown" <sip:01012345678@h>`}, spoken{Number: "01012345678"}},
		{"a long name", callerid.Headers{From: `"` + strings.Repeat("가", 300) + `" <sip:01012345678@h>`}, spoken{Number: "01012345678", Name: strings.Repeat("가", 100)}},
		{"an address", callerid.Headers{From: `<sip:bob.smith@PBX.example.com:5080;transport=udp>`}, spoken{Address: "bob.smith@pbx.example.com"}},
		{"an address with its name", callerid.Headers{From: `"Bob Smith" <sip:bob.smith;tgrp=a@pbx.example.com>`}, spoken{Address: "bob.smith@pbx.example.com", Name: "Bob Smith"}},
		{"an address as its name", callerid.Headers{From: `"bob.smith" <sip:bob.smith@pbx.example.com>`}, spoken{Address: "bob.smith@pbx.example.com"}},
		{"an escaped address", callerid.Headers{From: `<sip:%EB%B0%A5@pbx.example.com>`}, spoken{Address: "밥@pbx.example.com"}},
		{"a number before an address", callerid.Headers{From: `<sip:01012345678@h>`, Asserted: "<sip:bob@pbx>"}, spoken{Number: "01012345678"}},
		{"a long address", callerid.Headers{From: "<sip:" + strings.Repeat("b", 3000) + "@pbx>"}, spoken{Address: strings.Repeat("b", 200)}},
		{"privacy of other things", callerid.Headers{From: "<sip:01012345678@h>", Privacy: "session;critical"}, spoken{Number: "01012345678"}},
		{"no privacy", callerid.Headers{From: "<sip:01012345678@h>", Privacy: "none"}, spoken{Number: "01012345678"}},
		{"unknown to itself, asserted", callerid.Headers{From: "<sip:unknown@pbx>", Asserted: "<tel:+821012345678>"}, spoken{Number: "+821012345678"}},
		{"nothing", callerid.Headers{}, spoken{}},
		{"no user", callerid.Headers{From: "<sip:203.0.113.1>"}, spoken{}},
		{"broken", callerid.Headers{From: `"<sip:`}, spoken{}},
		{"open quote", callerid.Headers{From: `"Kim <sip:01012345678@h>`}, spoken{}},
	} {
		if got := callerid.Read(c.says); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// Whoever withholds their number, in whatever way a carrier or gateway says so,
// has no number, no address and no name.
//
// Covers: IN-7, RFC 3323, RFC 3325
func TestWithheld_IN_7(t *testing.T) {
	for _, user := range []string{
		"anonymous", "Anonymous", "ANONYMOUS", "anonymous%20caller", "anonymous.", "anonyme", "unavailable", "Un-Available", "unknown",
		"restricted", "private", "Private%20Number", "P", "O", "0", "00", "0000000000", "+0", "+266696687", "+7378742833", "+8656696",
		"%EB%B0%9C%EC%8B%A0%EB%B2%88%ED%98%B8%ED%91%9C%EC%8B%9C%EC%A0%9C%ED%95%9C", "asterisk", "N%2FA", "anonymous;phone-context=x",
	} {
		if got := callerid.Read(callerid.Headers{From: `"Someone" <sip:` + user + "@203.0.113.1>"}); got != (spoken{}) {
			t.Errorf("%s: %+v", user, got)
		}
	}
	for name, h := range map[string]callerid.Headers{
		"RFC 3323":           {From: `"Anonymous" <sip:anonymous@anonymous.invalid>`},
		"host":               {From: `"x" <sip:01012345678@anonymous.invalid>`},
		"privacy id":         {From: "<sip:01012345678@h>", Privacy: "id"},
		"privacy user":       {From: "<sip:01012345678@h>", Privacy: "user;critical"},
		"privacy asserted":   {From: "<sip:01012345678@h>", Asserted: "<sip:01012345678@h>", Privacy: "Session; ID"},
		"anonymous asserted": {From: `<sip:anonymous@anonymous.invalid>`, Asserted: "<sip:01012345678@h>"},
		"asserted anonymous": {From: "<sip:01012345678@h>", Asserted: "<sip:anonymous@anonymous.invalid>"},
		"remote party":       {From: "<sip:01012345678@h>", RemoteParty: `<sip:01012345678@h>;privacy="full"`},
		"unknown.invalid":    {From: "<sip:x@unknown.invalid>"},
	} {
		if got := callerid.Read(h); got != (spoken{}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// The table's codes that are digits are nobody's number; in national form some
// could be, so that they are left to who knows the country.
func TestTable_IN_7(t *testing.T) {
	f, err := os.Open("withheld.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment, r.FieldsPerRecord = '#', 4
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		code, match, means, source := row[0], row[1], row[2], row[3]
		if match != "exact" && match != "start" && match != "repeated" || means != "private" && means != "unknown" || source == "" {
			t.Errorf("row %q", row)
		}
		if got := callerid.Read(callerid.Headers{From: "<sip:" + code + "@h>"}); !callerid.Spelt(code) || got.Address != "" {
			t.Errorf("%s: %+v", code, got)
		}
		if n, err := phonenumbers.Parse("+"+code, "ZZ"); err == nil && phonenumbers.IsValidNumber(n) {
			t.Errorf("+%s is a telephone number", code)
		}
	}
	if callerid.Spelt("01012345678") {
		t.Error("a number is taken for a code")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`"Kim \" <x>" <sip:010;a=b:c@h;p>;tag=1`, `<tel:1;phone-context=+82>, <sip:b@c>`, "id")
	f.Fuzz(func(t *testing.T, from, asserted, privacy string) {
		c := callerid.Read(callerid.Headers{From: from, Asserted: asserted, RemoteParty: from, Privacy: privacy})
		if strings.ContainsAny(c.Name+c.Address+c.Number, "\r\n\x00") || strings.Trim(c.Number, "+0123456789") != "" || c.Number != "" && c.Address != "" {
			t.Errorf("%+v", c)
		}
		callerid.Dialled(from)
	})
}
