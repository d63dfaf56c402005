// Package turn makes what lets a browser use a TURN server for a while: a relay for
// sound where no direct way leads through NAT and firewalls (RFC 8656).
package turn

import (
	"crypto/hmac"
	"crypto/sha1" // the draft has it so, and with it all servers
	"encoding/base64"
	"strconv"
	"time"
)

// Life is how long credentials work: longer than a working day between two looks
// of a page, short enough that ones which got about are of no lasting use.
const Life = 12 * time.Hour

// Credentials are a user name, which holds their end, and a password that the
// server makes out of it and the secret, too: nobody keeps a list
// (draft-uberti-behave-turn-rest-00, section 2.2). user tells them apart in the
// server's log.
func Credentials(secret, user string, until time.Time) (username, password string) {
	username = strconv.FormatInt(until.Unix(), 10) + ":" + user
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(username)) // never fails (hash.Hash)
	return username, base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
