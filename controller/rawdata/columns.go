package rawdata

import (
	"slices"
	"strings"
	"time"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Column is one of a table's.
type Column struct {
	Key    string // in the head, for ever
	En, Ko string // what it means
}

// column is one with what it says of a row: a string, a time.Time, a time.Duration, an
// int, a bool, or nil.
type column[R any] struct {
	Column
	of func(r *R) any
}

// ms is a time that is kept in milliseconds.
func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// callRow is a call's row with its tags.
type callRow struct {
	models.RawCall
	tags []string
}

// callColumns are those of calls. The first three have the names and words that Channel
// Talk's raw data has.
var callColumns = []column[callRow]{
	{Column{"direction", "inbound or outbound", "수신(inbound) 또는 발신(outbound)"}, func(r *callRow) any { return r.Direction }},
	{Column{"missedReason", "why nobody talked with the caller; empty for all other calls", "아무도 통화하지 못한 사유. 다른 통화에서는 비어 있습니다"}, func(r *callRow) any {
		if r.MissedReason == string(dialplan.UserLeft) {
			return "userleft"
		}
		return r.MissedReason
	}},
	{Column{"duration", "the talk", "통화한 시간"}, func(r *callRow) any { return ms(r.TalkMS) }},
	{Column{"callId", "the call", "통화"}, func(r *callRow) any { return r.CallID }},
	{Column{"conversationId", "the conversation", "상담"}, func(r *callRow) any { return r.ConversationID }},
	{Column{"kind", "phone, voice or video", "phone(전화), voice(음성), video(영상)"}, func(r *callRow) any { return r.Kind }},
	{Column{"state", "ended or missed", "ended(끝남) 또는 missed(부재중)"}, func(r *callRow) any { return r.State }},
	{Column{"outcome", "answered, missed, busy, noAnswer …", "answered(응답), missed(부재중), busy(통화 중), noAnswer(받지 않음) …"}, func(r *callRow) any { return r.Outcome }},
	{Column{"endedBy", "customer, agent or system", "customer(고객), agent(상담원), system(시스템)"}, func(r *callRow) any { return r.EndedBy }},
	{Column{"from", "the caller's number", "건 사람의 번호"}, func(r *callRow) any { return r.FromNumber }},
	{Column{"to", "the number that was called", "건 번호"}, func(r *callRow) any { return r.ToNumber }},
	{Column{"number", "the business number", "업무 번호"}, func(r *callRow) any { return r.Number }},
	{Column{"numberLabel", "what the business calls it", "업무 번호의 이름"}, func(r *callRow) any { return r.NumberLabel }},
	{Column{"contactId", "the contact", "고객"}, func(r *callRow) any { return r.ContactID }},
	{Column{"contact", "the contact's name today", "오늘의 고객 이름"}, func(r *callRow) any { return r.Contact }},
	{Column{"agentId", "who answered first or placed the call", "처음 받았거나 건 상담원"}, func(r *callRow) any { return r.AgentID }},
	{Column{"agent", "their name today", "오늘의 상담원 이름"}, func(r *callRow) any { return r.Agent }},
	{Column{"assignee", "whose the conversation is today", "오늘의 상담 담당자"}, func(r *callRow) any { return r.Assignee }},
	{Column{"team", "the team that the call waited for or was answered in; empty for everybody", "통화가 기다렸거나 응답된 팀. 모두에게 울린 통화에서는 비어 있습니다"}, func(r *callRow) any { return r.Team }},
	{Column{"tags", "of the conversation today, separated by commas", "오늘의 상담 태그. 쉼표로 나눕니다"}, func(r *callRow) any { return strings.Join(r.tags, ", ") }},
	{Column{"startedAt", "the beginning", "시작"}, func(r *callRow) any { return r.StartedAt.Time }},
	{Column{"waitedAt", "when somebody was first looked for", "상담원을 처음 찾기 시작한 때"}, func(r *callRow) any { return r.WaitedAt.Time }},
	{Column{"rangAt", "when the first phone rang", "첫 전화가 울린 때"}, func(r *callRow) any { return r.RangAt.Time }},
	{Column{"answeredAt", "the first answer", "첫 응답"}, func(r *callRow) any { return r.AnsweredAt.Time }},
	{Column{"endedAt", "the end", "끝"}, func(r *callRow) any { return r.EndedAt.Time }},
	{Column{"closedAt", "when the conversation was first closed after that", "그 뒤 상담을 처음 종료한 때"}, func(r *callRow) any { return r.ClosedAt.Time }},
	{Column{"greeting", "announcements, menus and input before anybody was looked for", "상담원을 찾기 전의 안내, 메뉴, 입력"}, func(r *callRow) any { return ms(r.GreetingMS) }},
	{Column{"queue", "waiting in the queue", "대기열에서 기다린 시간"}, func(r *callRow) any { return ms(r.QueueMS) }},
	{Column{"ring", "phones rang", "전화가 울린 시간"}, func(r *callRow) any { return ms(r.RingMS) }},
	{Column{"dial", "calling the customer", "고객에게 거는 시간"}, func(r *callRow) any { return ms(r.DialMS) }},
	{Column{"talk", "an agent was connected, hold included", "상담원과 연결된 시간. 보류도 들어갑니다"}, func(r *callRow) any { return ms(r.TalkMS) }},
	{Column{"voicemail", "leaving a message", "음성 메시지를 남긴 시간"}, func(r *callRow) any { return ms(r.VoicemailMS) }},
	{Column{"survey", "being asked for a grade", "평가를 부탁받은 시간"}, func(r *callRow) any { return ms(r.SurveyMS) }},
	{Column{"total", "from start to end: the seven before it add up to it", "시작부터 끝까지. 앞의 일곱 시간의 합입니다"}, func(r *callRow) any { return ms(r.TotalMS) }},
	{Column{"hold", "the customer was on hold", "고객이 보류된 시간"}, func(r *callRow) any { return ms(r.HoldMS) }},
	{Column{"firstResponse", "from the start to the first answer", "시작부터 첫 응답까지"}, func(r *callRow) any { return ms(r.WaitMS) }},
	{Column{"wrapUp", "from the end until the conversation was closed", "끝난 뒤 상담을 종료할 때까지"}, func(r *callRow) any {
		if r.ClosedAt.IsZero() {
			return nil
		}
		return ms(r.ClosedAt.Sub(r.EndedAt.Time).Milliseconds())
	}},
	{Column{"offers", "phones that rang or were assigned", "울렸거나 배정된 전화 수"}, func(r *callRow) any { return r.Offers }},
	{Column{"invitations", "colleagues who were called in", "불러온 동료 수"}, func(r *callRow) any { return r.Invitations }},
	{Column{"transfers", "how often the call was handed over", "돌려준 횟수"}, func(r *callRow) any { return r.Transfers }},
	{Column{"holds", "how often", "보류 횟수"}, func(r *callRow) any { return r.Holds }},
	{Column{"callbackAsked", "the caller asked to be called back", "고객이 콜백을 부탁했는지"}, func(r *callRow) any { return r.CallbackAsked }},
	{Column{"voicemailLeft", "the caller could leave a message", "고객이 음성 메시지를 남길 수 있었는지"}, func(r *callRow) any { return r.Voicemail }},
	{Column{"grade", "1 to 5; empty where none was given", "1에서 5까지. 없으면 비어 있습니다"}, func(r *callRow) any {
		if r.Grade == 0 {
			return nil
		}
		return r.Grade
	}},
}

// partColumns are those of agents' parts.
var partColumns = []column[models.RawAgentPart]{
	{Column{"callId", "the call", "통화"}, func(r *models.RawAgentPart) any { return r.CallID }},
	{Column{"part", "the parts of a call in the order in which they began", "통화 안에서 시작한 순서"}, func(r *models.RawAgentPart) any { return r.Part }},
	{Column{"agentId", "the agent", "상담원"}, func(r *models.RawAgentPart) any { return r.AgentID }},
	{Column{"agent", "the agent's name today", "오늘의 상담원 이름"}, func(r *models.RawAgentPart) any { return r.Agent }},
	{Column{"way", "how they came to it: offered, placed, rejoined, listen, whisper, barge", "통화에 들어온 길: offered(울림), placed(발신), rejoined(다시 참여), listen(듣기), whisper(귓속말), barge(끼어들기)"}, func(r *models.RawAgentPart) any { return r.Way }},
	{Column{"invitedBy", "the colleague who called them in", "부른 동료"}, func(r *models.RawAgentPart) any { return r.Inviter }},
	{Column{"answered", "they were connected with the customer by an answer of theirs", "스스로 받아 고객과 연결되었는지"}, func(r *models.RawAgentPart) any { return r.Answered }},
	{Column{"end", "left, declined, missed, taken (a colleague was first), moved (to a new phone)", "left(나감), declined(거절), missed(못 받음), taken(동료가 먼저 받음), moved(다른 전화로 옮김)"}, func(r *models.RawAgentPart) any { return r.End }},
	{Column{"startedAt", "when the phone rang or they came in", "전화가 울리거나 들어온 때"}, func(r *models.RawAgentPart) any { return r.StartedAt.Time }},
	{Column{"joinedAt", "when they were connected", "연결된 때"}, func(r *models.RawAgentPart) any { return r.JoinedAt.Time }},
	{Column{"leftAt", "when they left", "나간 때"}, func(r *models.RawAgentPart) any { return r.LeftAt.Time }},
	{Column{"ring", "the phone rang", "전화가 울린 시간"}, func(r *models.RawAgentPart) any { return ms(r.RingMS) }},
	{Column{"dial", "calling the customer", "고객에게 거는 시간"}, func(r *models.RawAgentPart) any { return ms(r.DialMS) }},
	{Column{"talk", "with the customer, hold included", "고객과 연결된 시간. 보류도 들어갑니다"}, func(r *models.RawAgentPart) any { return ms(r.TalkMS) }},
	{Column{"hold", "of it, while the customer was on hold", "그 가운데 고객이 보류된 시간"}, func(r *models.RawAgentPart) any { return ms(r.HoldMS) }},
	{Column{"wrapUpAt", "when they began to wrap the call up", "후처리를 시작한 때"}, func(r *models.RawAgentPart) any { return r.WrapUpAt.Time }},
	{Column{"wrapUp", "until they were done; empty until then", "후처리를 끝낼 때까지. 끝내기 전에는 비어 있습니다"}, func(r *models.RawAgentPart) any {
		if r.WrapUpEnd == "" {
			return nil
		}
		return ms(r.WrapUpMS)
	}},
	{Column{"wrapUpEnd", "finished (by the agent), dealt (the conversation was closed or snoozed), ranOut (the limit), replaced (by that of another call)",
		"finished(상담원이 끝냄), dealt(상담을 종료하거나 보류함), ranOut(한도), replaced(다른 통화의 후처리)"}, func(r *models.RawAgentPart) any { return r.WrapUpEnd }},
}

// CallColumns lists the columns of calls, in their usual order.
func CallColumns() []Column { return listed(callColumns) }

// PartColumns lists those of agents' parts.
func PartColumns() []Column { return listed(partColumns) }

func listed[R any](cs []column[R]) []Column {
	all := make([]Column, len(cs))
	for i, c := range cs {
		all[i] = c.Column
	}
	return all
}

// heads are the names of columns.
func heads[R any](cs []column[R]) []string {
	names := make([]string, len(cs))
	for i, c := range cs {
		names[i] = c.Key
	}
	return names
}

// chosen are columns by their keys, in the order of these; all, if there are none.
func chosen[R any](all []column[R], keys []string) ([]column[R], error) {
	if keys == nil {
		return all, nil
	}
	cs := make([]column[R], 0, len(keys))
	for _, k := range keys {
		i := slices.IndexFunc(all, func(c column[R]) bool { return c.Key == strings.TrimSpace(k) })
		if i < 0 {
			names := strings.Join(heads(all), ", ")
			return nil, verb.Refuse(verb.Invalid, "columns", "There is no column %q: choose from %s.", verb.Short(k), names).Because(reason.NotOneOf, "values", names)
		}
		cs = append(cs, all[i])
	}
	return cs, nil
}

// cells are what columns say of a row.
func cells[R any](cs []column[R], r *R) []any {
	all := make([]any, len(cs))
	for i, c := range cs {
		all[i] = c.of(r)
		if at, is := all[i].(time.Time); is && at.IsZero() {
			all[i] = nil
		}
	}
	return all
}
