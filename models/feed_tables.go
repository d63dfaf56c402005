package models

// FeedKind is what the values of a feed's column are.
type FeedKind int

// The kinds of values. A moment is kept in microseconds, a span likewise, a day as text
// such as 2026-11-27.
const (
	FeedNull FeedKind = iota
	FeedText
	FeedWhole
	FeedFraction
	FeedTruth
	FeedMoment
	FeedDay
	FeedSpan
)

// FeedColumn is a column that other programs may ask for.
type FeedColumn struct {
	Name     string
	Kind     FeedKind
	Nullable bool
	sql      string
	of       string // the function that makes it of the sql; "" means none
}

// FeedTable is a set of rows that other programs may ask for (STAT-5).
type FeedTable struct {
	Name    string
	Key     []string
	Columns []FeedColumn
	// Windows are the columns by which a period is told, the usual one first; without one
	// the set is small and has no period.
	Windows []string
	from    string
	joins   []feedJoin
	// inner says that from takes the workspace and the days of the period itself.
	inner     bool
	workspace string // column
}

// feedJoin adds a table that names what only an id stands for, or another fact. It is left
// out where none of its columns is asked for: SQLite would read it for every row of a sum.
type feedJoin struct{ alias, text string }

// joinsHere stands where the joins come in.
const joinsHere = "{joins}"

// Column finds a column by its name.
func (t *FeedTable) Column(name string) (FeedColumn, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return FeedColumn{}, false
}

// Level is how many seconds the figures answeredWithinLevel of FeedDaily are about.
const Level = 20

func text(name, sql string) FeedColumn { return FeedColumn{Name: name, Kind: FeedText, sql: sql} }
func whole(name, sql string) FeedColumn {
	return FeedColumn{Name: name, Kind: FeedWhole, sql: sql}
}
func truth(name, sql string) FeedColumn {
	return FeedColumn{Name: name, Kind: FeedTruth, sql: sql}
}
func moment(name, sql string) FeedColumn {
	return FeedColumn{Name: name, Kind: FeedMoment, sql: sql}
}

// some is a text that may be missing: it stands as "" in the table.
func some(name, sql string) FeedColumn {
	return FeedColumn{Name: name, Kind: FeedText, Nullable: true, sql: "NULLIF(" + sql + ", '')"}
}

// maybe is the same column, which may be NULL.
func maybe(c FeedColumn) FeedColumn {
	c.Nullable = true
	return c
}

// made is a column that a function makes of another.
func made(name string, kind FeedKind, of, sql string) FeedColumn {
	return FeedColumn{Name: name, Kind: kind, sql: sql, of: of}
}

// FeedCalls has a row for each call that has ended.
var FeedCalls = &FeedTable{
	Name: "Calls", Key: []string{"callId"}, Windows: []string{"startedAt"}, workspace: "f.workspace_id",
	from: "call_facts f" + joinsHere,
	joins: []feedJoin{{"c.", "LEFT JOIN calls c ON c.id = f.call_id"}, {"n.", "LEFT JOIN numbers n ON n.id = f.number_id"}, {"o.", "LEFT JOIN contacts o ON o.id = f.contact_id"},
		{"a.", "LEFT JOIN agents a ON a.id = f.agent_id"}, {"v.", "LEFT JOIN conversations v ON v.id = f.conversation_id"},
		{"s.", "LEFT JOIN agents s ON s.id = (SELECT w.assignee_id FROM conversations w WHERE w.id = f.conversation_id)"}, {"t.", "LEFT JOIN teams t ON t.id = f.team_id"}},
	Columns: []FeedColumn{
		text("callId", "f.call_id"), text("conversationId", "f.conversation_id"), text("kind", "f.kind"), text("direction", "f.direction"),
		text("state", "f.state"), text("outcome", "f.outcome"), some("missedReason", "f.missed_reason"), some("endedBy", "f.ended_by"),
		moment("startedAt", "f.started_at"), made("day", FeedDay, "date", "f.started_at"), made("hour", FeedWhole, "hour", "f.started_at"),
		maybe(moment("waitedAt", "f.waited_at")), maybe(moment("rangAt", "f.rang_at")), maybe(moment("answeredAt", "f.answered_at")),
		moment("endedAt", "f.ended_at"), maybe(moment("closedAt", "f.closed_at")),
		some("fromNumber", "c.from_number"), some("toNumber", "c.to_number"),
		some("numberId", "f.number_id"), some("number", "n.number"), some("numberLabel", "n.label"),
		some("contactId", "f.contact_id"), some("contactName", "o.name"), some("agentId", "f.agent_id"), some("agentName", "a.name"),
		maybe(text("assigneeId", "v.assignee_id")), some("assigneeName", "s.name"), some("teamId", "f.team_id"), some("teamName", "t.name"),
		whole("greetingMs", "f.greeting_ms"), whole("queueMs", "f.queue_ms"), whole("ringMs", "f.ring_ms"), whole("dialMs", "f.dial_ms"),
		whole("talkMs", "f.talk_ms"), whole("voicemailMs", "f.voicemail_ms"), whole("surveyMs", "f.survey_ms"), whole("totalMs", "f.total_ms"),
		whole("holdMs", "f.hold_ms"), whole("firstResponseMs", "f.wait_ms"), maybe(whole("wrapUpMs", "((f.closed_at - f.ended_at) / 1000)")),
		whole("offers", "f.offers"), whole("invitations", "f.invitations"), whole("transfers", "f.transfers"), whole("holds", "f.holds"),
		truth("callbackAsked", "f.callback_asked"), truth("voicemail", "f.voicemail"), maybe(whole("grade", "NULLIF(f.grade, 0)")),
	},
}

