package odata

import (
	"slices"
	"strings"

	"ringdesk/controller/rawdata"
	"ringdesk/controller/stats"
	"ringdesk/models"
)

// namespace is that of the types.
const namespace = "ringdesk"

// entitySet is a set of rows with the name of their type.
type entitySet struct {
	table *models.FeedTable
	kind  string // the entity type
	about string
	navs  []navigation
}

// navigation leads from a row to rows of another set: to those whose columns theirs are
// the same as columns of the row.
type navigation struct {
	name   string
	to     string // entity set
	many   bool
	column string // of the row
	theirs string
}

var entitySets = []*entitySet{
	{models.FeedCalls, "Call", "One row for each call that has ended.", []navigation{
		{"agent", "Agents", false, "agentId", "agentId"}, {"assignee", "Agents", false, "assigneeId", "agentId"}, {"team", "Teams", false, "teamId", "teamId"},
		{"businessNumber", "Numbers", false, "numberId", "numberId"}, {"parts", "AgentCalls", true, "callId", "callId"}}},
	{models.FeedAgentCalls, "AgentCall", "One row for each part that an agent had in a call: from when their phone rang or they came in, until they were out.", []navigation{
		{"agent", "Agents", false, "agentId", "agentId"}, {"call", "Calls", false, "callId", "callId"}, {"team", "Teams", false, "teamId", "teamId"},
		{"businessNumber", "Numbers", false, "numberId", "numberId"}}},
	{models.FeedAgents, "Agent", "The agents, also those who have left.", nil},
	{models.FeedTeams, "Team", "The teams of today.", nil},
	{models.FeedNumbers, "BusinessNumber", "The business numbers of today.", nil},
	{models.FeedDaily, "DailySum", "Sums of the calls that began on a day, by number, team, kind and direction, as the reports have them.", []navigation{
		{"team", "Teams", false, "teamId", "teamId"}, {"businessNumber", "Numbers", false, "numberId", "numberId"}}},
}

func setNamed(name string) *entitySet {
	for _, s := range entitySets {
		if s.table.Name == name {
			return s
		}
	}
	return nil
}

func (s *entitySet) navigation(name string) *navigation {
	for i := range s.navs {
		if s.navs[i].name == name {
			return &s.navs[i]
		}
	}
	return nil
}

// setNames are the names of all sets, for sentences.
func setNames() string {
	var names []string
	for _, s := range entitySets {
		names = append(names, s.table.Name)
	}
	return strings.Join(names, ", ")
}

// edmTypes are OData's names of the kinds.
var edmTypes = map[models.FeedKind]string{models.FeedText: "Edm.String", models.FeedWhole: "Edm.Int64", models.FeedFraction: "Edm.Double",
	models.FeedTruth: "Edm.Boolean", models.FeedMoment: "Edm.DateTimeOffset", models.FeedDay: "Edm.Date", models.FeedSpan: "Edm.Duration"}

// meaning is what a property means.
type meaning struct{ en, ko string }

// own are the meanings of properties that no export has.
var own = map[string]string{
	"callId": "The call.", "conversationId": "The conversation that it belongs to.", "day": "The day on which the call began, in the workspace's time zone.",
	"hour": "The hour of that day, 0 to 23.", "numberId": "The business number.", "teamId": "The team that it waited for or was answered in; null for everybody.",
	"assigneeId": "Whose the conversation is today.", "invitedById": "The colleague who called them in.", "callStartedAt": "When the call began.", "agentId": "The agent.", "contactId": "The contact.",
	"createdAt": "When it was made.", "name": "Its name today.",
	"role": "owner, admin or agent.", "seat": "Has an operator seat: may take calls.", "active": "Has neither left nor been suspended.", "label": "What the business calls it.",
	"recorded": "Its calls are recorded.", "id": "Tells the rows apart.", "kind": "phone, voice or video.", "direction": "inbound or outbound.",
	"number": "The business number, as +8215880000.", "numberLabel": "What the business calls the number.", "teamName": "The team's name today.",
	"firstResponseMs": "From the beginning of answered calls to their first answer, in ms.",
	"queueMs":         "Waiting in the queue, in ms.", "dialMs": "Calling customers until they answered, in ms.", "totalMs": "From start to end, in ms.", "ringMs": "Time in which agents' phones rang, in ms.",
	"wraps":    "Answered calls whose conversation was closed.",
	"wrapUpMs": "From the end of answered calls until their conversation was first closed, in ms.",
	"gradeSum": "Sum of the grades.", "answeredWithinLevel": "Inbound calls that were answered within 20 s of waiting.",
	"answeredWithinLevelOfRing": "Inbound calls that were answered within 20 s of the first ring.",
}

// exported are the names that an export's columns have, where it is another one.
var exported = map[string]string{"fromNumber": "from", "toNumber": "to", "contactName": "contact", "assigneeName": "assignee", "agentName": "agent",
	"teamName": "team", "invitedByName": "invitedBy", "endedAs": "end", "voicemail": "voicemailLeft"}

// means says what a property means: as reports define it, as exports say, or by itself.
func (s *entitySet) means(property string) meaning {
	if s.table == models.FeedDaily {
		if i := slices.IndexFunc(stats.Definitions, func(d stats.Definition) bool { return d.Key == property }); i >= 0 && property != "firstResponseMs" && property != "wrapUpMs" {
			d := stats.Definitions[i]
			return meaning{d.En + ": " + d.FormulaEn, d.Ko + ": " + d.FormulaKo}
		}
		return meaning{en: own[property]}
	}
	key, isTime := strings.CutSuffix(property, "Ms")
	if name, ok := exported[key]; ok {
		key = name
	}
	columns := map[*models.FeedTable][]rawdata.Column{models.FeedCalls: rawdata.CallColumns(), models.FeedAgentCalls: rawdata.PartColumns()}[s.table]
	i := slices.IndexFunc(columns, func(c rawdata.Column) bool { return c.Key == key })
	if own[property] != "" || i < 0 {
		return meaning{en: own[property]}
	}
	m := meaning{strings.ToUpper(columns[i].En[:1]) + columns[i].En[1:], columns[i].Ko}
	if isTime {
		m = meaning{m.en + ", in ms", m.ko + " (ms)"}
	}
	return meaning{m.en + ".", m.ko}
}
