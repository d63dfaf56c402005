package journal

// CustomerDialled says that the customer's phone is called by a trunk.
type CustomerDialled struct {
	Attempt int    `json:"attempt"` // 1 for the first dial of the call
	Trunk   string `json:"trunk"`
}

// CustomerNotReached says why a dial ended without an answer (OUT-8).
type CustomerNotReached struct {
	Cause   int    `json:"cause"` // ITU-T Q.850
	Outcome string `json:"outcome"`
}

// CustomerDTMF says that the customer pressed a key in a talk, and not which
// (CALL-7).
type CustomerDTMF struct{}

// QueueAnnounced says what a caller who waits was told of the queue (IN-6).
type QueueAnnounced struct {
	Ahead  int   `json:"ahead"`  // calls before theirs
	WaitMS int64 `json:"waitMs"` // the estimated wait; 0 means unknown
}

// CallbackAsked says that the caller would rather be called back.
type CallbackAsked struct{}

// CallbackDue says that a callback looks for an agent again, after a pause.
type CallbackDue struct {
	Attempt int `json:"attempt"`
}

// CallbackBarred says that the caps do not allow a callback any more (OUT-9).
type CallbackBarred struct{}

// OutboundLimit says that the caps ended the talk (OUT-9).
type OutboundLimit struct{}

// VoicemailOffered says that the caller is asked for a message.
type VoicemailOffered struct {
	Reason string `json:"reason"` // why the call is missed (MISS-1)
}

// VoicemailStarted says that the message is recorded from now on.
type VoicemailStarted struct{}

// SurveyAsked says that the customer is asked for a grade.
type SurveyAsked struct{}

// SurveyAnswered is the customer's grade.
type SurveyAnswered struct {
	Grade int `json:"grade"` // 1 to 5
}

func (CustomerDialled) Type() string    { return "customer.dialled" }
func (CustomerNotReached) Type() string { return "customer.notReached" }
func (CustomerDTMF) Type() string       { return "customer.dtmf" }
func (QueueAnnounced) Type() string     { return "queue.announced" }
func (CallbackAsked) Type() string      { return "callback.asked" }
func (CallbackDue) Type() string        { return "callback.due" }
func (CallbackBarred) Type() string     { return "callback.barred" }
func (OutboundLimit) Type() string      { return "outbound.limit" }
func (VoicemailOffered) Type() string   { return "voicemail.offered" }
func (VoicemailStarted) Type() string   { return "voicemail.started" }
func (SurveyAsked) Type() string        { return "survey.asked" }
func (SurveyAnswered) Type() string     { return "survey.answered" }
