package call

// Transition is one way in which a call goes from one state to another. Only
// those of Transitions happen.
type Transition struct {
	From State // "" before the call has begun
	On   Trigger
	To   State
}

// Trigger is what makes a call go on to another state.
type Trigger string

// The triggers, in the words of docs/call-states.md.
const (
	onAnnouncement     Trigger = "plan announces"
	onPlanRefuses      Trigger = "plan refuses"
	onAgentsFound      Trigger = "agents are found"
	onAllBusy          Trigger = "all are busy"
	onNextTeam         Trigger = "next team"
	onNobodyHelps      Trigger = "nobody helps"
	onAnnouncementOver Trigger = "announcement is over"
	onKey              Trigger = "customer presses a key"
	onAssigned         Trigger = "assigned by hand"
	onAgentAnswers     Trigger = "agent answers"
	onPlaced           Trigger = "agent places a call"
	onCallbackMade     Trigger = "callback is made"
	onCustomerAnswers  Trigger = "customer answers"
	onNotReached       Trigger = "customer is not reached"
	onCapsUsedUp       Trigger = "caps are used up"
	onTalkLimit        Trigger = "talk has lasted too long"
	onTransfer         Trigger = "call is handed over"
	onTurnedAway       Trigger = "agent turns the caller away"
	onAgentsLeave      Trigger = "last agent leaves"
	onAgentsLost       Trigger = "last agent is lost"
	onAgentEnds        Trigger = "agent ends for all"
	onCustomerLeaves   Trigger = "customer leaves"
	onMessageOver      Trigger = "message is over"
	onGraded           Trigger = "grade is given, or not in time"
	onEngineFails      Trigger = "engine cannot connect"
	onFlow             Trigger = "flow goes on"
)

// A Row is a transition with the rule for it in a sentence.
type Row struct {
	Transition
	Says string
}

// Transitions are all ways in which calls change their state. A step that takes
// another one is wrong, and so is a row that no test takes.
var Transitions = append(ownRows, flowRows()...)

