package flow

// Trigger is what a workflow answers to (INBOX-6).
type Trigger string

// The triggers.
const (
	CallArriving         Trigger = "call.arriving"
	CallQueued           Trigger = "call.queued"
	CallAnswered         Trigger = "call.answered"
	CallMissed           Trigger = "call.missed"
	CallEnded            Trigger = "call.ended"
	ConversationTagged   Trigger = "conversation.tagged"
	ConversationAssigned Trigger = "conversation.assigned"
	ConversationNoted    Trigger = "conversation.noted"
)

// Triggers are all triggers with their meaning.
var Triggers = []struct {
	Trigger Trigger
	Says    string
}{
	{CallArriving, "a call comes in, before its flow begins"},
	{CallQueued, "a caller has waited for as long as after says"},
	{CallAnswered, "an agent has answered"},
	{CallMissed, "nobody answered, and the call is over"},
	{CallEnded, "a call that was answered is over"},
	{ConversationTagged, "a conversation got a tag: event.tag"},
	{ConversationAssigned, "a conversation was given to event.team or event.agent"},
	{ConversationNoted, "a note was written: event.text"},
}

// Workflow is what happens by itself when something has happened to a call or
// its conversation.
type Workflow struct {
	Name  string  `json:"name"`
	At    Pos     `json:"at"`
	On    Trigger `json:"on" flow:"on" kind:"trigger" need:"yes" says:"What it answers to."`
	After int     `json:"after,omitempty" flow:"after" kind:"time" from:"1" to:"7200" says:"With call.queued: how long the caller has waited."`
	Off   bool    `json:"off,omitempty" flow:"off" kind:"flag" says:"It is kept, and answers to nothing."`
	If    *Expr   `json:"if,omitempty" flow:"if" kind:"condition" says:"The condition under which it does anything."`
	Do    []Do    `json:"do" block:"do" need:"yes" says:"An action. All are done, in this order; one that fails does not keep the others from being done."`
}

// Do is an action. What it does stands in the one field that is not nil.
type Do struct {
	Kind string `json:"kind" label:"action"`
	At   Pos    `json:"at"`

	Tag     *DoTag     `json:"tag,omitempty" do:"tag" says:"Adds tags to the conversation, or takes them away."`
	Assign  *DoAssign  `json:"assign,omitempty" do:"assign" says:"Gives the conversation to a team or an agent."`
	Note    *DoNote    `json:"note,omitempty" do:"note" says:"Writes an internal note."`
	Snooze  *DoSnooze  `json:"snooze,omitempty" do:"snooze" says:"Snoozes the conversation. One that was missed cannot be (MISS-2)."`
	Close   *DoClose   `json:"close,omitempty" do:"close" says:"Closes the conversation."`
	Webhook *DoWebhook `json:"webhook,omitempty" do:"webhook" says:"Posts JSON to an address of yours."`
	SMS     *DoSMS     `json:"sms,omitempty" do:"sms" says:"Sends a text message through the workspace's gateway."`
	Message *DoMessage `json:"message,omitempty" do:"message" says:"Is refused: a phone conversation takes internal notes only (INBOX-2). It is written down, and the rest goes on."`
	Flow    *DoFlow    `json:"flow,omitempty" do:"flow" says:"With call.arriving: the call begins with this flow instead of its number's."`
}

// DoTag changes tags.
type DoTag struct {
	Add    []Expr `json:"add,omitempty" flow:"add" kind:"templates" says:"Tags to add."`
	Remove []Expr `json:"remove,omitempty" flow:"remove" kind:"templates" says:"Tags to take away."`
}

// DoAssign gives the conversation to somebody.
type DoAssign struct {
	Team  string `json:"team,omitempty" flow:"team" kind:"team" says:"The team."`
	Agent string `json:"agent,omitempty" flow:"agent" kind:"agent" says:"The agent, by e-mail address or name."`
}

// DoNote writes a note.
type DoNote struct {
	Text Expr `json:"text" flow:"text" kind:"template" need:"yes" says:"What it says."`
}

// DoSnooze snoozes the conversation.
type DoSnooze struct {
	For int `json:"for" flow:"for" kind:"time" from:"60" to:"2592000" need:"yes" says:"For how long: at least \"1m\", at most \"720h\"."`
}

// DoClose closes the conversation.
type DoClose struct{}

// DoWebhook posts to an address.
type DoWebhook struct {
	URL     Expr   `json:"url" flow:"url" kind:"address" need:"yes" says:"The address: http or https."`
	Headers []Pair `json:"headers,omitempty" flow:"headers" kind:"templates by name" says:"Further headers."`
	Body    *Expr  `json:"body,omitempty" flow:"body" kind:"template" says:"What is posted. Left out, it is the event as the webhooks have it."`
}

// DoSMS sends a text message.
type DoSMS struct {
	To   Expr  `json:"to" flow:"to" kind:"template" need:"yes" says:"The number to send to, such as caller.number."`
	Text Expr  `json:"text" flow:"text" kind:"template" need:"yes" says:"What it says."`
	From *Expr `json:"from,omitempty" flow:"from" kind:"template" says:"The number that is shown, as the gateway knows it."`
}

// DoMessage would write to the customer.
type DoMessage struct {
	Text Expr `json:"text" flow:"text" kind:"template" need:"yes" says:"What it would say."`
}

// DoFlow chooses a flow.
type DoFlow struct {
	Flow string `json:"flow" flow:"flow" kind:"flow" need:"yes" says:"The flow."`
}
