package flow

// Kind is what a step does.
type Kind string

// The kinds of steps, named as in the language.
const (
	KindCheck     Kind = "check"
	KindPlay      Kind = "play"
	KindMenu      Kind = "menu"
	KindInput     Kind = "input"
	KindLookup    Kind = "lookup"
	KindSet       Kind = "set"
	KindAssign    Kind = "assign"
	KindQueue     Kind = "queue"
	KindVoicemail Kind = "voicemail"
	KindCallback  Kind = "callback"
	KindTransfer  Kind = "transfer"
	KindNative    Kind = "native"
	KindSurvey    Kind = "survey"
	KindGoto      Kind = "goto"
	KindSubflow   Kind = "subflow"
	KindReturn    Kind = "return"
	KindHangup    Kind = "hangup"
)

// Step is one step of a flow. What it does stands in the one field that is not
// nil.
//
// The fields' tags are the language: lang reads texts by them and writes the
// reference from them. `flow` is an attribute's name, `block` a block's, `kind`
// what it may hold (lang.kinds), `need` says that it must be there, `from` and
// `to` are limits, `one` what may be chosen, `else` what holds when it is left
// out, and `says` its meaning. A step that is named in a field with `waits` is
// only reached after somebody did something: the caller pressed a key, say.
type Step struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	At   Pos    `json:"at"`

	Check     *Check     `json:"check,omitempty" step:"check" says:"Goes on by the first condition that holds."`
	Play      *Play      `json:"play,omitempty" step:"play" says:"Plays sounds to the caller."`
	Menu      *Menu      `json:"menu,omitempty" step:"menu" says:"Plays sounds and goes where the caller's key says. A key interrupts the sounds."`
	Input     *Input     `json:"input,omitempty" step:"input" says:"Takes several keys from the caller, such as an order's number. A key interrupts the sounds."`
	Lookup    *Lookup    `json:"lookup,omitempty" step:"lookup" says:"Asks a server of yours over HTTP and keeps the JSON of its answer."`
	Set       *Set       `json:"set,omitempty" step:"set" says:"Sets what holds for the call from here on."`
	Assign    *Assign    `json:"assign,omitempty" step:"assign" says:"Gives the conversation to a team or an agent, as the inbox shows it. It rings nowhere."`
	Queue     *Queue     `json:"queue,omitempty" step:"queue" says:"Offers the call to agents; the caller waits until one answers. What is left out is as the number's settings say."`
	Voicemail *Voicemail `json:"voicemail,omitempty" step:"voicemail" says:"Lets the caller leave a message, which ends with # or when they hang up. The call is missed all the same (Q-2)."`
	Callback  *Callback  `json:"callback,omitempty" step:"callback" says:"Promises to call back, keeps the caller's place in the queue, and ends the call (Q-1)."`
	Transfer  *Transfer  `json:"transfer,omitempty" step:"transfer" says:"Connects the caller to an outside number. The caps and the allow-list of outgoing calls hold (OUT-9)."`
	Native    *Native    `json:"native,omitempty" step:"native" says:"Hands the call over to an extension of the engine's own dialplan, which engineers of yours have written (DP-3). It is ringdesk's no longer then, and counts as missed for workflow unless an agent has answered."`
	Survey    *Survey    `json:"survey,omitempty" step:"survey" says:"Asks the caller for a grade from 1 to 5 (Q-2)."`
	Goto      *Goto      `json:"goto,omitempty" step:"goto" says:"Goes to another flow's start for good, or back to a step of this flow a limited number of times."`
	Subflow   *Subflow   `json:"subflow,omitempty" step:"subflow" says:"Runs another flow, and goes on here when it comes to a return."`
	Return    *Return    `json:"return,omitempty" step:"return" says:"Goes back to the subflow step that began this flow."`
	Hangup    *Hangup    `json:"hangup,omitempty" step:"hangup" says:"Ends the call."`
}

// Check goes on by conditions.
type Check struct {
	When []When `json:"when" block:"when" need:"yes" says:"A condition, and the step that follows when it is the first to hold."`
	Else *Go    `json:"else" block:"else" need:"yes" says:"What follows when none holds."`
}

// When is one condition.
type When struct {
	At Pos    `json:"at"`
	If Expr   `json:"if" flow:"if" kind:"condition" need:"yes" says:"The condition."`
	Go string `json:"go" flow:"go" kind:"step" need:"yes" says:"The step that follows."`
}

// Go names the step that follows.
type Go struct {
	Go string `json:"go" flow:"go" kind:"step" need:"yes" says:"The step that follows."`
}

// Play plays sounds.
type Play struct {
	Sound Texts  `json:"sound" flow:"sound" kind:"sounds" need:"yes" says:"What the caller hears: one sound, or a list of them."`
	Then  string `json:"then" flow:"then" kind:"step" need:"end" says:"The step that follows."`
}

