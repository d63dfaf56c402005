package stats

import (
	"fmt"
	"strings"
)

// Definition says what a figure means (STAT-0): screens, documents and exports take
// their words from here.
type Definition struct {
	Key         string // in the API's ReportTotal or ReportAgent
	En, Ko      string // its name
	FormulaEn   string
	FormulaKo   string
	ChannelTalk string // what Channel Talk's call history calls it, where it has it
	Unit        Unit
}

// Unit is what a figure is in.
type Unit string

// The units.
const (
	Count Unit = "count"
	Time  Unit = "time" // milliseconds
	Share Unit = "share"
	Grade Unit = "grade"
)

// Definitions are all figures of a report, in the order in which they are shown.
var Definitions = []Definition{
	{"calls", "Calls", "총 통화", "Calls that began in the period and have ended, inbound and outbound.", "기간에 시작해 끝난 통화. 수신과 발신을 모두 세요.", "총 통화", Count},
	{"inbound", "Inbound", "수신", "Calls that customers placed.", "고객이 건 통화.", "", Count},
	{"outbound", "Outbound", "발신", "Calls that agents placed, and callbacks.", "상담원이 건 통화와 콜백.", "발신", Count},
	{"answered", "Answered", "응답", "Inbound calls in which an agent and the customer talked.", "상담원과 고객이 이야기한 수신 통화.", "응답", Count},
	{"outboundAnswered", "Outbound, answered", "발신 성공", "Outbound calls that the customer answered.", "고객이 받은 발신 통화.", "", Count},
	{"missed", "Missed", "부재중", "Inbound calls that ended without a talk; each has one reason.", "이야기 없이 끝난 수신 통화. 저마다 사유가 하나 있어요.", "부재중", Count},
	{"inboundCompletion", "Answer rate", "응답률", "Answered ÷ Inbound.", "응답 ÷ 수신.", "수신 완료율", Share},
	{"outboundCompletion", "Outbound success", "발신 성공률", "Outbound, answered ÷ Outbound.", "발신 성공 ÷ 발신.", "발신 완료율", Share},
	{"talkMs", "Talk time", "통화 시간", "Sum of the talks of answered calls, hold included.", "응답된 통화의 이야기한 시간의 합. 보류도 들어가요.", "", Time},
	{"meanTalkMs", "Mean call", "평균 통화", "Talk time ÷ (Answered + Outbound, answered).", "통화 시간 ÷ (응답 + 발신 성공).", "통화 시간", Time},
	{"totalCallMs", "Ringing and talk", "총 통화 시간", "Time in which agents' phones rang (of a call once, however many rang) or the customer's was called, answered or not, and Talk time.", "상담원 전화가 울리거나(여러 대가 울려도 한 번) 고객에게 거는 동안의 시간과 통화 시간. 응답되지 않아도 세요.", "총 통화 시간", Time},
	{"holdMs", "Hold", "보류", "Time in which the customer of an answered call was on hold.", "응답된 통화에서 고객이 보류된 시간.", "", Time},
	{"firstResponseMs", "First response", "첫 응답", "Mean time from the beginning of an answered inbound call to its first answer, announcements included.", "응답된 수신 통화의 시작부터 첫 응답까지의 평균. 안내도 들어가요.", "첫 응답 시간", Time},
	{"wrapUpMs", "Wrap-up", "후처리", "Mean time from the end of an answered call until its conversation was first closed; calls whose conversation is open do not count. It is not the agents' status of that name.", "응답된 통화가 끝난 뒤 상담을 처음 종료할 때까지의 평균. 종료하지 않은 상담은 세지 않아요. 상담원의 후처리 상태와는 달라요.", "후처리 시간", Time},
	{"medianWaitMs", "Median wait", "대기 중앙값", "Half of the answered inbound calls waited no longer, in whole seconds. Announcements before the wait are none.", "응답된 수신 통화의 절반이 이보다 오래 기다리지 않았어요(초 단위). 앞선 안내는 대기가 아니에요.", "", Time},
	{"p90WaitMs", "90 % waited", "대기 90 %", "Nine tenths of the answered inbound calls waited no longer, in whole seconds.", "응답된 수신 통화의 90 %가 이보다 오래 기다리지 않았어요(초 단위).", "", Time},
	{"waited", "Asked for somebody", "서비스 레벨 대상", "Inbound calls but for those that were turned away before anybody could be asked (blocked, outside hours, by a workflow, over the limit) and those that Left within 5 s.", "차단, 운영시간 아님, 워크플로우, 한도로 돌려보낸 통화와 5초 안에 끊긴 통화를 뺀 수신 통화.", "", Count},
	{"shortAbandons", "Left within 5 s", "5초 안에 끊음", "Callers who hung up within 5 s of waiting; they count as missed, and not for the service level.", "기다린 지 5초 안에 끊은 고객. 부재중이지만 서비스 레벨에는 세지 않아요.", "", Count},
	{"serviceLevel", "Service level", "서비스 레벨", "Share of Asked for somebody that was answered within the chosen seconds of waiting.", "서비스 레벨 대상 가운데 기다린 지 정한 초 안에 응답된 비율.", "서비스 레벨", Share},
	{"serviceLevelOfRing", "Service level, from the ring", "벨부터의 서비스 레벨", "Share of Asked for somebody that was answered within the chosen seconds of the first ring.", "서비스 레벨 대상 가운데 첫 벨부터 정한 초 안에 응답된 비율.", "서비스 레벨(벨)", Share},
	{"transfers", "Transfers", "돌려주기", "How often a call was handed to a colleague or a team. The talk of each agent is their own.", "동료나 팀에 통화를 넘긴 횟수. 통화 시간은 저마다의 것으로 세요.", "", Count},
	{"invitations", "Invitations", "초대", "How often a colleague was called in. To hand a call over is a transfer only.", "동료를 통화에 부른 횟수. 통화를 넘기는 것은 돌려주기로만 세요.", "", Count},
	{"callbacks", "Callbacks asked for", "콜백 요청", "Callers who asked to be called back; their own call is missed unless they talked, and the callback is an outbound call.", "콜백을 부탁한 고객. 이야기하지 않았으면 부재중이고, 콜백은 발신 통화이에요.", "", Count},
	{"voicemails", "Messages", "음성 메시지", "Callers who could leave a message. Their call is missed all the same, for the reason for which nobody answered.", "음성 메시지를 남길 수 있었던 고객. 통화는 응답되지 않은 사유로 부재중이에요.", "", Count},
	{"grades", "Grades", "평가 수", "Surveys that were answered.", "답한 설문.", "", Count},
	{"meanGrade", "Mean grade", "평균 평가", "Mean of the grades, 1 to 5.", "1에서 5까지의 평가의 평균.", "", Grade},
}

