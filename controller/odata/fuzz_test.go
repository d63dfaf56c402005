package odata_test

import "testing"

// Whatever is asked is answered or refused in words: no text makes a statement that the
// database does not understand.
//
// Covers: STAT-5, SEC-4.
func FuzzQuestions(f *testing.F) {
	r, _ := reader(f, 0)
	for _, seed := range [][2]string{
		{"$filter", "startedAt ge 2026-11-01T00:00:00Z and (kind eq 'phone' or not contains(tolower(contactName),'kim''s'))"},
		{"$filter", "talkMs in (1,2,null) and missedReason ne null or year(startedAt) eq 2026 and length(kind) gt 2 add 3 mul -1"},
		{"$filter", "direction in [\"inbound\",\"\\u00e9\"] and cast(talkMs,Edm.String) eq '5' and startedAt lt now()"},
		{"$orderby", "startedAt desc,talkMs asc,id"},
		{"$select", "id,talkMs,*"},
		{"$apply", "filter(talkMs gt 0)/groupby((kind,agentId),aggregate(talkMs with sum as t,$count as n))/orderby(t desc)"},
		{"$apply", "aggregate(talkMs with average as a,agentId with countdistinct as d)"},
		{"$expand", "parts($select=id),agent"},
		{"$top", "0"}, {"$skip", "99999999999999999999"}, {"$count", "true"}, {"$skiptoken", "AAAA"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, option, text string) {
		for _, set := range []string{"Calls", "AgentCalls", "Daily"} {
			switch got, why := asked(t, r, set, option, text); got {
			case 200, 400, 501:
			default:
				t.Errorf("%s?%s=%q: %d %s", set, option, text, got, why)
			}
		}
	})
}
