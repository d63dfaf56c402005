package exchange

import (
	"context"
	"time"

	"ringdesk/controller/provision"
	"ringdesk/models"
)

// Store is what the Exchange needs of the database. OnModels makes one of the
// real database; a simulation brings its own.
type Store interface {
	provision.Store

	// Tx runs do in a transaction: an error of do undoes it.
	Tx(ctx context.Context, do func(Tx) error) error
	CallsOwnedBy(ctx context.Context, controller string) ([]models.Call, error)
	CallsNotOwnedBy(ctx context.Context, controller string) ([]models.Call, error)
	CallOwner(ctx context.Context, workspace, call string) (string, error)
	LastOwner(ctx context.Context, workspace, call string) (string, error)
	Participants(ctx context.Context, calls ...string) (map[string][]models.Participant, error)
	Claims(ctx context.Context) ([]models.Claim, error)
	Sounds(ctx context.Context, workspace string) ([]models.Sound, error)
	AgentFree(ctx context.Context, workspace string, now time.Time) (bool, error)
	Overdue(ctx context.Context, now time.Time) (bool, error)
	AheadInQueue(ctx context.Context, workspace, team string, rank int64, call string) (int, error)
	QueuePace(ctx context.Context, workspace, team string, now time.Time) (talk time.Duration, agents int, err error)
	FreeAgents(ctx context.Context, workspace, team string, now time.Time) (int, error)
	FlowProgram(ctx context.Context, workspace string, version int) (string, error)
}

// Tx is one transaction of a Store.
type Tx interface {
	searchRows
	callRows
	ownerRows
	agentRows
	intakeRows
	outboundRows
}

// searchRows are what finding agents reads and writes.
type searchRows interface {
	CallableAgents(f models.CallableFilter, now time.Time) ([]models.AgentState, error)
	AgentState(workspace, id string) (models.AgentState, error)
	WaitingBefore(workspace string, rank int64, call string) ([]models.Waiting, error)
	WaitingCount(workspace, except string) (int, error)
	Claim(account, call string, now time.Time) (bool, error)
	ClaimSecond(account, call string) (bool, error)
	MarkOffered(agent string, now time.Time) error
}

// callRows are a call's own rows.
type callRows interface {
	AddCall(c models.Call) error
	SaveCall(c models.Call, was *models.Call) error
	AddParticipants(ps []models.Participant) error
	PutParticipants(ps []models.Participant) error
	AddJournal(es []models.JournalEntry) error
	UpdateConversation(workspace, id string, u models.ConversationUpdate) error
	TagConversation(workspace, conversation, tag string) error
	Team(workspace, id string) (models.Team, error)
	AddRecording(r models.Recording) error
	UpdateRecording(r models.Recording, u models.RecordingUpdate) error
	AddTrack(t models.Track) error
	UpdateTrack(id string, u models.TrackUpdate) error
	AddTask(kind, subject string, due time.Time) error
}

// ownerRows are which controller runs which calls.
type ownerRows interface {
	RenewController(id string, until time.Time) error
	DropControllers() error
	TakeCalls(owner string, now time.Time) ([]models.Call, error)
}

// agentRows are who is bound to which call, and what agents have done.
type agentRows interface {
	ReleaseStale() error
	Occupy(account, call string) (left string, err error)
	ClaimOf(account string) (models.Claim, bool, error)
	Release(account, call string) error
	MarkIdle(account string, now time.Time) error
	MarkAnswered(agent, day string) error
	StartWrapUp(w models.WrapUp) error
	EndOverdue(now time.Time) error
	PhonesAwaited(workspace string, started time.Time) (bool, error)
}

// intakeRows are what decides about a call from outside.
type intakeRows interface {
	Number(number string) (models.Number, models.Workspace, error)
	TrunkIDs(workspace string) ([]string, error)
	KnownNumber(workspace string, readings []string) (string, error)
	ContactOfCaller(workspace string, who models.Caller, now models.Time) (models.FullContact, error)
	AddConversation(c models.Conversation) error
	RoutingOf(number string) (workspaceJSON, teamJSON, numberJSON string, err error)
	Blocked(workspace, number string, now time.Time) (bool, error)
	Block(b models.Block) error
	AddAudit(e models.AuditEntry, changes []models.AuditChange) error
	CallsSince(workspace string, since time.Time) (int, error)
	FlowProgram(workspace string, version int) (string, error)
	ContactTags(workspace, contact string) ([]string, error)
}

// outboundRows are what decides about an outbound call, and what it uses.
type outboundRows interface {
	Workspace(id string) (models.Workspace, error)
	Contact(workspace, id string) (models.FullContact, error)
	MissedCall(workspace, id string) (models.Call, error)
	HandleMissed(workspace, call, agent string, now time.Time) (bool, error)
	UnhandleMissed(workspace, call string) error
	OutboundFacts(workspace, agent string, now, dayFrom, dayTo time.Time) (models.OutboundFacts, error)
	AddOutbound(c models.OutboundCall) error
	SetOutboundTrunk(call, trunk string) error
	EndOutbound(call string, answered, ended time.Time) (models.Usage, error)
}

var _ Tx = (*models.Tx)(nil)

// OnModels is the real database.
func OnModels(s *models.Store) Store { return database{s} }

type database struct{ *models.Store }

func (d database) Tx(ctx context.Context, do func(Tx) error) error {
	return d.Store.Tx(ctx, func(tx *models.Tx) error { return do(tx) })
}