// AgentDefinitions are all figures of an agent (STAT-3). Each is of that agent's parts in
// calls only: who hands a call over has what came before.
var AgentDefinitions = []Definition{
	{"calls", "Calls", "총 통화", "Outbound + Answered + Joined: each call once.", "발신 + 응답 + 참여. 통화마다 한 번 세요.", "총 통화", Count},
	{"outbound", "Outbound", "발신", "Calls that they placed, answered or not, and callbacks that they took.", "상담원이 건 통화(응답되지 않은 것도)와 받은 콜백.", "발신", Count},
	{"answered", "Answered", "응답", "Inbound calls in which they were connected with the customer by an answer of theirs; after a transfer both agents have answered.", "상담원이 받아 고객과 연결된 수신 통화. 돌려준 통화는 두 상담원 모두 응답이에요.", "응답", Count},
	{"joined", "Joined", "참여", "Calls of others in which they talked: invited, or barged in. To listen and to whisper is none.", "초대되거나 끼어들어 이야기한 다른 사람의 통화. 듣기와 귓속말은 세지 않아요.", "", Count},
	{"missedRings", "Rings missed", "못 받은 벨", "Rings that they declined or did not answer. One that a colleague answered first is none.", "거절했거나 받지 않은 벨. 동료가 먼저 받은 것은 아니에요.", "", Count},
	{"ringMs", "Ringing", "벨 시간", "Time in which their phone rang, answered or not.", "상담원의 전화가 울린 시간. 받지 않아도 세요.", "", Time},
	{"talkMs", "Talk time", "통화 시간", "Time from when they were connected with the customer until they left, hold included; 0 in calls that count as missed.", "고객과 연결된 때부터 나갈 때까지. 보류도 들어가요. 부재중 통화는 0이에요.", "통화 시간", Time},
	{"totalCallMs", "Ringing and talk", "총 통화 시간", "Ringing, the time until customers answered whom they called, and Talk time.", "벨 시간, 건 고객이 받을 때까지의 시간, 통화 시간의 합.", "총 통화 시간", Time},
	{"holdMs", "Hold", "보류", "Of Talk time, that in which the customer was on hold.", "통화 시간 가운데 고객이 보류된 시간.", "", Time},
	{"wrapUpMs", "Wrap-up", "후처리", "Mean time in wrap-up: from when they left a talk until they had finished, closed or snoozed the conversation, began another wrap-up, or the limit ran out. One that goes on does not count.", "후처리 상태였던 시간의 평균: 통화에서 나온 때부터 마치거나, 상담을 종료·보류하거나, 다음 후처리가 시작되거나, 제한 시간이 끝날 때까지. 진행 중인 것은 세지 않아요.", "", Time},
}

