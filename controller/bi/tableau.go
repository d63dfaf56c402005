package bi

import (
	"bytes"
	_ "embed"
	"fmt"
	"text/template"
)

//go:embed tableau.twb.xml
var workbook string

// field is a column of a source, or a figure that Tableau computes from some.
type field struct {
	name    string // the property; of a figure its own
	caption string
	kind    string // string, integer, real, boolean, date or datetime
	formula string // "" is a column
}

// source is an entity set.
type source struct {
	Set    string
	fields []field
}

// inbound and outbound take a direction's part of a sum.
func inbound(sum string) string {
	return "SUM(IF [direction] = 'inbound' THEN [" + sum + "] ELSE 0 END)"
}

func outbound(sum string) string {
	return "SUM(IF [direction] = 'outbound' THEN [" + sum + "] ELSE 0 END)"
}

// sources are what the workbook reads, with the figures of STAT-2 and STAT-3.
var sources = []source{
	{"Daily", []field{
		{"day", "Day · 날짜", "date", ""}, {"direction", "Direction · 방향", "string", ""}, {"kind", "Kind · 종류", "string", ""}, {"numberLabel", "Number · 번호", "string", ""}, {"teamName", "Team · 팀", "string", ""},
		{"calls", "Calls · 총 통화", "integer", ""}, {"answered", "Answered, both directions · 응답 전체", "integer", ""}, {"missed", "Missed · 부재중", "integer", ""}, {"waited", "Asked for somebody · 서비스 레벨 대상", "integer", ""},
		{"talkMs", "Talk, ms · 통화(ms)", "integer", ""}, {"firstResponseMs", "First response, ms · 첫 응답(ms)", "integer", ""}, {"wraps", "Closed after · 종료한 상담", "integer", ""}, {"wrapUpMs", "Wrap-up, ms · 후처리(ms)", "integer", ""},
		{"answeredWithinLevel", "Within 20 s of waiting · 대기 20초 안", "integer", ""}, {"answeredWithinLevelOfRing", "Within 20 s of the ring · 벨 20초 안", "integer", ""},
		{"outboundCalls", "Outbound · 발신", "real", outbound("calls")},
		{"inboundAnswered", "Answered · 응답", "real", inbound("answered")},
		{"inboundCompletion", "Answer rate · 수신 완료율", "real", inbound("answered") + " / " + inbound("calls")},
		{"outboundCompletion", "Outbound success · 발신 완료율", "real", outbound("answered") + " / " + outbound("calls")},
		{"meanTalk", "Mean call, s · 통화 시간(초)", "real", "SUM([talkMs]) / SUM([answered]) / 1000"},
		{"firstResponse", "First response, s · 첫 응답 시간(초)", "real", inbound("firstResponseMs") + " / " + inbound("answered") + " / 1000"},
		{"wrapUp", "Wrap-up, s · 후처리 시간(초)", "real", "SUM([wrapUpMs]) / SUM([wraps]) / 1000"},
		{"serviceLevel", "Service level, from waiting · 서비스 레벨(대기)", "real", "SUM([answeredWithinLevel]) / SUM([waited])"},
		{"serviceLevelOfRing", "Service level, from the ring · 서비스 레벨(벨)", "real", "SUM([answeredWithinLevelOfRing]) / SUM([waited])"},
	}},
	{"Calls", []field{
		{"callId", "Call · 통화", "string", ""}, {"day", "Day · 날짜", "date", ""}, {"hour", "Hour · 시", "integer", ""}, {"missedReason", "Missed reason · 부재중 사유", "string", ""},
		{"direction", "Direction · 방향", "string", ""}, {"kind", "Kind · 종류", "string", ""}, {"numberLabel", "Number · 번호", "string", ""}, {"teamName", "Team · 팀", "string", ""}, {"outcome", "Outcome · 결과", "string", ""},
		{"traffic", "Calls · 통화 수", "real", "COUNTD([callId])"},
	}},
	{"AgentCalls", []field{
		{"callId", "Call · 통화", "string", ""}, {"agentName", "Agent · 상담원", "string", ""}, {"day", "Day · 날짜", "date", ""}, {"teamName", "Team · 팀", "string", ""}, {"way", "Way · 경로", "string", ""}, {"answered", "Answered · 받음", "boolean", ""},
		{"ringMs", "Ring, ms · 벨(ms)", "integer", ""}, {"dialMs", "Dial, ms · 발신 중(ms)", "integer", ""}, {"talkMs", "Talk, ms · 통화(ms)", "integer", ""},
		{"took", "Total calls · 총 통화", "real", "COUNTD(IF [answered] OR [way] = 'placed' THEN [callId] END)"},
		{"placed", "Outbound · 발신", "real", "COUNTD(IF [way] = 'placed' THEN [callId] END)"},
		{"takenInbound", "Answered · 응답", "real", "COUNTD(IF [answered] AND [way] <> 'placed' THEN [callId] END)"},
		{"meanTalk", "Call duration, s · 통화 시간(초)", "real", "SUM([talkMs]) / COUNTD(IF [answered] OR [way] = 'placed' THEN [callId] END) / 1000"},
		{"totalCall", "Total call duration, s · 총 통화 시간(초)", "real", "SUM([ringMs] + [dialMs] + [talkMs]) / 1000"},
	}},
}

