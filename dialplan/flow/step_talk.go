package flow

import "ringdesk/dialplan"

// Queue offers the call to agents (IN-4, IN-5, IN-6).
type Queue struct {
	Team      string     `json:"team,omitempty" flow:"team" kind:"team" says:"The team whose agents are offered the call; \"*\" means everybody in the workspace."`
	Overflow  []Overflow `json:"overflow" flow:"overflow" kind:"overflow" says:"Teams that are asked one after the other when those before were in vain: names, or { team = \"sales\", rounds = 2 }."`
	Automatic *bool      `json:"automatic,omitempty" flow:"automatic" kind:"flag" says:"One agent at a time is offered the call (IN-4); otherwise all free agents ring who want that (IN-5)."`
	Strategy  string     `json:"strategy,omitempty" flow:"strategy" kind:"choice" one:"longestIdle,roundRobin,fewestToday,skillPriority" says:"Who is first under automatic assignment."`
	Skills    []Skill    `json:"skills" flow:"skills" kind:"skills" says:"What an agent must have, with the least level of each, 1 to 9: { refund = 3 }."`
	Ring      int        `json:"ring,omitempty" flow:"ring" kind:"time" from:"5" to:"120" says:"How long an agent's phone rings."`
	Rounds    int        `json:"rounds,omitempty" flow:"rounds" kind:"whole number" from:"1" to:"10" says:"How often every agent is offered the call."`
	Silently  *bool      `json:"silently,omitempty" flow:"assign_silently" kind:"flag" says:"An agent who does not want to be disturbed is assigned the call without ringing (IN-3)."`
	Priority  *int       `json:"priority,omitempty" flow:"priority" kind:"whole number" from:"0" to:"9" says:"The place in the queue, 9 first; set goes before it."`
	MaxCalls  *int       `json:"maxCalls,omitempty" flow:"max_calls" kind:"whole number" from:"0" to:"1000" says:"How many callers may wait in the workspace (IN-6)."`
	MaxWait   int        `json:"maxWait,omitempty" flow:"max_wait" kind:"time" from:"1" to:"7200" says:"The longest that a caller waits (IN-6)."`
	Announce  *int       `json:"announce,omitempty" flow:"announce" kind:"time" from:"0" to:"600" says:"The time between two announcements of place and wait, 10 s or more; \"0s\" means none."`
	Keys      []Key      `json:"keys,omitempty" block:"key" says:"A key that the caller may press while waiting, and where it leads. That to a callback or a voicemail is announced."`
	On        []On       `json:"on,omitempty" block:"on" says:"Where the call goes instead of ending: when nobody helped, or when the talk is over and the caller still there."`
}

// On is where an ending of a queue leads.
type On struct {
	Event string `json:"event" label:"event" says:"noOperator, exceededQueue, abandonedInQueue, ringTimeOver: as the missed reasons; talked: agents have left"`
	Go    string `json:"go" flow:"go" kind:"step" need:"yes" waits:"talked" says:"The step that follows."`
}

// Talked is the event of a queue whose agents have left the talk while the caller
// is still there.
const Talked = "talked"

// Events are the endings of a queue that can lead on.
var Events = []string{string(dialplan.NoOperator), string(dialplan.ExceededQueue), string(dialplan.AbandonedInQueue), string(dialplan.RingTimeOver), Talked}

// Overflow is a further team of a queue.
type Overflow struct {
	Team   string `json:"team"`
	Rounds int    `json:"rounds,omitempty"` // 0 means the queue's
}

// Skill is what an agent must have.
type Skill struct {
	Name  string `json:"name"`
	Level int    `json:"level"`
}

