package flows_test

import (
	"testing"

	"ringdesk/testkit/postgres"
)

// What is done here holds on PostgreSQL, too.
//
// Covers: OPS-5
func TestOnPostgres_OPS_5(t *testing.T) { postgres.RunAll(t) }