// BoardDefinitions are the figures of today on the live board (STAT-1).
var BoardDefinitions = []Definition{
	{"calls", "Calls", "총 통화", "Calls that have begun today, those that go on included.", "오늘 시작한 통화. 진행 중인 통화도 세요.", "", Count},
	{"inbound", "Inbound", "수신", "Of them, those that customers placed.", "그 가운데 고객이 건 통화.", "", Count},
	{"outbound", "Outbound", "발신", "Of them, those that agents placed, and callbacks.", "그 가운데 상담원이 건 통화와 콜백.", "", Count},
	{"answered", "Answered", "응답", "Inbound calls that have ended in which an agent and the customer talked.", "끝난 수신 통화 가운데 상담원과 고객이 이야기한 통화.", "", Count},
	{"missed", "Missed", "부재중", "Inbound calls that have ended without a talk.", "이야기 없이 끝난 수신 통화.", "", Count},
	{"serviceLevel", "Service level", "서비스 레벨", "As in a report, of the calls that have ended.", "보고서와 같으며, 끝난 통화로 세요.", "", Share},
}

// Reference is docs/statistics.md.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Statistics

All figures are made from the journal of calls alone; ` + "`ringdesk admin rebuild-stats`" + ` makes them anew. A call belongs to the day and hour on which it began, in the
workspace's time zone, and counts when it has ended. Times are whole milliseconds. Where there is nothing to divide by, a share or a mean is absent.
An agent's talk is from when they were connected with the customer until they left; who hands a call over is credited for their own part only.
A message that a caller leaves makes the call no answered one. A call that was handed over is one call, and so is one to which colleagues were invited. The service
level's seconds are chosen with each question (20 if none are). Traffic is calls by weekday and hour, in the workspace's time zone: an hour that comes twice when summer
time ends is one, and the one that is left out in spring has none.

` + "`GET /api/v1/stats/report`" + ` gives them for a period, by day, by weekday and hour, by missed reason and by agent; ` + "`GET /api/v1/stats/calls?figure=…`" + ` lists
the calls that a figure counts, with their number. This page is made by ` + "`go run ./scripts/reference statistics`" + `, the words of the desk's screens by
` + "`… figures en`" + ` and ` + "`… figures ko`" + `.

` + head)
	table(&b, Definitions)
	b.WriteString("\n## Agents\n\nEach agent has the figures of their own parts in calls only; an agent who had several parts in a call has taken it once.\n\n" + head)
	table(&b, AgentDefinitions)
	b.WriteString("\n## The live board\n\nToday's figures, and yesterday's until the same time of day.\n\n" + head)
	table(&b, BoardDefinitions)
	return b.String()
}

const head = `| figure | name | 이름 | formula | in Channel Talk |
| --- | --- | --- | --- | --- |
`

func table(b *strings.Builder, definitions []Definition) {
	for _, d := range definitions {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s | %s |\n", d.Key, d.En, d.Ko, d.FormulaEn, d.ChannelTalk)
	}
}

// Words are the definitions as a module of the desk's words, in English or Korean.
func Words(locale string) string {
	var b strings.Builder
	b.WriteString("// Made from controller/stats/definitions.go by: go run ./scripts/reference figures " + locale + "\n")
	if locale == "ko" {
		b.WriteString("import type { en } from './figures.en';\n\nexport const ko: typeof en = {\n")
	} else {
		b.WriteString("export const en = {\n")
	}
	words(&b, locale, "figures", Definitions)
	words(&b, locale, "agentFigures", AgentDefinitions)
	b.WriteString("};\n")
	if locale == "en" {
		units(&b, "units", Definitions)
		units(&b, "agentUnits", AgentDefinitions)
	}
	return b.String()
}

func words(b *strings.Builder, locale, section string, definitions []Definition) {
	fmt.Fprintf(b, "  %s: {\n", section)
	for _, d := range definitions {
		name, formula := d.En, d.FormulaEn
		if locale == "ko" {
			name, formula = d.Ko, d.FormulaKo
		}
		fmt.Fprintf(b, "    %s: { name: %q, formula: %q },\n", d.Key, name, formula)
	}
	b.WriteString("  },\n")
}

func units(b *strings.Builder, name string, definitions []Definition) {
	fmt.Fprintf(b, "\nexport const %s = {\n", name)
	for _, d := range definitions {
		fmt.Fprintf(b, "  %s: %q,\n", d.Key, d.Unit)
	}
	b.WriteString("} as const;\n")
}