// Sheet is a worksheet: a figure alone, or by something.
type Sheet struct {
	Name string
	ds   *source
	mark string
	rows []string // fields
	cols []string
	text string
}

// dashboards are what the workbook shows.
var dashboards = []struct {
	Name   string
	across int // figures beside each other
	sheets []Sheet
}{
	{"Call history", 4, append(figures("Daily", "calls", "outboundCalls", "inboundAnswered", "missed", "inboundCompletion", "outboundCompletion", "meanTalk", "firstResponse", "wrapUp", "serviceLevel", "serviceLevelOfRing"),
		Sheet{"Calls by day · 날짜별 통화", named("Daily"), "Bar", []string{"calls"}, []string{"day"}, ""},
		Sheet{"Traffic by hour and weekday · 요일과 시간별 통화", named("Calls"), "Square", []string{"day:weekday"}, []string{"hour"}, "traffic"},
		Sheet{"Missed reasons · 부재중 사유", named("Calls"), "Bar", []string{"missedReason"}, []string{"traffic"}, ""})},
	{"Manager dashboard", 1, []Sheet{
		{"Agents: total calls · 상담원별 총 통화", named("AgentCalls"), "Bar", []string{"agentName"}, []string{"took"}, ""},
		{"Agents: outbound · 상담원별 발신", named("AgentCalls"), "Bar", []string{"agentName"}, []string{"placed"}, ""},
		{"Agents: answered · 상담원별 응답", named("AgentCalls"), "Bar", []string{"agentName"}, []string{"takenInbound"}, ""},
		{"Agents: call duration · 상담원별 통화 시간", named("AgentCalls"), "Bar", []string{"agentName"}, []string{"meanTalk"}, ""},
		{"Agents: total call duration · 상담원별 총 통화 시간", named("AgentCalls"), "Bar", []string{"agentName"}, []string{"totalCall"}, ""},
	}},
}

func named(set string) *source {
	for i := range sources {
		if sources[i].Set == set {
			return &sources[i]
		}
	}
	panic("no source " + set) // a mistake in the tables above, which every test sees
}

func (s *source) field(name string) field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	panic("no field " + name + " in " + s.Set)
}

// figures are sheets of one figure each.
func figures(set string, names ...string) []Sheet {
	var all []Sheet
	for _, n := range names {
		all = append(all, Sheet{named(set).field(n).caption, named(set), "Text", nil, nil, n})
	}
	return all
}

// tableau is a workbook of Tableau with its sources, worksheets and dashboards.
func tableau(root string) ([]byte, error) {
	t, err := template.New("twb").Funcs(template.FuncMap{"xml": escaped}).Parse(workbook)
	if err != nil {
		return nil, err
	}
	data := struct {
		Root, Host string
		Sources    []twbSource
		Sheets     []twbSheet
		Dashboards []twbDashboard
	}{Root: root, Host: host(root)}
	for _, s := range sources {
		data.Sources = append(data.Sources, s.twb())
	}
	for _, d := range dashboards {
		board := twbDashboard{Name: d.Name}
		for i, s := range d.sheets {
			data.Sheets = append(data.Sheets, s.twb())
			board.Zones = append(board.Zones, zone(i, d.sheets, d.across))
		}
		data.Dashboards = append(data.Dashboards, board)
	}
	var b bytes.Buffer
	err = t.Execute(&b, data)
	return b.Bytes(), err
}

// zone is a sheet's place on its dashboard, in 100,000ths: figures in rows on top, the
// others below one another.
func zone(i int, sheets []Sheet, across int) twbZone {
	const whole = 100_000
	alone := 0
	for _, s := range sheets {
		if s.mark == "Text" {
			alone++
		}
	}
	rows := (alone + across - 1) / across
	height := whole / (rows + 2*(len(sheets)-alone)) // a chart is as high as two figures
	z := twbZone{ID: i + 2, Sheet: sheets[i].Name, W: whole, H: 2 * height, Y: (rows + 2*(i-alone)) * height}
	if i < alone {
		z = twbZone{ID: i + 2, Sheet: sheets[i].Name, X: i % across * (whole / across), Y: i / across * height, W: whole / across, H: height}
	}
	return z
}

// instance is how a worksheet uses a field: [sum:calls:qk] is its sum.
func (s *source) instance(name string) twbInstance {
	derivation, prefix, suffix := "None", "none", "nk"
	const weekday = ":weekday"
	if n := len(name) - len(weekday); n > 0 && name[n:] == weekday {
		name = name[:n]
		return twbInstance{s.field(name).twb(), "Weekday", "[wd:" + name + ":ok]", "ordinal"}
	}
	f, kind := s.field(name), "nominal"
	switch {
	case f.formula != "":
		derivation, prefix, suffix, kind = "User", "usr", "qk", "quantitative"
	case f.kind == "integer" && f.name != "hour":
		derivation, prefix, suffix, kind = "Sum", "sum", "qk", "quantitative"
	case f.kind == "date" || f.kind == "integer":
		suffix, kind = "ok", "ordinal"
	}
	return twbInstance{f.twb(), derivation, fmt.Sprintf("[%s:%s:%s]", prefix, name, suffix), kind}
}
