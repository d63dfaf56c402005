package models

import (
	"context"
	"strings"

	"gorm.io/gorm"
)

// MostCounted is where the counting of a list stops, so that no count reads a
// whole list.
const MostCounted = 1000

// ListCounts says how many conversations stand in each list that is the same for
// everybody; MostCounted stands for that many or more.
type ListCounts struct {
	All, Unassigned, Open, Waiting, Missed, Snoozed, Closed int
	Teams                                                   map[string]int // by id
}

// OwnCounts are those of an agent's own lists.
type OwnCounts struct {
	Mine     int
	Mentions int // that they have not read
}

// CountLists counts what Conversations lists.
func (s *Store) CountLists(ctx context.Context, workspace string) (ListCounts, error) {
	n := ListCounts{Teams: map[string]int{}}
	names := []string{"all", "unassigned", "open", "missed", "snoozed", "closed"}
	var teams []string
	if err := s.read.WithContext(ctx).Table("teams").Where("workspace_id = ?", workspace).Pluck("id", &teams).Error; err != nil {
		return n, err
	}
	for _, id := range teams {
		names = append(names, TeamList+id)
	}
	counts, err := s.count(ctx, workspace, "", names)
	if err != nil {
		return n, err
	}
	n.All, n.Unassigned, n.Open, n.Missed, n.Snoozed, n.Closed = counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]
	for i, id := range teams {
		n.Teams[id] = counts[6+i]
	}
	return n, s.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM (SELECT 1 FROM calls WHERE "+waitingCalls+" LIMIT ?) AS waiting", workspace, MostCounted).Scan(&n.Waiting).Error
}

// CountOwn counts an agent's own lists.
func (s *Store) CountOwn(ctx context.Context, workspace, agent string) (OwnCounts, error) {
	counts, err := s.count(ctx, workspace, agent, []string{"mine"})
	if err != nil {
		return OwnCounts{}, err
	}
	n := OwnCounts{Mine: counts[0]}
	return n, s.read.WithContext(ctx).Raw(`SELECT COUNT(*) FROM (SELECT 1 FROM notices WHERE agent_id = ? AND kind = ? AND read_at IS NULL AND workspace_id = ? LIMIT ?) AS unread`,
		agent, NoticeMention, workspace, MostCounted).Scan(&n.Mentions).Error
}

// count counts lists in one statement.
func (s *Store) count(ctx context.Context, workspace, me string, lists []string) ([]int, error) {
	parts, few := make([]string, len(lists)), make([]any, len(lists))
	for i, list := range lists {
		var rows *gorm.DB = s.read.Table("conversations").Select("1").Where("conversations.workspace_id = ?", workspace)
		parts[i], few[i] = "SELECT COUNT(*) FROM (?) AS listed", inList(rows, list, me).Limit(MostCounted)
	}
	var counts []int
	return counts, s.read.WithContext(ctx).Raw(strings.Join(parts, " UNION ALL "), few...).Scan(&counts).Error
}
