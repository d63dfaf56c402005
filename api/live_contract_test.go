package api_test

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// checkMessage fails the test when a live message is not as openapi.yaml says.
func checkMessage(t testing.TB, raw []byte) {
	if err := conforms("LiveMessage", raw); err != nil {
		t.Errorf("a live message is not as openapi.yaml says: %v\n%s", err, raw)
	}
}

// conforms holds a message against a schema of the contract.
func conforms(schema string, raw []byte) error {
	doc, err := contract()
	if err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	return doc.Components.Schemas[schema].Value.VisitJSON(v, openapi3.VisitAsResponse())
}

// The live messages' schemas must refuse what no browser could read; every message that a test's browser gets is
// held against them by checkMessage.
func TestLiveContract(t *testing.T) {
	const (
		note = `{"id":"n","conversationId":"c","author":{"id":"a","name":"A"},"text":"hi","mentions":[],"createdAt":"2026-11-23T01:01:00Z"}`
		team = `{"id":"t","name":"Night"}`
	)
	for name, tc := range map[string]struct {
		schema, message string
		fits            bool
	}{
		"a note":                       {"LiveMessage", `{"type":"event","seq":2,"topic":"note","data":` + note + `}`, true},
		"a resync":                     {"LiveMessage", `{"type":"resync"}`, true},
		"the phone is elsewhere":       {"LiveMessage", `{"type":"phone","ready":false,"elsewhere":true}`, true},
		"the phone is here":            {"LiveMessage", `{"type":"phone","ready":true,"elsewhere":false}`, false},
		"no type":                      {"LiveMessage", `{"seq":2,"topic":"note","data":` + note + `}`, false},
		"a type of no schema":          {"LiveMessage", `{"type":"weather"}`, false},
		"an event without a number":    {"LiveMessage", `{"type":"event","topic":"note","data":` + note + `}`, false},
		"numbers begin with 1":         {"LiveMessage", `{"type":"event","seq":0,"topic":"note","data":` + note + `}`, false},
		"a topic of no schema":         {"LiveMessage", `{"type":"event","seq":2,"topic":"team","data":` + team + `}`, false},
		"another topic's data":         {"LiveMessage", `{"type":"event","seq":2,"topic":"call","data":` + note + `}`, false},
		"a snapshot of nothing":        {"LiveMessage", `{"type":"snapshot","seq":1}`, false},
		"a heartbeat":                  {"LiveClientMessage", `{"type":"heartbeat"}`, true},
		"a phone that is ready":        {"LiveClientMessage", `{"type":"phone","phone":"p","ready":true}`, true},
		"a phone that does not say":    {"LiveClientMessage", `{"type":"phone","phone":"p"}`, false},
		"what only the server may say": {"LiveClientMessage", `{"type":"resync"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := conforms(tc.schema, []byte(tc.message)); (err == nil) != tc.fits {
				t.Errorf("%s fits %s: %v, want %v (%v)", tc.message, tc.schema, err == nil, tc.fits, err)
			}
		})
	}
}
