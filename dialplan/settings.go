package dialplan

import "time"

// Settings say how calls are handled. A number's settings go before those of
// its team, and these before the workspace's (Merge); a nil pointer, an empty
// text or an empty list leaves the matter to the next one, and in the end to
// Defaults.
type Settings struct {
	// Hours are the operating hours (IN-10); nil means always open.
	Hours *Hours `json:"hours,omitempty"`
	// Override switches operation on or off by hand until a moment (IN-10).
	Override *Override `json:"override,omitempty"`

	// Language of prompts: ko or en.
	Language string `json:"language,omitempty"`
	// Greeting is the sound that a caller hears first; "none" means none. A name
	// without a folder, such as greeting-recorded, is a built-in one in Language.
	Greeting string `json:"greeting,omitempty"`
	// Monitored says that the greeting tells callers that a supervisor may
	// listen; without it nobody can (CALL-7).
	Monitored *bool `json:"monitored,omitempty"`
	// TurnAway ends every call after the greeting (MISS-1 workflow).
	TurnAway *bool `json:"turnAway,omitempty"`

	// Team is the first team whose agents are offered calls; "" means everybody
	// in the workspace.
	Team string `json:"team,omitempty"`
	// Fallback are further teams, asked one after the other when nobody of the
	// ones before could be had.
	Fallback []Level `json:"fallback,omitempty"`
	// Automatic offers a call to one agent at a time (IN-4); otherwise every
	// free agent rings who wants to know of unassigned calls (IN-5).
	Automatic *bool `json:"automatic,omitempty"`
	// Strategy orders the agents under automatic assignment.
	Strategy Strategy `json:"strategy,omitempty"`
	// Skills are what an agent must have, with the least level of each (1 to 9).
	Skills map[string]int `json:"skills,omitempty"`
	// RingSeconds is how long an agent's phone rings, 5 to 120. An agent's own
	// ring time goes before it.
	RingSeconds int `json:"ringSeconds,omitempty"`
	// Rounds is how often every candidate is offered the call, 1 to 10.
	Rounds int `json:"rounds,omitempty"`
	// AssignSilently assigns a call to an agent who does not want to be disturbed
	// without ringing, so that it ends as ringTimeOver (IN-3).
	AssignSilently *bool `json:"assignSilently,omitempty"`

	// Priority in the queue, 0 (usual) to 9 (first).
	Priority *int `json:"priority,omitempty"`
	// QueueCalls is how many callers may wait in the workspace, 0 to 1000 (IN-6).
	QueueCalls *int `json:"queueCalls,omitempty"`
	// QueueSeconds is the longest that a caller may wait, 1 to 7200 (IN-6).
	QueueSeconds int `json:"queueSeconds,omitempty"`
	// AnnounceSeconds is the time between two announcements to a caller who
	// waits; -1 means never, else 10 to 600.
	AnnounceSeconds int `json:"announceSeconds,omitempty"`

	// CallbackKey lets a caller who waits be called back instead; "none"
	// means no.
	CallbackKey string `json:"callbackKey,omitempty"`
	// VoicemailKey lets a caller who waits leave a message; "none" means no.
	VoicemailKey string `json:"voicemailKey,omitempty"`
	// VoicemailOn are the reasons for which a caller is offered to leave a
	// message instead of just being told: notInOperation, noOperator,
	// exceededQueue, abandonedInQueue, ringTimeOver. Only "none" means never.
	VoicemailOn []string `json:"voicemailOn,omitempty"`
	// VoicemailSeconds is the longest message, 10 to 600.
	VoicemailSeconds int `json:"voicemailSeconds,omitempty"`
	// Survey asks the customer for a grade from 1 to 5 after a talk.
	Survey *bool `json:"survey,omitempty"`

	// InboundPerMinute is how many calls a workspace takes in a minute from
	// outside; 0 means any number (MISS-1 inboundRateLimit).
	InboundPerMinute *int `json:"inboundPerMinute,omitempty"`
	// WrapUpSeconds is how long an agent may wrap up; 0 means there is no wrap-up
	// (END-5). At most 3600.
	WrapUpSeconds *int `json:"wrapUpSeconds,omitempty"`
	// JoinMuted lets invited agents join with their microphone off (CALL-4).
	JoinMuted *bool `json:"joinMuted,omitempty"`
	// BlockDays is for how long a caller is blocked whom an agent's protection
	// turned away, 1 to 365 (CALL-7).
	BlockDays int `json:"blockDays,omitempty"`
}

