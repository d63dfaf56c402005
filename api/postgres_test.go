package api_test

import (
	"strings"
	"testing"

	"ringdesk/testkit/postgres"
)

// onPostgres are the tests that read and write most of what the API asks of a store: lists
// and their counts, search, pages, what is told of another's commit, and what is taken once.
// RINGDESK_TEST_POSTGRES_RUN=. runs all of the package, which takes minutes.
var onPostgres = []string{"SeededInbox", "Timeline", "Bulk", "CloseMissed", "ConversationLists", "ConversationCounts", "Search", "Contacts$", "ImportAndMerge",
	"PagesGive", "LiveSnapshot", "LiveShows", "LiveIsGapFree", "Mention", "TagOfMany", "AuditLog", "UsageSums", "CallFilters", "OwnerLinkOnce", "HoursAreSwitched",
	"Today", "OData[TRAS]", "FigureCalls", "Report$", "DeliveriesComeInPages", "SettingsAreReplaced", "Flows_DP", "SimulateFlows", "WorkflowsAre", "SmsGateway"}

// What the API answers is the same on PostgreSQL.
//
// Covers: OPS-5
func TestOnPostgres_OPS_5(t *testing.T) { postgres.Run(t, "Test("+strings.Join(onPostgres, "|")+")") }
