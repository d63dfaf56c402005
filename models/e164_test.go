package models

import (
	"errors"
	"strings"
	"testing"
)

// Covers: OUT-2, IN-7
func TestCleanNumber_OUT_2(t *testing.T) {
	for text, want := range map[string]string{
		"010-1234-5678":                    "01012345678",
		" +82 10.1234.5678\n":              "+821012345678",
		"（０２）３１２－３４５６":                     "023123456",
		"＋８２　１０　１２３４　５６７８":                 "+821012345678",
		"﹢82 10 1234 5678":                 "+821012345678",
		"\u202a+82 10-1234-5678\u202c":     "+821012345678",
		"\ufeff010\u200b1234\u00ad5678":    "01012345678",
		"010\u00a01234\u202f5678":          "01012345678",
		"010\u20111234\u20135678":          "01012345678",
		"+44 (0)20 7946 0000":              "+442079460000",
		"(+44) (0)20 7946 0000":            "+442079460000",
		"0044 (0)20 7946 0000":             "00442079460000",
		"(02) 312-3456":                    "023123456",
		"02.312・3456":                      "023123456",
		"tel:+82-10-1234-5678":             "+821012345678",
		"TEL:%2B821012345678":              "+821012345678",
		"tel:+821012345678;npdi;enumdi":    "+821012345678",
		"tel:+821012345678;":               "+821012345678",
		strings.Repeat("\u200b", 10) + "1": "1",
	} {
		if got, err := CleanNumber(text); err != nil || got != want {
			t.Errorf("CleanNumber(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestCleanNumberRefuses_OUT_2(t *testing.T) {
	for text, want := range map[string]error{
		"":                             ErrNumber,
		"+":                            ErrNumber,
		" - ":                          ErrNumber,
		"++82 10 1234 5678":            ErrNumber,
		"010+12345678":                 ErrNumber,
		"0101234567[0-9]":              ErrNumberLetters,
		"010/1234/5678":                ErrNumberLetters,
		"010-1234-5678~9":              ErrNumberLetters,
		"010-1234-5678〜9":              ErrNumberLetters,
		"%01012345678":                 ErrNumberLetters,
		"½1012345678":                  ErrNumberLetters,
		"①1012345678":                  ErrNumberLetters,
		"010\x001234":                  ErrNumberLetters,
		strings.Repeat("1", 257):       ErrNumber,
		"010@evil":                     ErrNumberLetters,
		"Local/100@from-trunk":         ErrNumberLetters,
		"sip:01012345678@evil.example": ErrNumberLetters,
		"'; DROP TABLE usage; --":      ErrNumberLetters,
		"tel:7042;phone-context=+8210": ErrNumberLetters,
		"tel:+821012345678;ext=12":     ErrNumberExtension,
		"tel:+821012345678;isub=12":    ErrNumberExtension,
		"010-1234-5678,,12":            ErrNumberExtension,
		"010-1234-5678;12":             ErrNumberExtension,
		"*23#01012345678":              ErrNumberExtension,
		"010-1234-5678\r\nX-Evil: 1":   ErrNumberLines,
		"010-1234-5678\n02-312-3456":   ErrNumberLines,
		"010-1234\u2028-5678":          ErrNumberLines,
		"010-1234-5678 x12":            ErrNumberLetters,
		"010-1234-5678 内線12":           ErrNumberLetters,
		"٠١٠١٢٣٤٥٦٧٨":                  ErrNumberLetters,
	} {
		got, err := CleanNumber(text)
		if got != "" || err != want || !errors.Is(err, ErrNumber) {
			t.Errorf("CleanNumber(%q) = %q, %v; want %v", text, got, err, want)
		}
	}
}

func TestIsNational_IN_7(t *testing.T) {
	for text, want := range map[string]bool{
		"KR 0266696687": true, "KR 266696687": false, "FR 266696687": false, "IS 8656696": true, "US 8656696": false, "KR 8656696": false, "KR x": false,
	} {
		if got := IsNational(text[3:], text[:2]); got != want {
			t.Errorf("%s is a national number: %v", text, got)
		}
	}
}

func TestForeignPrefixes_OUT_2(t *testing.T) {
	for text, want := range map[string]string{
		"00 44 20 7946 0000":    "+442079460000",
		"001-81-3-1234-5678":    "+81312345678",
		"00700 1 650 253 0000":  "+16502530000",
		"00727-44-20-7946-0000": "+442079460000",
		"00755 81 3 1234 5678":  "+81312345678",
		"00766 81 3 1234 5678":  "+81312345678",
		"0081 3 1234 5678":      "+81312345678",
		"0082 10 1234 5678":     "+821012345678",
		"+82 (0)10 1234 5678":   "+821012345678",
		"+82 010 1234 5678":     "+821012345678",
		"+379 06 698 12345":     "+3790669812345",
		"+379 1":                "",
		"+379 1234 5678 9012 3": "",
		"008-1-808-555-1234":    "", // Hawaii through 008, or a mobile phone in Japan after 00
		"005-232-22123456":      "", // Sierra Leone, though no number in use, or Mexico after 00
		"001 2 3":               "",
		"+999 1234 5678":        "",
		"+1234567890123456":     "",
	} {
		got, err := E164(text, "KR")
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, ErrNumber) {
			t.Errorf("E164(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	if _, err := E164("008-1-808-555-1234", "KR"); err != ErrNumberAmbiguous {
		t.Errorf("two readings: %v", err)
	}
}
