package models

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"
)

// ConversationFilter says which conversations to list; what is empty does not
// narrow the list down.
type ConversationFilter struct {
	List      string // all, mine, unassigned, mentions, waiting, open, missed, snoozed, closed, team-<id>
	Me        string // the agent whose "mine" and "mentions" it is
	Contact   string
	Kind      string
	Direction string
	Agent     string // the assignee
	Team      string
	Tag       string
	Query     string    // what searched finds
	Reason    string    // missed for it
	From, To  time.Time // when it began: from the first on, before the second

	Oldest  bool // in the other order
	AfterAt Time // the ListedAt of the previous page's last one
	AfterID string
	Limit   int
}

// ListedConversation is a conversation with what its list is in the order of.
type ListedConversation struct {
	Conversation
	ListedAt Time
}

// Plain gives the conversations of a list.
func Plain(listed []ListedConversation) []Conversation {
	cs := make([]Conversation, len(listed))
	for i, c := range listed {
		cs[i] = c.Conversation
	}
	return cs
}

// TeamList is the beginning of the name of a team's list; its id follows.
const TeamList = "team-"

// Conversations lists a page of the inbox.
func (s *Store) Conversations(ctx context.Context, workspace string, f ConversationFilter) ([]ListedConversation, error) {
	db, order, err := s.listed(ctx, workspace, f)
	if err != nil {
		return nil, err
	}
	var cs []ListedConversation
	return cs, paged(db, order, f).Find(&cs).Error
}

// paged puts the rows of a list in order and cuts one page out.
func paged(db *gorm.DB, order string, f ConversationFilter) *gorm.DB {
	after, way := "<", " DESC"
	if f.Oldest || f.List == "waiting" {
		after, way = ">", ""
	}
	if f.AfterID != "" {
		db = db.Where("("+order+" "+after+" ? OR ("+order+" = ? AND conversations.id "+after+" ?))", f.AfterAt, f.AfterAt, f.AfterID)
	}
	return db.Select("conversations.*, " + order + " AS listed_at").Order(order + way + ", conversations.id" + way).Limit(f.Limit)
}

// ConversationIDs gives the ids of all that a list has now, no more than Limit.
func (s *Store) ConversationIDs(ctx context.Context, workspace string, f ConversationFilter) ([]string, error) {
	db, _, err := s.listed(ctx, workspace, f)
	if err != nil {
		return nil, err
	}
	var ids []string
	return ids, db.Limit(f.Limit).Pluck("conversations.id", &ids).Error
}

// listed gives the rows of a list, and the column that it is in the order of.
func (s *Store) listed(ctx context.Context, workspace string, f ConversationFilter) (db *gorm.DB, order string, err error) {
	db = s.read.WithContext(ctx).Table("conversations")
	order = "conversations.updated_at"
	switch {
	case f.List == "mentions":
		db, order = db.Joins("JOIN notices ON notices.conversation_id = conversations.id AND notices.agent_id = ? AND notices.kind = ?", f.Me, NoticeMention), "notices.at"
	case f.List == "waiting":
		db, order = db.Joins("JOIN calls ON calls.conversation_id = conversations.id AND "+waitingCalls, workspace), "calls.queue_rank"
	case !f.From.IsZero() || !f.To.IsZero():
		order = "conversations.created_at"
	}
	if f.Tag != "" {
		if db, err = s.tagged(ctx, db, f.Tag); err != nil {
			return nil, "", err
		}
	}
	db = inList(db.Where("conversations.workspace_id = ?", workspace), f.List, f.Me)
	db, err = s.searched(ctx, narrow(db, f), workspace, f.Query)
	return db, order, err
}

// narrow leaves out what a filter does not want.
func narrow(db *gorm.DB, f ConversationFilter) *gorm.DB {
	for _, is := range []struct{ column, value string }{
		{"contact_id", f.Contact}, {"kind", f.Kind}, {"direction", f.Direction}, {"assignee_id", f.Agent}, {"team_id", f.Team},
	} {
		if is.value != "" {
			db = db.Where("conversations."+is.column+" = ?", is.value)
		}
	}
	// The words of partial indexes (migration 0017).
	if f.Agent != "" {
		db = db.Where("conversations.assignee_id > ''")
	}
	if f.Team != "" {
		db = db.Where("conversations.team_id > ''")
	}
	if f.Kind != "" && f.Kind != "phone" {
		db = db.Where("conversations.kind <> 'phone'")
	}
	if f.Reason != "" {
		db = db.Where("conversations.missed_reason = ? AND conversations.missed_reason <> ''", f.Reason)
	}
	if !f.From.IsZero() {
		db = db.Where("conversations.created_at >= ?", At(f.From))
	}
	if !f.To.IsZero() {
		db = db.Where("conversations.created_at < ?", At(f.To))
	}
	return db
}

// rareTag is how many conversations a tag may have so that they are all read and
// put in order; those of a more frequent one are met soon when the list is read in
// its order.
const rareTag = 2000

func (s *Store) tagged(ctx context.Context, db *gorm.DB, tag string) (*gorm.DB, error) {
	var n int64
	few := s.read.WithContext(ctx).Table("conversation_tags").Select("1").Where("tag = ?", tag).Limit(rareTag)
	if err := s.read.WithContext(ctx).Table("(?) AS few", few).Count(&n).Error; err != nil {
		return nil, err
	}
	if n < rareTag {
		// A cross join is read from the left to the right (https://www.sqlite.org/optoverview.html#crossjoin).
		return db.Table("conversation_tags CROSS JOIN conversations").
			Where("conversation_tags.tag = ? AND conversations.id = conversation_tags.conversation_id", tag), nil
	}
	return db.Where("EXISTS (SELECT 1 FROM conversation_tags t WHERE t.conversation_id = conversations.id AND t.tag = ?)", tag), nil
}

// inList says what stands in a list. Its conditions are those of the indexes in
// migrations 0013, 0015, 0017 and 0049, whose partial ones serve only a query that repeats
// their words. Who is waiting or mentioned is told by the join.
func inList(db *gorm.DB, list, me string) *gorm.DB {
	const inWork = " AND conversations.state IN ('open', 'missed')"
	team, ofTeam := strings.CutPrefix(list, TeamList)
	switch {
	case ofTeam:
		return db.Where("conversations.team_id = ?"+inWork, team)
	case list == "mine":
		return db.Where("conversations.assignee_id = ?"+inWork, me)
	case list == "unassigned":
		return db.Where("conversations.assignee_id IS NULL AND conversations.state = 'open'")
	case list == "open" || list == "missed" || list == "snoozed" || list == "closed":
		return db.Where("conversations.state = ?", list)
	default:
		return db
	}
}

// waitingCalls are the calls in a workspace's queue (IN-6).
const waitingCalls = "calls.live AND calls.queue_rank <> 0 AND calls.workspace_id = ? AND calls.state = 'queued'"
