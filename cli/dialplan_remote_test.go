package cli

import (
	"strings"
	"testing"
)

// Covers: DP-1, SEC-5. The API key of a ringdesk elsewhere is sent in clear to nobody but this machine.
func TestKeyIsNotSentInClear_SEC_5(t *testing.T) {
	t.Setenv(keyVariable, "rd_key.secret")
	for address, mistake := range map[string]string{
		"https://desk.example.com": "", "http://127.0.0.1:8080": "", "http://localhost:8080": "", "http://[::1]:8080": "",
		"http://desk.example.com": "write https://desk.example.com", "http://192.0.2.1:8080": "write https://192.0.2.1:8080",
		"desk.example.com": "no address", "ftp://desk.example.com": "no address",
	} {
		_, err := remote{URL: address}.open()
		if (err == nil) != (mistake == "") || err != nil && !strings.Contains(err.Error(), mistake) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
