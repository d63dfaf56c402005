package models

import (
	"context"
	"fmt"
	"time"
)

// Usage is the ledger's entry of one outbound call (OUT-7). Entries are
// written once and never changed: a later change of rates is for later calls.
type Usage struct {
	CallID      string `gorm:"primaryKey"`
	WorkspaceID string
	AgentID     string
	TrunkID     string
	NumberID    string
	Prefix      string // of the rate; "" where no rate is about the number
	Country     string
	Emergency   bool
	StartedAt   Time
	Seconds     int64 // of talk, each one that began; 0 when nobody answered
	ChargeMCU   int64 `gorm:"column:charge_mcu"` // thousandths of a CU
	RateMCU     int64 `gorm:"column:rate_mcu"`   // for each minute
	Increment   int   // seconds
}

func (Usage) TableName() string { return "usage" }

// usage is what the call has cost.
func (c OutboundCall) usage(answered, ended time.Time) Usage {
	var talk time.Duration
	if !answered.IsZero() {
		talk = max(ended.Sub(answered), 0)
	}
	return Usage{CallID: c.CallID, WorkspaceID: c.WorkspaceID, AgentID: c.AgentID, TrunkID: c.TrunkID, NumberID: c.NumberID,
		Prefix: c.Prefix, Country: c.Country, Emergency: c.Emergency, StartedAt: c.StartedAt,
		Seconds: int64((talk + time.Second - 1) / time.Second), ChargeMCU: Charge(c.RateMCU, talk, c.Increment),
		RateMCU: c.RateMCU, Increment: c.Increment}
}

// UsageBy is what a sum of the ledger is made for.
type UsageBy string

// What sums can be made for.
const (
	UsageByWorkspace UsageBy = "workspace"
	UsageByAgent     UsageBy = "agent"
	UsageByTrunk     UsageBy = "trunk"
	UsageByNumber    UsageBy = "number"
	UsageByCountry   UsageBy = "country"
)

var usageColumns = map[UsageBy]string{UsageByWorkspace: "workspace_id", UsageByAgent: "agent_id", UsageByTrunk: "trunk_id",
	UsageByNumber: "number_id", UsageByCountry: "country"}

// UsageSum is a sum of the ledger.
type UsageSum struct {
	Key       string // id of the agent, trunk, … or the country
	Calls     int64
	Answered  int64
	Seconds   int64
	ChargeMCU int64 `gorm:"column:charge_mcu"`
}

// UsageSums sums the ledger up over the calls that began from from until
// before to, ordered by key. For a day give its bounds in the workspace's time
// zone.
func (s *Store) UsageSums(ctx context.Context, workspace string, by UsageBy, from, to time.Time) ([]UsageSum, error) {
	column, ok := usageColumns[by]
	if !ok {
		return nil, fmt.Errorf("models: no sums by %q", by)
	}
	var sums []UsageSum
	err := s.read.WithContext(ctx).Raw("SELECT "+column+` AS key, COUNT(*) AS calls, SUM(CASE WHEN seconds > 0 THEN 1 ELSE 0 END) AS answered,
		SUM(seconds) AS seconds, SUM(charge_mcu) AS charge_mcu FROM usage
		WHERE workspace_id = ? AND started_at >= ? AND started_at < ? GROUP BY `+column+" ORDER BY "+column,
		workspace, At(from), At(to)).Scan(&sums).Error
	return sums, err
}

// Usage finds the ledger's entry of a call.
func (s *Store) Usage(ctx context.Context, workspace, call string) (Usage, error) {
	return one[Usage](s.read.WithContext(ctx), "workspace_id = ? AND call_id = ?", workspace, call)
}
