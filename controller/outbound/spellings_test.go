package outbound_test

import (
	"strings"
	"testing"
)

// spell is one way of writing a number that stands here as digits with a
// leading + (foreign or national) or as it is dialled at home.
type spell struct {
	name string
	do   func(string) string
	// carrier tells spellings that Korea's carriers read, and which may also be
	// 00 and another country code: then nothing may be dialled.
	carrier bool
}

// every puts a text before every nth digit.
func every(n int, sep string) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for i, r := range s {
			if i > 0 && i%n == 0 {
				b.WriteString(sep)
			}
			b.WriteRune(r)
		}
		return b.String()
	}
}

func wide(s string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, s)
}

// anywhere are spellings of any number.
var anywhere = []spell{
	{"plain", func(s string) string { return s }, false},
	{"spaces", every(3, " "), false},
	{"dots", every(4, "."), false},
	{"dashes", every(3, "-"), false},
	{"en dashes", every(4, "–"), false},
	{"non-breaking", every(4, "\u00a0"), false},
	{"narrow spaces", every(2, "\u202f"), false},
	{"full-width", wide, false},
	{"full-width and spaces", func(s string) string { return every(3, "　")(wide(s)) }, false},
	{"around", func(s string) string { return "\t  " + s + " \n" }, false},
	{"left-to-right", func(s string) string { return "\u202a" + s + "\u202c" }, false},
	{"isolate", func(s string) string { return "\u2066" + s + "\u2069" }, false},
	{"zero width", every(1, "\u200b"), false},
	{"soft hyphens", every(5, "\u00ad"), false},
	{"tel", func(s string) string { return "tel:" + s }, false},
	{"TEL", func(s string) string { return "TEL:" + every(4, "-")(s) }, false},
	{"brackets", func(s string) string { return s[:2] + "(" + s[2:5] + ")" + s[5:] }, false},
}

func prefixed(prefix, sep string) spell {
	return spell{prefix, func(s string) string { return prefix + sep + strings.TrimPrefix(s, "+") }, prefix != "00"}
}

// abroad are further spellings of numbers with a country code.
var abroad = []spell{
	prefixed("001", "-"), prefixed("002", " "), prefixed("005", ""), prefixed("006", "."), prefixed("008", "-"),
	prefixed("00700", " "), prefixed("00727", "-"), prefixed("00755", ""), prefixed("00766", "-"),
	prefixed("00345", "-"), prefixed("00365", "-"),
	{"(+…)", func(s string) string { return "(" + s[:3] + ") " + s[3:] }, false},
	{"escaped", func(s string) string { return "tel:%2B" + s[1:] }, false},
	{"small plus", func(s string) string { return "﹢" + s[1:] }, false},
	{"flag of tel", func(s string) string { return "tel:" + s + ";npdi" }, false},
}

// home are further spellings of a national number, which stands as +82….
var home = []spell{
	{"0", func(s string) string { return "0" + s[3:] }, false},
	{"0 grouped", func(s string) string { return every(3, "-")("0" + s[3:]) }, false},
	{"0 wide", func(s string) string { return wide("0" + s[3:]) }, false},
	{"(0…)", func(s string) string { return "(0" + s[3:5] + ") " + s[5:] }, false},
	{"+82 0", func(s string) string { return "+82 0" + s[3:] }, false},
	{"+82 (0)", func(s string) string { return "+82 (0)" + s[3:] }, false},
	{"0082", func(s string) string { return "00" + s[1:] }, true}, // 008 is a carrier, +27 South Africa
	{"tel national", func(s string) string { return "tel:0" + s[3:] }, false},
}

// The numbers of the dial test, by what must happen to them. They were chosen
// from the national numbering plans (ITU-T operational bulletins).
var (
	allowedAbroad = strings.Fields(`+81312345678 +819012345678 +64211234567 +6493001234 +4532123456 +4930123456 +4915123456789
		+60323456789 +60123456789 +525512345678 +35621001234 +97688123456 +16502530000 +12122530000 +19072530000 +18082530000
		+88027111234 +8801812345678 +551123456789 +5511961234567 +421221234567 +421912123456 +6561234567 +6581234567
		+3544101234 +3546111234 +917410410123 +918123456789 +62218350123 +62812345678 +861012345678 +8613123456789 +56221234567
		+56961234567 +12042345678 +14162345678 +85221234567 +85251234567`)
	// not in use: Korea's carriers have no such numbers
	allowedVatican = []string{"+3790669812345"}
	refusedAbroad  = strings.Fields(`+442079460000 +33123456789 +79123456789 +390612345678 +390669812345 +18765230123 +12423456789
		+17872345678 +19392345678 +16713001234 +12462501234 +18092345678 +18292345678 +14412345678 +13402345678 +16842345678 +5371234567
		+25261234567 +37121234567 +23225123456 +85328212345 +886221234567 +84912345678 +639051234567 +77012345678 +9607712345 +4721234567
		+37060123456 +2348021234567 +67571234567 +6745551234 +24712345 +50021234 +6903123`)
	// premium rate, toll-free, personal and shared-cost numbers, satellites and
	// other global services
	refusedPremium = strings.Fields(`+82607001234 +82602345678 +19002345678 +18002345678 +18882345678 +15002345678 +881612345678
		+881712345678 +881812345678 +882161234567 +88213123456 +883510012345678 +870773111632 +870301234567 +979123456789 +80012345678
		+80812345678 +87810123456789 +88812345678 +449012345678 +447012345678 +81990123456 +819901234567 +4990012345678 +491801234567
		+601600123456 +529001234567`)
	allowedHome = strings.Fields(`+8223123456 +82232345678 +821020000000 +821123456789 +827076660001 +82312345678 +82512345678
		+82641234567 +82801234567 +8250712345678`)
	// dialled without a 0
	allowedCompanies = strings.Fields(`15881234 16441234 18991234 16001234`)
	shortNumbers     = strings.Fields(`114 120 131 132 182 110 1330 1345 1357 100 101`)
	emergencyNumbers = strings.Fields(`119 112 109 111 113 117 118 122 125 02112 02119 031119 051112 064119`)
)