// Voicemail takes a message.
type Voicemail struct {
	Sound Texts  `json:"sound" flow:"sound" kind:"sounds" else:"voicemail-prompt" says:"What the caller hears before the tone."`
	Max   int    `json:"max,omitempty" flow:"max" kind:"time" from:"10" to:"600" says:"The longest message; left out, as the number's settings say."`
	As    string `json:"as,omitempty" flow:"as" kind:"choice" one:"workflow,notInOperation,noOperator,exceededQueue,abandonedInQueue,ringTimeOver" says:"Why the call counts as missed. Left out, it is why the caller came here, or workflow (MISS-1)."`
	Then  string `json:"then,omitempty" flow:"then" kind:"step" says:"The step that follows for a caller who is still there. Left out, the call ends."`
}

// Callback promises to call back.
type Callback struct {
	Sound  Texts  `json:"sound" flow:"sound" kind:"sounds" else:"callback-confirmed" says:"What the caller hears."`
	Failed string `json:"failed,omitempty" flow:"failed" kind:"step" says:"The step for callers who cannot be called back: their number is withheld, or may not be called. Left out, the call ends."`
}

// Transfer connects the caller to a number outside.
type Transfer struct {
	To     string `json:"to" flow:"to" kind:"telephone number" need:"yes" says:"The number to dial."`
	From   string `json:"from,omitempty" flow:"from" kind:"business number" says:"The business number that is shown. Left out, the one that was dialled."`
	Ring   int    `json:"ring" flow:"ring" kind:"time" from:"5" to:"120" else:"30s" says:"How long it rings."`
	Failed string `json:"failed" flow:"failed" kind:"step" need:"end" says:"The step that follows when nobody answers, or the call is refused."`
}

// Native hands the call over to the installation's own dialplan.
type Native struct {
	Extension string `json:"extension" flow:"extension" kind:"extension" need:"yes" says:"The extension in the context native: letters, digits, '-' and '_'."`
	Failed    string `json:"failed" flow:"failed" kind:"step" need:"end" says:"The step that follows when there is no such extension, or the engine does not take the call."`
}

// Survey asks for a grade.
type Survey struct {
	Sound  Texts  `json:"sound" flow:"sound" kind:"sounds" else:"survey-question" says:"The question."`
	Thanks Texts  `json:"thanks" flow:"thanks" kind:"sounds" else:"survey-thanks" says:"What is played after an answer."`
	Wait   int    `json:"wait" flow:"wait" kind:"time" from:"1" to:"60" else:"10s" says:"How long to wait for a key."`
	Save   string `json:"save,omitempty" flow:"save" kind:"variable" says:"The variable that the grade is kept in, a number; null without one."`
	Then   string `json:"then,omitempty" flow:"then" kind:"step" says:"The step that follows. Left out, the call ends."`
}

// Goto goes elsewhere.
type Goto struct {
	Flow  string `json:"flow,omitempty" flow:"flow" kind:"flow" says:"The flow to begin. The call never comes back."`
	Step  string `json:"step,omitempty" flow:"step" kind:"step" waits:"limit" says:"The step of this flow to go to."`
	Limit int    `json:"limit,omitempty" flow:"limit" kind:"whole number" from:"1" to:"20" says:"How often a call may go to step from here."`
	Then  string `json:"then,omitempty" flow:"then" kind:"step" says:"The step that follows after that."`
}

// Subflow runs another flow.
type Subflow struct {
	Flow string `json:"flow" flow:"flow" kind:"flow" need:"yes" says:"The flow to run."`
	Then string `json:"then" flow:"then" kind:"step" need:"end" says:"The step that follows when it comes to a return."`
}

// Return ends a sub-flow.
type Return struct{}

// Hangup ends the call.
type Hangup struct {
	Sound Texts  `json:"sound,omitempty" flow:"sound" kind:"sounds" says:"What the caller hears before."`
	As    string `json:"as,omitempty" flow:"as" kind:"choice" one:"workflow,notInOperation,noOperator,exceededQueue,abandonedInQueue,ringTimeOver" says:"Why the call counts as missed. Left out, it is why the caller came here, or workflow (MISS-1). A call that an agent answered is none that was missed."`
}