// ownRows are those that calls without a flow take, too.
var ownRows = []Row{
	{Transition{"", onAnnouncement, Greeting}, "The plan has an announcement for the caller: a greeting, or why nobody can be had."},
	{Transition{"", onPlanRefuses, Missed}, "The plan refuses the caller without a word: one who is blocked, say."},
	{Transition{"", onAgentsFound, Ringing}, "Agents are free at once, and their phones ring (IN-4, IN-5)."},
	{Transition{"", onAllBusy, Queued}, "All agents who could take the call are busy: the caller waits with music (IN-6)."},
	{Transition{"", onNextTeam, Queued}, "Nobody of the first team is there: the next team is looked at while the caller waits."},
	{Transition{"", onNobodyHelps, Voicemail}, "Nobody is there, or the queue is full, and the plan lets the caller leave a message for that reason (Q-2)."},
	{Transition{"", onNobodyHelps, Missed}, "Nobody is there, or the queue is full (MISS-1)."},
	{Transition{"", onPlaced, Dialing}, "An agent calls out: first their own browser is dialled (OUT-2)."},
	{Transition{"", onCallbackMade, Queued}, "A caller asked to be called back: that call waits in the caller's place (Q-1)."},
	{Transition{"", onCustomerLeaves, Missed}, "The caller is gone before the call has begun."},

	{Transition{Greeting, onAnnouncementOver, Queued}, "The greeting is over, and an agent is looked for."},
	{Transition{Greeting, onAnnouncementOver, Voicemail}, "The caller was told why nobody can be had, and may leave a message (Q-2)."},
	{Transition{Greeting, onAnnouncementOver, Missed}, "The caller was told why nobody can be had, or that they will be called back (MISS-1, Q-1)."},
	{Transition{Greeting, onAnnouncementOver, Ended}, "The closing announcement of the agent's protection is over (CALL-7)."},
	{Transition{Greeting, onTalkLimit, Ended}, "The caps allow no more while the closing announcement is played (OUT-9)."},
	{Transition{Greeting, onCustomerLeaves, Missed}, "The caller hangs up during the announcement; the reason that it was about counts (MISS-1)."},
	{Transition{Greeting, onCustomerLeaves, Ended}, "A customer who has talked hangs up during the closing announcement."},
	{Transition{Greeting, onEngineFails, Missed}, "The engine cannot answer the caller's leg."},
	{Transition{Greeting, onEngineFails, Ended}, "The engine tells late that it could not connect a customer who has talked."},

	{Transition{Queued, onAgentsFound, Ringing}, "An agent is free for the caller who is first."},
	{Transition{Queued, onAssigned, Ringing}, "A colleague or supervisor gives the call to an agent (IN-3)."},
	{Transition{Queued, onKey, Greeting}, "The caller asks to be called back, and is told that they will be (Q-1)."},
	{Transition{Queued, onKey, Voicemail}, "The caller would rather leave a message (Q-2)."},
	{Transition{Queued, onNobodyHelps, Greeting}, "The wait was too long, or all agents are gone: the caller is told so."},
	{Transition{Queued, onNobodyHelps, Voicemail}, "The same, where the plan lets the caller leave a message for that reason (Q-2)."},
	{Transition{Queued, onNobodyHelps, Missed}, "Nobody of the last team is there either, and the caller has heard nothing yet (MISS-1)."},
	{Transition{Queued, onNobodyHelps, Ended}, "The same for a customer who has talked, and for a callback."},
	{Transition{Queued, onTalkLimit, Ended}, "A customer who was called waits for another agent when the caps allow no more (OUT-9)."},
	{Transition{Queued, onCustomerLeaves, Missed}, "The caller hangs up while they wait."},
	{Transition{Queued, onCustomerLeaves, Ended}, "A customer who has talked hangs up while they wait."},
	{Transition{Queued, onEngineFails, Missed}, "The engine cannot answer the caller's leg."},
	{Transition{Queued, onEngineFails, Ended}, "The engine tells late that it could not connect a customer who has talked."},

	{Transition{Ringing, onAgentAnswers, Talking}, "The first agent to answer is connected (IN-11)."},
	{Transition{Ringing, onAgentAnswers, Dialing}, "An agent takes a callback: now the customer is dialled (Q-1)."},
	{Transition{Ringing, onAllBusy, Queued}, "Whoever rang did not answer, and others are busy: the caller waits."},
	{Transition{Ringing, onKey, Greeting}, "The caller asks to be called back while a phone rings (Q-1)."},
	{Transition{Ringing, onKey, Voicemail}, "The caller would rather leave a message (Q-2)."},
	{Transition{Ringing, onNobodyHelps, Greeting}, "Phones rang in vain, and the caller hears music already: they are told so."},
	{Transition{Ringing, onNobodyHelps, Voicemail}, "Phones rang in vain, and the plan lets the caller leave a message (Q-2)."},
	{Transition{Ringing, onNobodyHelps, Missed}, "Phones rang in vain (MISS-1)."},
	{Transition{Ringing, onNobodyHelps, Ended}, "Phones rang in vain for a callback."},
	{Transition{Ringing, onTalkLimit, Ended}, "A customer who was called is handed over when the caps allow no more (OUT-9)."},
	{Transition{Ringing, onCustomerLeaves, Missed}, "The caller hangs up while a phone rings."},
	{Transition{Ringing, onCustomerLeaves, Ended}, "A customer who has talked hangs up while a phone rings."},
	{Transition{Ringing, onEngineFails, Missed}, "The engine cannot answer the caller's leg."},
	{Transition{Ringing, onEngineFails, Ended}, "The engine tells late that it could not connect a customer who has talked."},

	{Transition{Dialing, onAgentAnswers, Dialing}, "The agent's own browser has answered: now the customer is dialled (OUT-3)."},
	{Transition{Dialing, onCustomerAnswers, Talking}, "The customer answers."},
	{Transition{Dialing, onNotReached, Queued}, "A callback's customer does not answer: it is tried again later (Q-1)."},
	{Transition{Dialing, onNotReached, Ended}, "The customer cannot be had; the outcome says why (OUT-8)."},
	{Transition{Dialing, onAgentsLeave, Queued}, "The agent gives a callback up: it keeps its place for another (Q-1)."},
	{Transition{Dialing, onAgentsLeave, Ended}, "The agent hangs up first."},
	{Transition{Dialing, onAgentEnds, Ended}, "The agent ends the call."},
	{Transition{Dialing, onCapsUsedUp, Ended}, "The caps do not allow a callback any more (OUT-9)."},
	{Transition{Dialing, onEngineFails, Ended}, "The engine cannot make the room for the call."},

	{Transition{Talking, onTransfer, Queued}, "An agent hands the customer over to a team (CALL-7)."},
	{Transition{Talking, onTransfer, Ringing}, "An agent hands the customer over to a colleague who is rung (CALL-7)."},
	{Transition{Talking, onAgentsLost, Queued}, "The customer's last agent is lost: they go to the head of the queue (IN-12)."},
	{Transition{Talking, onTurnedAway, Greeting}, "The agent's protection plays its closing announcement (CALL-7)."},
	{Transition{Talking, onAgentsLeave, Survey}, "The customer is asked to grade the talk (Q-2)."},
	{Transition{Talking, onAgentsLeave, Missed}, "The last agent leaves before the customer could speak: that was no talk (MISS-1)."},
	{Transition{Talking, onAgentsLeave, Ended}, "The last agent leaves (CALL-6)."},
	{Transition{Talking, onAgentEnds, Survey}, "An agent ends the talk for all, and the customer is asked to grade it (CALL-6, Q-2)."},
	{Transition{Talking, onAgentEnds, Missed}, "An agent ends the talk for all before the customer could speak (MISS-1)."},
	{Transition{Talking, onAgentEnds, Ended}, "An agent ends the talk for all (CALL-6)."},
	{Transition{Talking, onTalkLimit, Ended}, "The caps allow no longer talk (OUT-9)."},
	{Transition{Talking, onCustomerLeaves, Ended}, "The customer hangs up."},
	{Transition{Talking, onEngineFails, Survey}, "The engine cannot connect the customer any more; they are asked to grade the talk (Q-2)."},
	{Transition{Talking, onEngineFails, Missed}, "The engine cannot connect the customer, who could not speak yet (MISS-1)."},
	{Transition{Talking, onEngineFails, Ended}, "The engine cannot connect the customer any more."},

	{Transition{Voicemail, onMessageOver, Missed}, "The message is over (Q-2)."},
	{Transition{Voicemail, onMessageOver, Ended}, "The message of a customer who has talked is over (Q-2)."},
	{Transition{Voicemail, onCustomerLeaves, Missed}, "The caller hangs up: the usual end of a message."},
	{Transition{Voicemail, onCustomerLeaves, Ended}, "A customer who has talked hangs up after their message."},
	{Transition{Voicemail, onEngineFails, Missed}, "The engine cannot answer the caller's leg."},
	{Transition{Voicemail, onEngineFails, Ended}, "The engine tells late that it could not connect a customer who has talked."},

	{Transition{Survey, onGraded, Ended}, "The customer has graded the talk, or has not in time (Q-2)."},
	{Transition{Survey, onCustomerLeaves, Ended}, "The customer hangs up without a grade, or after it."},
	{Transition{Survey, onEngineFails, Ended}, "The engine cannot take the customer out of the room."},
}