// FeedAgentCalls has a row for each part that an agent had in a call that has ended.
var FeedAgentCalls = &FeedTable{
	Name: "AgentCalls", Key: []string{"callId", "part"}, Windows: []string{"callStartedAt", "startedAt"}, workspace: "p.workspace_id",
	from:  "call_facts f JOIN agent_facts p ON p.call_id = f.call_id" + joinsHere,
	joins: []feedJoin{{"a.", "LEFT JOIN agents a ON a.id = p.agent_id"}, {"i.", "LEFT JOIN agents i ON i.id = p.invited_by"}, {"t.", "LEFT JOIN teams t ON t.id = f.team_id"}},
	Columns: []FeedColumn{
		text("callId", "p.call_id"), whole("part", "p.part"), text("agentId", "p.agent_id"), some("agentName", "a.name"),
		text("way", "p.way"), some("invitedById", "p.invited_by"), some("invitedByName", "i.name"), truth("answered", "p.answered"), some("endedAs", "p.ended_as"),
		moment("callStartedAt", "f.started_at"), made("day", FeedDay, "date", "f.started_at"), made("hour", FeedWhole, "hour", "f.started_at"),
		moment("startedAt", "p.started_at"), maybe(moment("joinedAt", "p.joined_at")), maybe(moment("leftAt", "p.left_at")),
		text("kind", "f.kind"), text("direction", "f.direction"), some("numberId", "f.number_id"), some("teamId", "f.team_id"), some("teamName", "t.name"),
		whole("ringMs", "p.ring_ms"), whole("dialMs", "p.dial_ms"), whole("talkMs", "p.talk_ms"), whole("holdMs", "p.hold_ms"),
		maybe(moment("wrapUpAt", "p.wrap_up_at")), maybe(whole("wrapUpMs", "CASE WHEN p.wrap_up_end <> '' THEN p.wrap_up_ms END")), some("wrapUpEnd", "p.wrap_up_end"),
	},
}

// FeedAgents, FeedTeams and FeedNumbers say what the ids in the others are called today.
var (
	FeedAgents = &FeedTable{Name: "Agents", Key: []string{"agentId"}, workspace: "a.workspace_id", from: "agents a",
		Columns: []FeedColumn{text("agentId", "a.id"), text("name", "a.name"), text("role", "a.role"), truth("seat", "a.seat"),
			truth("active", "(a.removed_at IS NULL AND a.suspended_at IS NULL)"), moment("createdAt", "a.created_at")}}
	FeedTeams = &FeedTable{Name: "Teams", Key: []string{"teamId"}, workspace: "t.workspace_id", from: "teams t",
		Columns: []FeedColumn{text("teamId", "t.id"), text("name", "t.name"), moment("createdAt", "t.created_at")}}
	FeedNumbers = &FeedTable{Name: "Numbers", Key: []string{"numberId"}, workspace: "n.workspace_id", from: "numbers n",
		Columns: []FeedColumn{text("numberId", "n.id"), text("number", "n.number"), some("label", "n.label"), truth("recorded", "n.record"), moment("createdAt", "n.created_at")}}
)

// FeedDaily has the sums of each day by number, team, kind and direction, as reports
// have them.
var FeedDaily = &FeedTable{
	Name: "Daily", Key: []string{"id"}, Windows: []string{"day"}, workspace: "d.workspace_id", inner: true,
	from: `(SELECT h.workspace_id, h.day, h.number_id, h.team_id, h.kind, h.direction, ` + sumsOf("calls", "answered", "missed", "waited", "short_abandons",
		"talk_ms", "hold_ms", "first_response_ms", "ring_ms", "dial_ms", "queue_ms", "total_ms", "wraps", "wrap_ms", "transfers", "invitations", "callbacks", "grades", "grade_sum", "voicemails") +
		`(SELECT COALESCE(SUM(w.waits), 0) FROM wait_sums w WHERE ` + sameSlot + `) AS within_level,
		(SELECT COALESCE(SUM(w.rings), 0) FROM wait_sums w WHERE ` + sameSlot + `) AS within_ring
		FROM hour_sums h WHERE h.workspace_id = ? AND h.day >= ? AND h.day < ?
		GROUP BY h.workspace_id, h.day, h.number_id, h.team_id, h.kind, h.direction HAVING SUM(h.calls) > 0) d
		LEFT JOIN numbers n ON n.id = d.number_id LEFT JOIN teams t ON t.id = d.team_id`,
	Columns: []FeedColumn{
		{Name: "day", Kind: FeedDay, sql: "d.day"}, text("id", "(d.day || '.' || d.direction || '.' || d.kind || '.' || d.number_id || '.' || d.team_id)"), text("kind", "d.kind"), text("direction", "d.direction"),
		some("numberId", "d.number_id"), some("number", "n.number"), some("numberLabel", "n.label"), some("teamId", "d.team_id"), some("teamName", "t.name"),
		sum("calls"), sum("answered"), sum("missed"), sum("waited"), sum("short_abandons", "shortAbandons"),
		sum("talk_ms", "talkMs"), sum("hold_ms", "holdMs"), sum("first_response_ms", "firstResponseMs"), sum("ring_ms", "ringMs"), sum("dial_ms", "dialMs"), sum("queue_ms", "queueMs"),
		sum("total_ms", "totalMs"), sum("wraps"), sum("wrap_ms", "wrapUpMs"), sum("transfers"), sum("invitations"), sum("callbacks"), sum("voicemails"), sum("grades"),
		sum("grade_sum", "gradeSum"), sum("within_level", "answeredWithinLevel"), sum("within_ring", "answeredWithinLevelOfRing"),
	},
}

// FeedTables are all of them.
var FeedTables = []*FeedTable{FeedCalls, FeedAgentCalls, FeedAgents, FeedTeams, FeedNumbers, FeedDaily}
