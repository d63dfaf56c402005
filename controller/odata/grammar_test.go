package odata_test

import (
	"errors"
	"strings"
	"testing"

	"ringdesk/controller/odata"
	"ringdesk/testkit/feed"
)

// asked says how the service takes options: 200, or the status of its refusal. What is no
// refusal is a mistake of ours.
func asked(t testing.TB, r *feed.Reader, set string, options ...string) (status int, text string) {
	t.Helper()
	_, err := r.Rows(t.Context(), set, options...)
	var refused *odata.Error
	switch {
	case err == nil:
		return 200, ""
	case errors.As(err, &refused):
		if refused.Message == "" || len(refused.Message) > 3000 {
			t.Errorf("%v: a refusal of %d bytes", options, len(refused.Message))
		}
		return refused.Status, refused.Message
	}
	t.Errorf("%s %v: %v", set, options, err)
	return 500, err.Error()
}

// Each rule of the grammar that a filter may use (OData ABNF Construction Rules 4.01) is
// met by what it allows, which the database understands, and refuses what it does not.
// What OData has and this service has not is refused as such.
//
// Covers: STAT-5.
func TestFilterGrammar(t *testing.T) {
	r, _ := reader(t, 0)
	for rule, cases := range map[string]map[string]int{
		"boolCommonExpr": {"true": 200, "callbackAsked": 200, "not callbackAsked": 200, "(callbackAsked)": 200, "null": 200, "talkMs": 400, "'a'": 400, "": 200, "()": 400},
		"andExpr, orExpr": {"true and false": 200, "true or false and callbackAsked": 200, "true AND true": 200, "true  and\ttrue": 200, "true and": 400, "and true": 400,
			"true andtrue": 400, "true & true": 400, "talkMs and true": 400, "null or true": 200},
		"eqExpr, neExpr": {"kind eq 'phone'": 200, "kind ne null": 200, "null eq null": 200, "1 eq 1": 200, "1 eq 1.0": 200, "kind eq 1": 400, "kind = 'phone'": 400,
			"callbackAsked eq true": 200, "day eq 2026-11-01": 200, "kind eq'phone'": 400, "kind EQ 'phone'": 200},
		"ltExpr, leExpr, gtExpr, geExpr": {"talkMs gt 5": 200, "talkMs le 5.5": 200, "kind lt 'z'": 200, "grade ge 4": 200, "grade lt null": 200, "callbackAsked gt false": 400},
		"inExpr": {"kind in ('phone','voice')": 200, "talkMs in (1,2, 3)": 200, "missedReason in ('userLeft',null)": 200, "missedReason in (null)": 200, "kind in ()": 200,
			`kind in ["phone","voi\"ce"]`: 200, "kind in('phone')": 200, "kind in 'phone'": 400, "kind in ('phone'": 400, "kind in (1)": 400, `kind in ["phone]`: 400},
		"addExpr, subExpr, mulExpr, divExpr, divbyExpr, modExpr, negateExpr": {"talkMs add 1 gt 2": 200, "talkMs sub ringMs mul 2 lt -talkMs": 200, "talkMs div 0 eq null": 200,
			"talkMs divby 0 eq null": 200, "talkMs mod 7 eq 3": 200, "-(talkMs) lt 0": 200, "talkMs add 'a' eq 1": 400, "1.5 mod 2 eq 1": 400, "talkMs add null eq null": 200,
			"talkMs mul 1.5 gt 2": 200, "- talkMs lt 1": 200},
		"precedence": {"1 add 2 mul 3 eq 7": 200, "not true or true": 200, "1 gt 0 eq true": 200, "not (kind eq 'a') and true": 200},
		"stringLiteral": {"kind eq ''": 200, "kind eq 'O''Hara'": 200, "kind eq '전화'": 200, "kind eq 'a": 400, "kind eq 'a'b'": 400, `kind eq "a"`: 501, "kind eq ''''": 200,
			"kind eq '--;DROP TABLE calls'": 200, "kind eq '%_\\?$1'": 200},
		"int, decimal, double": {"talkMs eq 0": 200, "talkMs eq -1": 200, "talkMs eq +1": 200, "talkMs eq 9223372036854775807": 200, "talkMs eq 9223372036854775808": 400,
			"talkMs lt 1e3": 200, "talkMs lt 1.5E-3": 200, "talkMs lt INF": 200, "talkMs gt -INF": 200, "talkMs eq NaN": 200, "talkMs eq 1.": 400, "talkMs eq .5": 400, "talkMs gt 0L": 200,
			"talkMs eq 12x": 400, "talkMs lt 1e999": 400, "talkMs eq 0x10": 400},
		"guid": {"agentId eq 0192d3a4-0000-7000-8000-00000000abcd": 200, "agentId eq 0192d3a4-0000-7000-8000-00000000abc": 400},
		"date": {"day ge 2026-11-01": 200, "day eq 2026-02-30": 400, "day eq 2026-13-01": 400, "day eq '2026-11-01'": 400, "date(startedAt) eq 2026-11-01": 200, "day eq 26-11-01": 400},
		"dateTimeOffset": {"startedAt ge 2026-11-01T00:00:00Z": 200, "startedAt ge 2026-11-01T00:00Z": 200, "startedAt ge 2026-11-01T00:00:00.123456+09:00": 200,
			"startedAt ge 2026-11-01T00:00:00-05:00": 200, "startedAt ge 2026-11-01t00:00:00z": 200, "startedAt ge 2026-11-01": 200, "startedAt ge 2026-11-01T00:00:00": 400,
			"startedAt ge 2026-11-01T25:00:00Z": 400, "startedAt ge '2026-11-01T00:00:00Z'": 400, "startedAt ge datetime'2026-11-01T00:00:00'": 400},
		"timeOfDay": {"startedAt ge 12:00:00": 501},
		"duration": {"startedAt ge now() sub duration'P7D'": 200, "endedAt sub startedAt gt duration'PT1M'": 200, "closedAt add duration'-PT1.5S' gt startedAt": 200,
			"startedAt ge now() sub duration'7 days'": 400, "startedAt ge now() sub duration'P'": 400, "startedAt add startedAt eq null": 400},
		"boolean, null": {"callbackAsked eq TRUE": 200, "grade eq Null": 200, "callbackAsked eq truely": 400},
		"methodCallExpr": {"contains(contactName,'김')": 200, "startswith(fromNumber,'+82')": 200, "endswith(toNumber,'')": 200, "length(kind) eq 5": 200, "indexof(kind,'o') eq 2": 200,
			"substring(kind,1) eq 'hone'": 200, "substring(kind,1,2) eq 'ho'": 200, "substring(kind,-5,-2) eq ''": 200, "tolower(kind) eq toupper('a')": 200, "trim(kind) eq 'a'": 200,
			"concat(kind,concat(':',direction)) eq 'x'": 200, "round(talkMs divby 1000) gt 2": 200, "floor(talkMs) eq ceiling(1.5)": 200, "CONTAINS(kind,'p')": 200,
			"contains(kind)": 400, "contains(kind,'a','b')": 400, "contains(talkMs,'1')": 400, "contains(kind,null)": 200, "nothing(kind)": 501, "contains(kind,'a'": 400, "contains kind": 400,
			"matchesPattern(kind,'.*')": 501, "cast(talkMs,Edm.String) eq '1'": 501, "isof(Edm.String)": 501, "geo.distance(kind,kind) eq 1": 501},
		"dates' parts": {"year(startedAt) eq 2026 and month(startedAt) eq 11": 200, "day(day) eq 5": 200, "hour(startedAt) lt 9 and startedAt ge 2026-11-01T00:00:00Z": 200, "minute(closedAt) eq 1": 200,
			"second(rangAt) eq null": 200, "hour(day) eq 1": 400, "year(now()) eq 2026": 501, "year('2026') eq 2026": 400, "year(null) eq null": 200},
		"firstMemberExpr":   {"agent/name eq 'a'": 501, "nothing eq 1": 400, "$it/kind eq 'a'": 501, "parts/$count gt 1": 501, "parts/any(p:p/talkMs gt 1)": 501, "Kind eq 'phone'": 400, "@p eq 1": 400},
		"hasExpr":           {"kind has 'a'": 501},
		"operators' spaces": {"(1 eq 1)and(2 eq 2)": 200, "1 eq 1 or": 400, "eq": 400, "1 1": 400, "kind eq 'a' kind": 400, ",": 400, ")": 400, "(": 400, "not": 400, "-": 400},
	} {
		for text, want := range cases {
			if got, why := asked(t, r, "Calls", "$filter", text); got != want {
				t.Errorf("%s: %s: %d, want %d: %s", rule, text, got, want, why)
			}
		}
	}
}

