package stats

import (
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// figure tells which calls a figure counts and what each of them adds to it (STAT-0). It
// says of facts in the database what Sums and Ask say of facts one by one; a test holds
// them together.
type figure struct {
	of    []models.FactCondition
	among []models.FactCondition // of a share, the calls that could count
	adds  models.FactAmount
}

func counts(of ...models.FactCondition) figure { return figure{of: of, adds: models.FactOne} }

func adds(amount models.FactAmount, of ...models.FactCondition) figure {
	return figure{of: of, adds: amount}
}

func share(of models.FactCondition, among ...models.FactCondition) figure {
	return figure{of: []models.FactCondition{of}, among: among, adds: models.FactOne}
}

// figureOf finds a figure; an agent's where one is named.
func figureOf(key, agent string, within time.Duration) (figure, bool) {
	if agent != "" {
		f, is := agentFigures(agent)[key]
		return f, is
	}
	if f, is := levelFigures(within)[key]; is {
		return f, true
	}
	f, is := figures[key]
	return f, is
}

var figures = map[string]figure{
	"calls":              counts(),
	"inbound":            counts(models.FactInbound),
	"outbound":           counts(models.FactOutbound),
	"answered":           counts(models.FactInbound, models.FactAnswered),
	"outboundAnswered":   counts(models.FactOutbound, models.FactAnswered),
	"missed":             counts(models.FactMissed),
	"inboundCompletion":  share(models.FactAnswered, models.FactInbound),
	"outboundCompletion": share(models.FactAnswered, models.FactOutbound),
	"talkMs":             adds(models.FactTalk, models.FactAnswered),
	"meanTalkMs":         adds(models.FactTalk, models.FactAnswered),
	"totalCallMs":        adds(models.FactRingAndTalk, models.FactRangOrTalked),
	"holdMs":             adds(models.FactHold, models.FactAnswered, models.FactHeld),
	"firstResponseMs":    adds(models.FactResponse, models.FactInbound, models.FactAnswered),
	"wrapUpMs":           adds(models.FactWrapUp, models.FactAnswered, models.FactClosed),
	"medianWaitMs":       adds(models.FactWait, models.FactInbound, models.FactConnected),
	"p90WaitMs":          adds(models.FactWait, models.FactInbound, models.FactConnected),
	"transfers":          adds(models.FactTransfers, models.FactTransferred),
	"invitations":        adds(models.FactInvitations, models.FactInvited),
	"callbacks":          counts(models.FactCallbackAsked),
	"voicemails":         counts(models.FactVoicemail),
	"grades":             counts(models.FactGraded),
	"meanGrade":          adds(models.FactGrade, models.FactGraded),
}

// levelFigures are those of the service level: see Waited, Within and WithinOfRing.
func levelFigures(within time.Duration) map[string]figure {
	short := models.FactLeftWithin(string(dialplan.UserLeft), ShortAbandon)
	waited := []models.FactCondition{models.FactInbound, models.FactNotForReasons(turnedAwayWords()), models.FactNot(short)}
	return map[string]figure{
		"shortAbandons":      counts(short),
		"waited":             counts(waited...),
		"serviceLevel":       share(models.FactAnsweredWithin(within), waited...),
		"serviceLevelOfRing": share(models.FactAnsweredWithinOfRing(within), waited...),
	}
}

func turnedAwayWords() []string {
	words := make([]string, len(turnedAway))
	for i, r := range turnedAway {
		words[i] = string(r)
	}
	return words
}

// agentFigures are those of an agent: see agentsOf.
func agentFigures(agent string) map[string]figure {
	took, talked := models.FactTook(agent), models.FactTalked(agent)
	return map[string]figure{
		"calls":       counts(models.FactNot(models.FactNot(took), models.FactNot(talked))),
		"outbound":    counts(models.FactOutbound, took),
		"answered":    counts(models.FactInbound, took),
		"joined":      counts(models.FactNot(took), talked),
		"missedRings": adds(models.FactMissedRingsOf(agent), models.FactMissedRings(agent)),
		"ringMs":      adds(models.FactRingOf(agent), models.FactOfAgent(agent)),
		"talkMs":      adds(models.FactTalkOf(agent), talked),
		"holdMs":      adds(models.FactHoldOf(agent), talked),
		"wrapUpMs":    adds(models.FactWrapUpsOf(agent), models.FactWrapped(agent)),
		"totalCallMs": adds(models.FactRingAndTalkOf(agent), models.FactOfAgent(agent)),
	}
}
