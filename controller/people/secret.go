package people

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// tokenBytes is the length of a token: 256 random bits.
const tokenBytes = 32

// NewToken makes a secret that programs keep, such as a session's.
func NewToken() string {
	b := make([]byte, tokenBytes)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}

// HashToken is how random secrets are stored: SHA-256, hex. They need no slow
// hash, since they cannot be guessed.
func HashToken(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// NewPassword makes a password of 120 random bits in four groups, which a
// person can type.
func NewPassword() string {
	t := strings.ToLower(rand.Text()[:24])
	return t[:6] + "-" + t[6:12] + "-" + t[12:18] + "-" + t[18:]
}