// The other options keep to their grammar likewise.
//
// Covers: STAT-5.
func TestOptionGrammar(t *testing.T) {
	r, _ := reader(t, 0)
	for option, cases := range map[string]map[string]int{
		"$select":     {"callId": 200, "callId,talkMs": 200, " callId , talkMs ": 200, "*": 200, "callId,*": 200, "agent": 200, "nothing": 400, "callId,": 400, "agent/name": 501, "callId;talkMs": 400, "": 200},
		"$orderby":    {"talkMs": 200, "talkMs desc, kind asc": 200, "year(startedAt) desc": 200, "closedAt desc": 200, "talkMs down": 400, "talkMs,": 400, "nothing": 400, "1": 400, "grade DESC": 200, "": 200},
		"$top":        {"0": 200, "5": 200, "-1": 400, "a": 400, "": 400, "99999999999999": 200},
		"$skip":       {"0": 200, "7": 200, "-1": 400, "1.5": 400},
		"$count":      {"true": 200, "false": 200, "yes": 400, "TRUE": 200},
		"$expand":     {"agent": 200, "agent,team": 200, "agent($select=name)": 200, "*": 200, "parts": 200, "parts($select=ringMs,talkMs),team": 200, "nothing": 400, "agent($expand=x)": 501, "agent/name": 501, "agent($select=nothing)": 400, "parts($filter=talkMs gt 1)": 501, "agent($select=name;$top=1)": 501, "agent/$ref": 501, "agent(": 501},
		"$format":     {"json": 200, "application/json;odata.metadata=full": 200, "xml": 406, "atom": 406, "application/json;odata.metadata=some": 400},
		"$search":     {"a": 501},
		"$compute":    {"talkMs add 1 as x": 501},
		"$deltatoken": {"a": 501},
		"$skiptoken":  {"a": 400, "": 400, "e30": 400},
		"$nothing":    {"a": 400},
		"nothing":     {"a": 200},
		"filter":      {"talkMs gt 5": 200, "talkMs gt": 400},
		"$FILTER":     {"talkMs gt 5": 200},
		"$apply": {
			"aggregate($count as n)": 200, "aggregate(talkMs with sum as s,talkMs with average as a,startedAt with min as f,startedAt with max as l,agentId with countdistinct as d)": 200,
			"groupby((kind))": 200, "groupby((kind,direction),aggregate($count as n))": 200, "filter(talkMs gt 0)/groupby((day),aggregate(talkMs with sum as talk))/filter(talk gt 5)": 200,
			"compute(talkMs divby 1000 as seconds,year(startedAt) as y)/groupby((y),aggregate(seconds with max as longest))": 200, "filter(kind eq 'phone')": 200, "aggregate(talkMs add ringMs with sum as s)": 200,
			"aggregate( $count as n ) / filter( n gt 1 )": 200, "compute(talkMs add 1 as x)": 200, "groupby((missedReason),aggregate(grade with average as g))": 200,
			"aggregate(talkMs with median as m)": 501, "groupby((rollup($all,kind)))": 501, "concat(aggregate($count as n),aggregate($count as m))": 501, "topcount(2,talkMs)": 501, "identity": 400,
			"groupby((kind))/groupby((kind))": 501, "aggregate(talkMs with sum)": 400, "aggregate(talkMs as s)": 400, "aggregate(kind with sum as s)": 400, "groupby(kind)": 400, "groupby((nothing))": 400,
			"aggregate($count as n,$count as n)": 400, "filter(talkMs)": 400, "compute(1 as kind)": 400, "groupby((kind),filter(true))": 501, "": 400, "groupby((agent/name))": 501, "aggregate(callbackAsked with max as m)": 400,
			"groupby((year(startedAt)))": 501, "aggregate($count as n)x": 400, "groupby((kind),aggregate($count as kind))": 400, "compute(talkMs add 1 as x)/groupby((kind))/compute(1 as y)": 501,
		},
	} {
		for text, want := range cases {
			if got, why := asked(t, r, "Calls", option, text); got != want {
				t.Errorf("%s=%s: %d, want %d: %s", option, text, got, want, why)
			}
		}
	}
	for _, pair := range [][]string{{"$apply", "groupby((kind))", "$expand", "agent"}, {"$apply", "groupby((kind))", "$select", "talkMs"}, {"$filter", "true", "$filter", "true"}} {
		if got, why := asked(t, r, "Calls", pair...); got == 200 {
			t.Errorf("%v is taken: %s", pair, why)
		}
	}
	if got, why := asked(t, r, "Calls", "$filter", "talkMs gt @least and kind in (@kind)", "@least", "5", "@kind", "'phone'"); got != 200 {
		t.Errorf("aliases: %d %s", got, why)
	}
	if got, _ := asked(t, r, "Calls", "$filter", "@a", "@a", "@a"); got != 400 {
		t.Errorf("an alias of itself: %d", got)
	}
}