// Menu takes one key.
type Menu struct {
	Sound     Texts `json:"sound" flow:"sound" kind:"sounds" need:"yes" says:"What the caller hears."`
	Wait      int   `json:"wait" flow:"wait" kind:"time" from:"1" to:"60" else:"5s" says:"How long to wait for a key when the sounds are over."`
	Tries     int   `json:"tries" flow:"tries" kind:"whole number" from:"1" to:"10" else:"3" says:"How often the caller may try: silence and a wrong key are one try each."`
	Wrong     Texts `json:"wrong" flow:"wrong" kind:"sounds" else:"key-invalid" says:"What is played after a wrong key, before the menu again."`
	Keys      []Key `json:"keys" block:"key" need:"yes" says:"A key of the telephone, and where it leads."`
	Otherwise *Go   `json:"otherwise" block:"otherwise" need:"yes" says:"What follows after the last try."`
}

// Key is where a key leads.
type Key struct {
	Key string `json:"key" label:"key" says:"0 to 9, * or #"`
	Go  string `json:"go" flow:"go" kind:"step" need:"yes" waits:"yes" says:"The step that follows."`
}

// Input takes several keys.
type Input struct {
	Sound  Texts  `json:"sound" flow:"sound" kind:"sounds" need:"yes" says:"What the caller hears."`
	Digits Digits `json:"digits" flow:"digits" kind:"digits" need:"yes" says:"How many digits: \"6\", or from the fewest to the most, \"4-10\"."`
	End    string `json:"end,omitempty" flow:"end" kind:"key" else:"#" says:"The key that ends fewer than the most digits."`
	Wait   int    `json:"wait" flow:"wait" kind:"time" from:"1" to:"60" else:"5s" says:"How long to wait for the next digit."`
	Tries  int    `json:"tries" flow:"tries" kind:"whole number" from:"1" to:"10" else:"3" says:"How often the caller may try: too few digits are one try."`
	Wrong  Texts  `json:"wrong" flow:"wrong" kind:"sounds" else:"key-invalid" says:"What is played after too few digits, before the question again."`
	Save   string `json:"save" flow:"save" kind:"variable" need:"yes" says:"The variable that the digits are kept in, a text: var.NAME."`
	Secret bool   `json:"secret,omitempty" flow:"secret" kind:"flag" says:"The digits are never shown and never written into the journal."`
	Then   string `json:"then" flow:"then" kind:"step" need:"end" waits:"failed" says:"The step that follows."`
	Failed string `json:"failed,omitempty" flow:"failed" kind:"step" says:"The step that follows after the last try. Left out, it is then, with the variable empty."`
}

// Digits are how many digits an input takes.
type Digits struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Lookup asks a server.
type Lookup struct {
	Get     *Expr  `json:"get,omitempty" flow:"get" kind:"address" says:"The address to GET: http or https."`
	Post    *Expr  `json:"post,omitempty" flow:"post" kind:"address" says:"The address to POST body to, in place of get."`
	Body    *Expr  `json:"body,omitempty" flow:"body" kind:"template" says:"What is posted, in JSON; it is up to you to quote what is in it, with json()."`
	Headers []Pair `json:"headers,omitempty" flow:"headers" kind:"templates by name" says:"Headers of the request."`
	Timeout int    `json:"timeout" flow:"timeout" kind:"time" from:"1" to:"10" else:"2s" says:"How long the caller waits in silence for the answer."`
	Save    string `json:"save" flow:"save" kind:"variable" need:"yes" says:"The variable that the answer's JSON is kept in: var.NAME.FIELD."`
	Then    string `json:"then" flow:"then" kind:"step" need:"end" says:"The step that follows an answer with status 200 to 299 and JSON of at most 64 KiB."`
	Failed  string `json:"failed" flow:"failed" kind:"step" need:"end" says:"The step that follows otherwise. The variable is null then."`
}

// Pair is a value with a name.
type Pair struct {
	Name  string `json:"name"`
	Value Expr   `json:"value"`
}

// Set changes what holds for the call.
type Set struct {
	Priority *int   `json:"priority,omitempty" flow:"priority" kind:"whole number" from:"0" to:"9" says:"Its priority in the queues to come, 9 first."`
	Language string `json:"language,omitempty" flow:"language" kind:"choice" one:"ko,en" says:"The language of built-in sounds from here on."`
	Tags     []Expr `json:"tags,omitempty" flow:"tags" kind:"templates" says:"Tags that the conversation gets."`
	Var      []Pair `json:"var,omitempty" flow:"var" kind:"values by name" says:"Variables: var = { vip = true }, which expressions see as var.vip."`
	Then     string `json:"then" flow:"then" kind:"step" need:"end" says:"The step that follows."`
}

// Assign gives the conversation to somebody.
type Assign struct {
	Team  string `json:"team,omitempty" flow:"team" kind:"team" says:"The team."`
	Agent string `json:"agent,omitempty" flow:"agent" kind:"agent" says:"The agent, by e-mail address or name."`
	Then  string `json:"then" flow:"then" kind:"step" need:"end" says:"The step that follows."`
}
