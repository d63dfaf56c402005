package e2e

import (
	"strings"
	"testing"
	"time"

	"ringdesk/controller/turn"
)

// relayOnly makes a page speak through TURN servers and no other way, as where a
// firewall lets nothing else out.
const relayOnly = `(() => {
  const Native = window.RTCPeerConnection;
  window.__peers = [];
  window.RTCPeerConnection = class extends Native {
    constructor(config, ...rest) {
      super({ ...config, iceTransportPolicy: 'relay' }, ...rest);
      window.__peers.push(this);
    }
  };
})()`

// ways are the kinds of this side's candidates that carry the page's sound.
const ways = `(async () => {
  const found = new Set();
  for (const peer of window.__peers) {
    const stats = await peer.getStats();
    for (const s of stats.values()) if (s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded') found.add(stats.get(s.localCandidateId).candidateType);
  }
  return [...found].join(' ');
})()`

// A browser that no direct way leads from speaks through the relay, with credentials
// that it gets from ringdesk: both hear each other.
//
// Covers: OPS-1.
func TestTURNCall_OPS_1(t *testing.T) {
	r := startRelay(t, "127.0.0.1")
	in := Start(t, Options{Env: []string{"RINGDESK_TURN=turn:" + r.at, "RINGDESK_TURN_SECRET=" + r.secret}})
	mina := in.Open(t, MinaHz)
	mina.OnNewPages(relayOnly)
	mina.Reload()
	mina.Login(in.Agents[0])
	in.awaitAvailable(t, mina)
	caller := in.call(t, "01066680001", CallerHz)
	mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", mina, CallerHz)
	if way := eval[string](mina, ways); way != "relay" {
		t.Errorf("the sound goes by %q", way)
	}
	said, err := in.Run("doctor")
	if !strings.Contains(said, r.at+" answers") {
		t.Errorf("ringdesk doctor: %v, %s", err, said)
	}
}

// The relay serves whom ringdesk gave credentials, until these end, and leads to the
// engine alone: neither to its own machine nor into the network or the internet.
//
// Covers: SEC-5.
func TestTURNRefuses_SEC_5(t *testing.T) {
	const engine = "127.0.0.1"
	r := startRelay(t, engine)
	username, password := turn.Credentials(r.secret, "agent-1", time.Now().Add(time.Hour))
	if err := allocate(t, r.at, username, password, engine); err != nil {
		t.Errorf("good credentials are refused: %v", err)
	}
	for _, peer := range []string{"127.0.0.2", "127.0.0.53", "10.0.0.1", "172.31.253.20", "192.168.0.1", "169.254.169.254", "198.51.100.1", "0.0.0.0"} {
		// One user's relays are counted, and a relay that was given back counts for a second more.
		username, password := turn.Credentials(r.secret, "agent-of-"+peer, time.Now().Add(time.Hour))
		if err := allocate(t, r.at, username, password, peer); err == nil || !strings.Contains(err.Error(), "403") {
			t.Errorf("the relay leads to %s: %v", peer, err)
		}
	}
	another, _ := turn.Credentials(r.secret, "agent-2", time.Now().Add(2*time.Hour))
	ended, itsPassword := turn.Credentials(r.secret, "agent-1", time.Now().Add(-time.Minute))
	guessed, itsGuess := turn.Credentials("changeme-changeme", "agent-1", time.Now().Add(time.Hour))
	for name, c := range map[string][2]string{
		"credentials that have ended": {ended, itsPassword}, "a later end, with the password of an earlier one": {another, password},
		"another secret": {guessed, itsGuess}, "a wrong password": {username, "password"}, "a user without an end": {"agent-1", password},
	} {
		if err := allocate(t, r.at, c[0], c[1]); err == nil || !strings.Contains(err.Error(), "401") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
