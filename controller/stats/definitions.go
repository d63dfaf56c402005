package stats

import (
	"fmt"
	"strings"
)

// Definition says what a figure means (STAT-0): screens, documents and exports take
// their words from here.
type Definition struct {
	Key         string // in the API's ReportTotal
	En, Ko      string // its name
	FormulaEn   string
	FormulaKo   string
	ChannelTalk string // what Channel Talk's call history calls it, where it has it
}

// Definitions are all figures of a report, in the order in which they are shown.
var Definitions = []Definition{
	{"calls", "Calls", "총 통화", "Calls that began in the period and have ended, inbound and outbound.", "기간에 시작해 끝난 통화. 수신과 발신을 모두 셉니다.", "총 통화"},
	{"inbound", "Inbound", "수신", "Calls that customers placed.", "고객이 건 통화.", ""},
	{"outbound", "Outbound", "발신", "Calls that agents placed, and callbacks.", "상담원이 건 통화와 콜백.", "발신"},
	{"answered", "Answered", "응답", "Inbound calls in which an agent and the customer talked.", "상담원과 고객이 이야기한 수신 통화.", "응답"},
	{"outboundAnswered", "Outbound, answered", "발신 성공", "Outbound calls that the customer answered.", "고객이 받은 발신 통화.", ""},
	{"missed", "Missed", "부재중", "Inbound calls that ended without a talk; each has one reason.", "이야기 없이 끝난 수신 통화. 저마다 사유가 하나 있습니다.", "부재중"},
	{"inboundCompletion", "Answer rate", "응답률", "answered ÷ inbound.", "응답 ÷ 수신.", "수신 완료율"},
	{"outboundCompletion", "Outbound success", "발신 성공률", "outboundAnswered ÷ outbound.", "발신 성공 ÷ 발신.", "발신 완료율"},
	{"talkMs", "Talk time", "통화 시간", "Sum of the talks of answered calls, hold included.", "응답된 통화의 이야기한 시간의 합. 보류도 들어갑니다.", ""},
	{"meanTalkMs", "Mean call", "평균 통화", "talkMs ÷ (answered + outboundAnswered).", "통화 시간 ÷ (응답 + 발신 성공).", "통화 시간"},
	{"totalCallMs", "Ringing and talk", "총 통화 시간", "Time in which agents' phones rang, and talkMs.", "상담원 전화가 울린 시간과 통화 시간.", "총 통화 시간"},
	{"holdMs", "Hold", "보류", "Time in which the customer of an answered call was on hold.", "응답된 통화에서 고객이 보류된 시간.", ""},
	{"firstResponseMs", "First response", "첫 응답", "Mean time from the beginning of an answered inbound call to its first answer, announcements included.", "응답된 수신 통화의 시작부터 첫 응답까지의 평균. 안내도 들어갑니다.", "첫 응답 시간"},
	{"wrapUpMs", "Wrap-up", "후처리", "Mean time from the end of an answered call until its conversation was first closed; calls whose conversation is open do not count.", "응답된 통화가 끝난 뒤 상담을 처음 종료할 때까지의 평균. 종료하지 않은 상담은 세지 않습니다.", "후처리 시간"},
	{"medianWaitMs", "Median wait", "대기 중앙값", "Half of the answered inbound calls waited no longer, in whole seconds. Announcements before the wait are none.", "응답된 수신 통화의 절반이 이보다 오래 기다리지 않았습니다(초 단위). 앞선 안내는 대기가 아닙니다.", ""},
	{"p90WaitMs", "90 % waited", "대기 90 %", "Nine tenths of the answered inbound calls waited no longer, in whole seconds.", "응답된 수신 통화의 90 %가 이보다 오래 기다리지 않았습니다(초 단위).", ""},
	{"waited", "Asked for somebody", "서비스 레벨 대상", "Inbound calls but for those that were turned away before anybody could be asked (blocked, outside hours, by a workflow, over the limit) and shortAbandons.", "차단, 영업외, 워크플로우, 한도로 돌려보낸 통화와 5초 안에 끊긴 통화를 뺀 수신 통화.", ""},
	{"shortAbandons", "Left within 5 s", "5초 안에 끊음", "Callers who hung up within 5 s of waiting; they count as missed, and not for the service level.", "기다린 지 5초 안에 끊은 고객. 부재중이지만 서비스 레벨에는 세지 않습니다.", ""},
	{"serviceLevel", "Service level", "서비스 레벨", "Share of waited that was answered within the chosen seconds of waiting.", "서비스 레벨 대상 가운데 기다린 지 정한 초 안에 응답된 비율.", "서비스 레벨"},
	{"serviceLevelOfRing", "Service level, from the ring", "벨부터의 서비스 레벨", "Share of waited that was answered within the chosen seconds of the first ring.", "서비스 레벨 대상 가운데 첫 벨부터 정한 초 안에 응답된 비율.", "서비스 레벨(벨)"},
	{"transfers", "Transfers", "돌려주기", "How often a call was handed to a colleague or a team. The talk of each agent is their own.", "동료나 팀에 통화를 넘긴 횟수. 통화 시간은 저마다의 것으로 셉니다.", ""},
	{"invitations", "Invitations", "초대", "How often a colleague was called in.", "동료를 통화에 부른 횟수.", ""},
	{"callbacks", "Callbacks asked for", "콜백 요청", "Callers who asked to be called back; their own call is missed unless they talked, and the callback is an outbound call.", "콜백을 부탁한 고객. 이야기하지 않았으면 부재중이고, 콜백은 발신 통화입니다.", ""},
	{"grades", "Grades", "평가 수", "Surveys that were answered.", "답한 설문.", ""},
	{"meanGrade", "Mean grade", "평균 평가", "Mean of the grades, 1 to 5.", "1에서 5까지의 평가의 평균.", ""},
}

// Reference is docs/statistics.md.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Statistics

All figures are made from the journal of calls alone; ` + "`ringdesk admin rebuild-stats`" + ` makes them anew. A call belongs to the day and hour on which it began, in the
workspace's time zone, and counts when it has ended. Times are whole milliseconds. Where there is nothing to divide by, a share or a mean is absent.
An agent's talk is from when they were connected with the customer until they left; who hands a call over is credited for their own part only.
A message that a caller leaves makes the call no answered one.

` + "`GET /api/v1/stats/report`" + ` gives them for a period, by day, by weekday and hour, by missed reason and by agent. This page is made by
` + "`go run ./scripts/reference statistics`" + `.

| figure | name | 이름 | formula | in Channel Talk |
| --- | --- | --- | --- | --- |
`)
	for _, d := range Definitions {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", d.Key, d.En, d.Ko, d.FormulaEn, d.ChannelTalk)
	}
	return b.String()
}
