package webhook

import (
	"crypto/rand"
	"encoding/base64"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"ringdesk/models"
)

// overlap is how long the secret before a rotation signs, too.
const overlap = 24 * time.Hour

// secretBytes is a secret's length; Standard Webhooks asks for 24 to 64.
const secretBytes = 32

// newSecret makes a secret as Standard Webhooks writes it.
func newSecret() string {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return "whsec_" + base64.StdEncoding.EncodeToString(b)
}

// sign gives the header webhook-signature: one signature, and after a rotation two.
func sign(w models.Webhook, id string, at time.Time, body []byte) (string, error) {
	signature, err := signedWith(w.Secret, id, at, body)
	if err != nil || w.OldSecret == "" || !at.Before(w.OldUntil.Time) {
		return signature, err
	}
	old, err := signedWith(w.OldSecret, id, at, body)
	return signature + " " + old, err
}

func signedWith(secret, id string, at time.Time, body []byte) (string, error) {
	wh, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return "", err
	}
	return wh.Sign(id, at, body)
}
