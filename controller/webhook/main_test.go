package webhook_test

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"ringdesk/controller/webhook"
	"ringdesk/models"
	"ringdesk/testkit/postgres"
)

// What is done here holds on PostgreSQL, too.
//
// Covers: OPS-5
func TestOnPostgres_OPS_5(t *testing.T) { postgres.RunAll(t) }

// senderPlace names the database of a process that only sends, which a test kills.
const senderPlace = "RINGDESK_TEST_SENDER"

func TestMain(m *testing.M) {
	if place := os.Getenv(senderPlace); place != "" {
		os.Exit(send(place))
	}
	os.Exit(m.Run())
}

// send tells webhooks of calls until it is killed.
func send(place string) int {
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	store, err := models.Open(place)
	if err != nil {
		log.Error("no database", "error", err)
		return 1
	}
	s := webhook.NewSender(webhook.Options{Store: store, Log: log, Guard: webhook.Guard{Allow: []string{"127.0.0.1"}}, Owner: "one", Now: time.Now})
	if err := s.Run(context.Background()); err != nil {
		log.Error("it has ended", "error", err)
	}
	return 1
}