// injected are what is put before or after a number that may be called: none of
// it may go anywhere.
var injectedAfter = []string{"@evil", "@192.0.2.66", ";phone-context=+8210", ";ext=1", ";isub=1", ",,1", ",1234#", "*", "#", "&PJSIP/100",
	"&Local/1@default", "\r\nX-Evil: 1", "\n01012345678", "\x00", "%00", "%20;", "x12", " ext. 12", "|", "${EXTEN}", "$", "' OR 1=1--",
	"\"; DROP TABLE usage;--", "/n", "!", "?body=x", "_", "X", "Z", "[0-9]", "p1", "w1", "=", "<sip:1@evil>", "\\", "~9", "+1", "½", "①", "🙂"}

var injectedBefore = []string{"Local/", "PJSIP/", "PJSIP/trunk/sip:", "SIP/", "sip:", "sips:", "callto:", "*67", "*23#", "#31#", "_", "@", "%2B", "'", "\"", "<", "evil",
	"0;", "tel:tel:", "++", "-+-+", "011", "/", "X"}

var nonsense = append(strings.Fields(`+ ++ - () . tel: tel:; 0 00 000 001 00700 00000000000 +0 +00 +000000000000 1 12 135 9 99 9999 1234567890123456
	+1234567890123456 11111111111111111111 010 0101 +82 +82010 +1 +1876 anonymous unknown 112@evil 119;1 119# *119 911x abc ABCDEFG
	1-800-FLOWERS Local/119@default n/a null undefined NaN -1 1e9 0x10 ∞ ٠١٠ ①①⑨ ㅁㄴㅇ 전화 +82-70-7666-XXXX +82707666xxxx _X. _00X. *1 #1
	+999123456789 +2101234567890 +81 +811 +8131234 +1650253000 +165025300000 +1650253000000 +44 +4420 010-0000 02 02-1 011187612345678
	+820011876523012300 +82001442079460000 +8200700442079460000 +82007988123456789 00918765230123 +82007981234567 00798-1234567 00308131234 +8200308131234`),
	"", " ", "\t", "\u200b", "\u202e", "+ ", "tel: ", "+1 876", "010 1234", "' OR '1'='1", "<script>alert(1)</script>", "01012345678 01012345679",
	"010-1234-5678, 010-1234-5679", "010-1234-5678/9", "+82 00700 1 876 523 0123", "+82 001 1 876 523 0123", "+82 002 44 20 7946 0000",
	"+81 00700 1 876 523 0123", "00700 00700 81 3 1234 5678", "00 00 81 3 1234 5678", strings.Repeat("9", 300), strings.Repeat("(", 200))

// verdict is what must happen to a text.
type verdict struct {
	text    string
	dial    string // what is dialled; "" means that it is refused
	carrier bool   // it may be refused as ambiguous, too
	why     string
}

func (v *verdict) check(t *testing.T, dialled, message string) (wrong bool) {
	t.Helper()
	switch {
	case dialled == v.dial:
		return false
	case v.carrier && dialled == "" && strings.Contains(message, "two countries"):
		return false
	}
	t.Errorf("%s: %q dials %q (%s), want %q", v.why, v.text, dialled, message, v.dial)
	return true
}

// verdicts makes the table.
func verdicts() []verdict {
	var vs []verdict
	add := func(numbers []string, spells []spell, dials func(string) string) {
		for _, n := range numbers {
			for _, s := range spells {
				vs = append(vs, verdict{text: s.do(n), dial: dials(n), carrier: s.carrier, why: n + " " + s.name})
			}
		}
	}
	itself := func(n string) string { return n }
	nothing := func(string) string { return "" }
	add(allowedAbroad, append(anywhere, abroad...), itself)
	add(allowedVatican, anywhere, itself)
	add(refusedAbroad, append(anywhere, abroad...), nothing)
	add(refusedPremium, append(anywhere, abroad...), nothing)
	add(allowedHome, append(anywhere, home...), itself)
	add([]string{"+82607001234", "+82602345678"}, home, nothing)
	// The bracketed spelling needs five digits.
	add(allowedCompanies, anywhere, func(n string) string { return "+82" + n })
	add(shortNumbers, anywhere[:len(anywhere)-1], itself)
	add(emergencyNumbers, anywhere[:len(anywhere)-1], itself)
	for _, n := range append(append(append(allowedAbroad[:8:8], allowedHome[:6]...), shortNumbers[:3]...), emergencyNumbers[:3]...) {
		for _, s := range injectedAfter {
			vs = append(vs, verdict{text: n + s, why: "injected after"})
		}
		for _, s := range injectedBefore {
			vs = append(vs, verdict{text: s + n, why: "injected before"})
		}
	}
	for _, s := range nonsense {
		vs = append(vs, verdict{text: s, why: "nonsense"})
	}
	return vs
}
