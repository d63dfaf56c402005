// Package journal is the vocabulary of what is told about calls and the rest:
// the entries of a call's journal, from which all statistics are made (STAT-0),
// and the topics of changes that screens are told of. It imports nothing of
// ours, so that whoever writes an entry and whoever reads it share one type.
//
// An entry's type and JSON are stored for good. A field's name is never changed,
// and a new field must be left out when it is empty. The fields of each entry
// stand in the alphabetical order of their JSON names.
package journal

import (
	"encoding/json"
	"fmt"
)

// Entry is one thing that happened in a call.
type Entry interface {
	// Type is the entry's name in the journal.
	Type() string
}

// Unknown is an entry of a type that this version does not know.
type Unknown struct {
	Name string
	Data json.RawMessage
}

// Type gives the name under which the entry was stored.
func (u Unknown) Type() string { return u.Name }

// MarshalJSON gives the data as it was stored.
func (u Unknown) MarshalJSON() ([]byte, error) { return u.Data, nil }

// Encode gives an entry's data, a JSON object.
func Encode(e Entry) (string, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("journal entry %s: %w", e.Type(), err)
	}
	return string(data), nil
}

// Decode reads an entry. A type that this version does not know gives Unknown.
func Decode(typ, data string) (Entry, error) {
	read := readers[typ]
	if read == nil {
		return Unknown{Name: typ, Data: json.RawMessage(data)}, nil
	}
	e, err := read([]byte(data))
	if err != nil {
		return nil, fmt.Errorf("journal entry %s: %w", typ, err)
	}
	return e, nil
}

type reader func(data []byte) (Entry, error)

func read[E Entry](data []byte) (Entry, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}

// readers has every type of entry that there is.
var readers = map[string]reader{
	CallCreated{}.Type():     read[CallCreated],
	CallRefused{}.Type():     read[CallRefused],
	CallQueued{}.Type():      read[CallQueued],
	CallLevel{}.Type():       read[CallLevel],
	CallAssigned{}.Type():    read[CallAssigned],
	CallAnswered{}.Type():    read[CallAnswered],
	CallHeld{}.Type():        read[CallHeld],
	CallReleased{}.Type():    read[CallReleased],
	CallAlone{}.Type():       read[CallAlone],
	CallTogether{}.Type():    read[CallTogether],
	CallTransferred{}.Type(): read[CallTransferred],
	CallRequeued{}.Type():    read[CallRequeued],
	CallWarned{}.Type():      read[CallWarned],
	CallTurnedAway{}.Type():  read[CallTurnedAway],
	CallEnded{}.Type():       read[CallEnded],
	CallLeftovers{}.Type():   read[CallLeftovers],

	AgentOffered{}.Type():       read[AgentOffered],
	AgentJoined{}.Type():        read[AgentJoined],
	AgentDeclined{}.Type():      read[AgentDeclined],
	AgentMissed{}.Type():        read[AgentMissed],
	AgentTaken{}.Type():         read[AgentTaken],
	AgentMoved{}.Type():         read[AgentMoved],
	AgentLeft{}.Type():          read[AgentLeft],
	AgentWrapUp{}.Type():        read[AgentWrapUp],
	AgentWrappedUp{}.Type():     read[AgentWrappedUp],
	AgentAway{}.Type():          read[AgentAway],
	AgentReturned{}.Type():      read[AgentReturned],
	AgentCut{}.Type():           read[AgentCut],
	AgentMuted{}.Type():         read[AgentMuted],
	AgentUnmuted{}.Type():       read[AgentUnmuted],
	AgentDTMF{}.Type():          read[AgentDTMF],
	SupervisorListens{}.Type():  read[SupervisorListens],
	SupervisorWhispers{}.Type(): read[SupervisorWhispers],
	SupervisorBarges{}.Type():   read[SupervisorBarges],
	HelpAsked{}.Type():          read[HelpAsked],
	HelpDone{}.Type():           read[HelpDone],

	ConversationAssigned{}.Type(): read[ConversationAssigned],
	ConversationTeamed{}.Type():   read[ConversationTeamed],
	ConversationTagged{}.Type():   read[ConversationTagged],
	ConversationSnoozed{}.Type():  read[ConversationSnoozed],
	ConversationReturned{}.Type(): read[ConversationReturned],
	ConversationOpened{}.Type():   read[ConversationOpened],
	ConversationClosed{}.Type():   read[ConversationClosed],
	ConversationJoined{}.Type():   read[ConversationJoined],

	CustomerDialled{}.Type():    read[CustomerDialled],
	CustomerNotReached{}.Type(): read[CustomerNotReached],
	CustomerDTMF{}.Type():       read[CustomerDTMF],
	QueueAnnounced{}.Type():     read[QueueAnnounced],
	CallbackAsked{}.Type():      read[CallbackAsked],
	CallbackDue{}.Type():        read[CallbackDue],
	CallbackBarred{}.Type():     read[CallbackBarred],
	OutboundLimit{}.Type():      read[OutboundLimit],
	VoicemailOffered{}.Type():   read[VoicemailOffered],
	VoicemailStarted{}.Type():   read[VoicemailStarted],
	SurveyAsked{}.Type():        read[SurveyAsked],
	SurveyAnswered{}.Type():     read[SurveyAnswered],

	FlowStep{}.Type():        read[FlowStep],
	CallHandedOver{}.Type():  read[CallHandedOver],
	ForwardDialled{}.Type():  read[ForwardDialled],
	ForwardAnswered{}.Type(): read[ForwardAnswered],
	ForwardEnded{}.Type():    read[ForwardEnded],

	RecordingPaused{}.Type():  read[RecordingPaused],
	RecordingResumed{}.Type(): read[RecordingResumed],
	RecordingFailed{}.Type():  read[RecordingFailed],
	PromptFailed{}.Type():     read[PromptFailed],
	CommandFailed{}.Type():    read[CommandFailed],
	EngineRestarted{}.Type():  read[EngineRestarted],
}
