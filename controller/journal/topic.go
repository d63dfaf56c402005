package journal

// Topic is what kind of thing a change is about. Screens are told of it by the
// entity's id.
type Topic string

// The topics.
const (
	TopicAgent        Topic = "agent"
	TopicBlock        Topic = "block"
	TopicBulk         Topic = "bulk"
	TopicCall         Topic = "call"
	TopicContact      Topic = "contact"
	TopicConversation Topic = "conversation"
	TopicFlow         Topic = "flow" // the versions of a workspace's flows; its id is the workspace's
	TopicNote         Topic = "note"
	TopicNotice       Topic = "notice" // told to its agent only
	TopicNumber       Topic = "number"
	TopicTag          Topic = "tag"
	TopicTask         Topic = "task" // of no workspace: screens show none
	TopicTeam         Topic = "team"
	TopicTrunk        Topic = "trunk"
	TopicWebhook      Topic = "webhook" // of no workspace: screens show none
	TopicWorkspace    Topic = "workspace"
	TopicWrapUp       Topic = "wrapUp" // one has ended; its id is its call's. Of no workspace: screens show none

	// TopicMe is a person's own account and agent, told to nobody else. No change is
	// stored under it: it follows from TopicAgent.
	TopicMe Topic = "me"
)
