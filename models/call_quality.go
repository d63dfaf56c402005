package models

import "context"

// CallQuality is how the sound was for one participant of a call, as their browser
// measured it.
type CallQuality struct {
	CallID        string `gorm:"primaryKey"`
	ParticipantID string `gorm:"primaryKey"`
	WorkspaceID   string
	At            Time
	Seconds       int // that were measured; the others are parts of them
	FairSeconds   int
	BadSeconds    int
	SilentSeconds int // nothing came though something should have
	Codec         string
	RTTMS         int     `gorm:"column:rtt_ms"` // mean round trip between browser and engine
	Received      Packets `gorm:"embedded;embeddedPrefix:received_"`
	Sent          Packets `gorm:"embedded;embeddedPrefix:sent_"`
}

// Packets are how one direction's came through.
type Packets struct {
	Packets  int // that were sent
	Lost     int
	JitterMS int `gorm:"column:jitter_ms"` // mean
}

// TableName is the name of the table of CallQuality.
func (CallQuality) TableName() string { return "call_quality" }

// PutCallQuality writes a participant's report in place of an earlier one.
func (t *Tx) PutCallQuality(q CallQuality) error {
	return t.db.Save(&q).Error
}

// CallQuality lists the reports of a call.
func (s *Store) CallQuality(ctx context.Context, workspace, call string) ([]CallQuality, error) {
	var qs []CallQuality
	return qs, s.read.WithContext(ctx).Where("workspace_id = ? AND call_id = ?", workspace, call).Order("participant_id").Find(&qs).Error
}
