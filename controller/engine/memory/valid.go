package memory

import (
	"strings"

	"ringdesk/controller/engine"
)

const (
	numerals = "0123456789"
	letters  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// of says whether s is not empty and made of the characters.
func of(s, characters string) bool {
	return s != "" && strings.Trim(s, characters) == ""
}

// validID says whether an account's id is letters and digits.
func validID(id string) bool { return of(id, letters+numerals) }

// validNumber says whether n is digits with an optional leading +.
func validNumber(n string) bool { return of(strings.TrimPrefix(n, "+"), numerals) }

// validFile says whether a recording's file stays below its folder.
func validFile(f string) bool {
	for part := range strings.SplitSeq(f, "/") {
		if !of(part, letters+numerals+"-_") {
			return false
		}
	}
	return true
}

// validDial says what is wrong with a request, or nil.
func validDial(r engine.DialRequest) error {
	switch {
	case r.Leg == "":
		return refused("no leg id")
	case (r.Phone == "") == (r.Trunk == ""):
		return refused("one of Phone and Trunk must be set")
	case r.Trunk != "" && !validNumber(r.Number):
		return refused("not a number to dial")
	case r.CallerID != "" && !validNumber(r.CallerID):
		return refused("not a caller id")
	}
	return nil
}