// Addresses lead to sets, rows by their key, what belongs to them and their number, and
// nowhere else.
//
// Covers: STAT-5.
func TestAddresses(t *testing.T) {
	r, _ := reader(t, 0)
	for path, want := range map[string]int{"Calls": 200, "Calls/": 200, "Calls/$count": 200, "Calls('x')": 404, "Calls(callId='x')": 404, "Calls('x')/parts": 200, "Calls('x')/agent": 501,
		"AgentCalls(callId='x',part=1)": 404, "AgentCalls('x')": 400, "Calls(1)": 400, "Calls()": 400, "Calls(": 400, "Calls('x'": 400, "Calls(kind='phone')": 400, "Calls('x')/kind": 404,
		"Calls(callId='x',callId='y')": 400, "calls": 404, "Nothing": 404, "Calls/x": 404, "$metadata": 200, "": 200, "$batch": 501, "$entity": 404, "Calls/$count/x": 404, "Daily('2026-11-01.inbound.phone..')": 404,
		"Agents": 200, "Teams": 200, "Numbers": 200, "Daily": 200, "AgentCalls/$count": 200, "Calls('x')/$count": 404} {
		got := 200
		_, err := r.Get(t.Context(), path, "")
		if refused := (*odata.Error)(nil); errors.As(err, &refused) {
			got = refused.Status
		} else if err != nil {
			got = 500
		}
		if got != want {
			t.Errorf("%s: %d, want %d: %v", path, got, want, err)
		}
	}
}

