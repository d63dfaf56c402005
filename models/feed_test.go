package models_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm/schema"

	"ringdesk/models"
)

// Whatever is kept of calls and agents' parts can be read by other programs, too.
//
// Covers: STAT-5.
func TestFeedHasAllFacts(t *testing.T) {
	naming := schema.NamingStrategy{}
	for _, of := range []struct {
		fact  any
		table *models.FeedTable
	}{{models.CallFact{}, models.FeedCalls}, {models.AgentFact{}, models.FeedAgentCalls}} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(of.fact)) {
			name := naming.ColumnName("", field.Name)
			if field.Name == "WorkspaceID" {
				continue
			}
			if !slices.ContainsFunc(of.table.Columns, func(c models.FeedColumn) bool { return strings.EqualFold(c.Name, alias(name)) }) {
				t.Errorf("%s has no %s", of.table.Name, alias(name))
			}
		}
	}
}

// alias is what a column is called in the feed.
func alias(column string) string {
	name := strings.ReplaceAll(column, "_", "")
	for from, to := range map[string]string{"invitedby": "invitedById", "end": "endedAs", "waitms": "firstResponseMs"} {
		if name == from {
			return to
		}
	}
	return name
}