// Strategy orders the candidates of automatic assignment (IN-4).
type Strategy string

// The strategies.
const (
	LongestIdle Strategy = "longestIdle"   // who has been free the longest
	RoundRobin  Strategy = "roundRobin"    // whose last offer is the longest ago
	FewestToday Strategy = "fewestToday"   // who has answered the fewest calls today
	BySkill     Strategy = "skillPriority" // whose skills are the best, then the longest idle
)

// Level is a team that is asked when those before it were in vain.
type Level struct {
	Team string `json:"team"` // "" means everybody in the workspace
	// Rounds is how often each of its candidates is offered the call; 0 means
	// Settings.Rounds.
	Rounds int `json:"rounds,omitempty"`
}

// Hours are operating hours. Times of day are minutes since midnight in the
// workspace's time zone, To excluded and at most 1440; a period that goes past
// midnight is written as two.
type Hours struct {
	// Week has the periods of each day, Sunday first.
	Week Week `json:"week"`
	// Holidays are days on which other periods hold, or none.
	Holidays []Holiday `json:"holidays,omitempty"`
}

// Week has the periods of each weekday, in Go's order: Sunday first.
type Week [7][]Period

// Period is a part of a day.
type Period struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Holiday is one day, as 2026-12-25, and when it is open nevertheless.
type Holiday struct {
	Date    string   `json:"date"`
	Name    string   `json:"name,omitempty"`
	Periods []Period `json:"periods,omitempty"`
}

// Override is what somebody switched by hand. Until is worked out when it is
// switched (Hours.Switch): on outside hours lasts to the end of the next
// period, off inside hours until the next one begins. A zero Until lasts until
// it is taken back.
type Override struct {
	Open  bool      `json:"open"`
	Until time.Time `json:"until,omitzero"`
	By    string    `json:"by,omitempty"` // agent

	less *Override // of a less specific level, for when this one has run out
}

// Plan is what is to happen with one call. The call keeps it: a change of
// settings is for the calls after it.
type Plan struct {
	// Refuse ends the call at once for this reason (MISS-1), after Say; "" lets
	// it go on.
	Refuse MissedReason `json:"refuse,omitempty"`
	// Say is what the caller hears first: the greeting, or why nobody can be had.
	Say []string `json:"say,omitempty"`

	Language  string  `json:"language"`
	Overflow  []Level `json:"overflow"` // at least one; Rounds at least 1
	Automatic bool    `json:"automatic,omitempty"`

	Strategy       Strategy       `json:"strategy,omitempty"`
	Skills         map[string]int `json:"skills,omitempty"`
	AssignSilently bool           `json:"assignSilently,omitempty"`
	RingSeconds    int            `json:"ringSeconds"`

	Priority        int `json:"priority,omitempty"`
	QueueCalls      int `json:"queueCalls"`
	QueueSeconds    int `json:"queueSeconds"`
	AnnounceSeconds int `json:"announceSeconds,omitempty"` // 0 means never

	CallbackKey      string   `json:"callbackKey,omitempty"`
	VoicemailKey     string   `json:"voicemailKey,omitempty"`
	VoicemailOn      []string `json:"voicemailOn,omitempty"`
	VoicemailSeconds int      `json:"voicemailSeconds,omitempty"`
	Survey           bool     `json:"survey,omitempty"`

	Monitored     bool `json:"monitored,omitempty"`
	JoinMuted     bool `json:"joinMuted,omitempty"`
	WrapUpSeconds int  `json:"wrapUpSeconds,omitempty"`
	BlockDays     int  `json:"blockDays,omitempty"`
}

// Facts are what Decide needs to know of a call and the moment.
type Facts struct {
	Now       time.Time
	TimeZone  string // of the workspace, IANA
	Blocked   bool   // the caller is blocked
	PerMinute int    // calls from outside that came to the workspace in the last minute, without this one
}