// What no program sends is refused at once and in few words: long, deep, wide or broken
// questions.
//
// Covers: STAT-5, SEC-4.
func TestHostileQuestions(t *testing.T) {
	r, _ := reader(t, 0)
	repeat := strings.Repeat
	for name, filter := range map[string]string{
		"long":              "kind eq '" + repeat("a", 9000) + "'",
		"deep":              repeat("(", 4000) + "true" + repeat(")", 4000),
		"negations":         repeat("not ", 2000) + "true",
		"signs":             repeat("- ", 3000) + "1 eq 1",
		"calls":             repeat("tolower(", 900) + "kind" + repeat(")", 900) + " eq 'a'",
		"open brackets":     repeat("(", 8000),
		"a chain of sums":   "talkMs" + repeat(" add 1", 1300) + " gt 0",
		"a list":            "talkMs in (1" + repeat(",1", 3000) + ")",
		"UTF-8":             "kind eq '\xff\xfe'",
		"NUL":               "kind eq '\x00'",
		"a surrogate":       `kind in ["\ud800"]x`,
		"an overflow":       "talkMs eq 99999999999999999999999",
		"comments":          "1 eq 1 /* */ or 1 eq 1 --",
		"a statement":       "1 eq 1; DROP TABLE calls",
		"a subquery":        "talkMs eq (SELECT 1)",
		"a column":          "f.workspace_id ne 'x'",
		"another workspace": "workspaceId ne 'x'",
	} {
		if got, why := asked(t, r, "Calls", "$filter", filter); got != 400 && got != 501 {
			t.Errorf("%s: %d %s", name, got, why)
		}
	}
	for name, filter := range map[string]string{"many ors": "kind eq 'a'" + repeat(" or kind eq 'a'", 240), "overflowing sums": "talkMs mul 9223372036854775807 mul 9223372036854775807 gt 0",
		"the end of time": "startedAt ge 9999-12-31T23:59:59Z", "an injection": "contactName eq ''' OR 1=1 --'", "a mark": "contactName eq '?' and talkMs gt 5"} {
		if got, why := asked(t, r, "Calls", "$filter", filter); got != 200 {
			t.Errorf("%s: %d %s", name, got, why)
		}
	}
	if got, why := asked(t, r, "Calls", "$orderby", "talkMs"+repeat(",talkMs", 100)); got != 400 {
		t.Errorf("many orders: %d %s", got, why)
	}
	if got, why := asked(t, r, "Calls", "$skip", "9223372036854775807", "$top", "9223372036854775807"); got != 200 {
		t.Errorf("a far page: %d %s", got, why)
	}
}
