package api_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/turn"
)

// A session is told of the servers that help its sound through NAT, with credentials
// of its own that end; nobody else is.
//
// Covers: SEC-5.
func TestICEServers_SEC_5(t *testing.T) {
	const secret = "wq7GmZ2pTx9LkR4v"
	e := start(t, func(o *api.Options) {
		o.ICE = api.ICE{STUN: []string{"stun:stun.moa.example"}, TURN: []string{"turn:turn.moa.example:3478"}, TURNSecret: secret}
	})
	e.nobody().do("GET", "/ice-servers", "").problem(401, api.ProblemCodeUnauthenticated)
	e.key(e.here).do("GET", "/ice-servers", "").problem(403, api.ProblemCodeForbidden)
	got := into[api.IceServers](e.as(e.here.agent).do("GET", "/ice-servers", "").want(200))
	if len(got.Servers) != 2 || got.Servers[0].Urls[0] != "stun:stun.moa.example" || got.Servers[0].Username != nil || got.Servers[1].Urls[0] != "turn:turn.moa.example:3478" {
		t.Fatalf("servers: %+v", got)
	}
	until, user, _ := strings.Cut(*got.Servers[1].Username, ":")
	seconds, err := strconv.ParseInt(until, 10, 64)
	if left := time.Unix(seconds, 0).Sub(e.clock.now()); err != nil || left > turn.Life || left < turn.Life-time.Minute || user != e.here.agent.agent {
		t.Errorf("the user name is %q: %v left, %v", *got.Servers[1].Username, left, err)
	}
	if _, want := turn.Credentials(secret, user, time.Unix(seconds, 0)); *got.Servers[1].Credential != want || got.ExpiresAt.Unix() != seconds {
		t.Errorf("the credential is %q, want %q; it ends %v", *got.Servers[1].Credential, want, got.ExpiresAt)
	}
}

// An installation without such servers has none, and no credentials.
func TestICEServers_None(t *testing.T) {
	e := start(t)
	none := into[api.IceServers](e.as(e.here.agent).do("GET", "/ice-servers", "").want(200))
	if len(none.Servers) != 0 || none.ExpiresAt != nil {
		t.Errorf("without any: %+v", none)
	}
}
