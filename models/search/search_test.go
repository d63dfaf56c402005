package search_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"ringdesk/models/search"

	"pgregory.net/rapid"
)

// plain reads numbers as a country does in which nothing stands before a number.
func plain(text string) ([]string, bool) {
	digits := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-() .", r):
			return nil, false
		}
	}
	return []string{strings.TrimLeft(strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text), "0")}, digits > 0
}

// finds says whether an index that holds the fields' tokens gives them for a query,
// as FTS5 and tsvector would: tokens in a row, the last of them perhaps by its
// beginning.
func finds(query string, fields []string, numbers ...string) bool {
	q := search.Parse(query, plain)
	in := strings.Fields(search.Tokens(fields, numbers))
	for _, term := range q.Terms {
		any := false
		for _, p := range term.Phrases {
			any = any || row(p, in)
		}
		if !any {
			return false
		}
	}
	return !q.Empty()
}

func row(p search.Phrase, in []string) bool {
	for i := 0; i+len(p.Tokens) <= len(in); i++ {
		all := true
		for j, want := range p.Tokens {
			got := in[i+j]
			all = all && (got == want || p.Prefix && j == len(p.Tokens)-1 && strings.HasPrefix(got, want))
		}
		if all {
			return true
		}
	}
	return false
}

// Korean is found by any part of a word; Latin words by their beginning,
// whatever their case, width and accents; telephone numbers in every spelling, by any part.
//
// Covers: INBOX-5
func TestFinds_INBOX_5(t *testing.T) {
	note := "카드로 결제한 환불은 언제 되나요? Straße 12, Café Zürich, 회신 010-1234-5678 (3M코리아)"
	for query, want := range map[string]bool{
		"환불": true, "환불은": true, "결제 환불": true, "불은": true, "카드": true, "카드로": true, "드로": true, "언제되나요": false, "환": true, "요": true,
		"불": true, "환급": false, "환은": false, "결환불": false,
		"cafe": true, "CAFÉ": true, "caf": true, "ｃａｆé": true, "cafe\u0301": true, "zurich": true, "afe": false, "strasse": true, "STRASSE 12": true, "straße": true,
		"010-1234-5678": true, "01012345678": true, "(010) 1234 5678": true, "1234-5678": true, "5678": true, "678": true, "78": false, "010-1234-5679": false,
		"환불 010-1234": true, "환급 010-1234": false,
		"3M": true, "3m코리": true, "코리아": true, "3M코리아": true, "m": false,
		"12": true, "": false, "  ": false, "%": false, "😀": false, "-": false, "ʘ": false,
		strings.ToUpper(note[:20]): true,
	} {
		if got := finds(query, []string{note}); got != want {
			t.Errorf("%q: %v", query, got)
		}
	}
	if finds("환불", []string{"교환", "불만"}) || finds("a b", []string{"a"}) || finds("a-b", []string{"a", "b"}) {
		t.Error("a phrase is found across two fields")
	}
	if !finds("ㄱㅏ", []string{"가"}) || !finds("\u1112\u1161\u11ab", []string{"한"}) {
		t.Error("decomposed Hangul is not found")
	}
	if !finds("114", nil, "114") || !finds("1 650 253", nil, "+16502530000") || finds("2530001", nil, "+16502530000") || !finds("7", []string{"7"}) {
		t.Error("telephone numbers of a contact")
	}
	if !finds("東京", []string{"東京都"}) || !finds("カタ", []string{"ｶﾀｶﾅ"}) || finds("都東", []string{"東京都"}) {
		t.Error("Chinese and Japanese")
	}
}

// The place of a match is a part of the text, and so are its surroundings.
//
// Covers: INBOX-5
func TestMatch_INBOX_5(t *testing.T) {
	long := strings.Repeat("가나다 ", 30)
	for _, c := range []struct{ query, text, before, found, after string }{
		{"환불", "카드로 환불은 언제", "카드로 ", "환불", "은 언제"},
		{"카드로 환불", "환불은 카드로", "", "환불", "은 카드로"},
		{"caf", "Ein Café hier", "Ein ", "Caf", "é hier"},
		{"café", "Ein Cafe\u0301 hier", "Ein ", "Cafe\u0301", " hier"},
		{"5678", "전화 010-1234-5678로", "전화 010-1234-", "5678", "로"},
		{"12345", "전화 010-1234-5678로", "전화 010-", "1234-5", "678로"},
		{"bob.smith", "to: bob.smith@pbx.example", "to: ", "bob.smith", "@pbx.example"},
		{"끝", long + "끝" + long, "…" + lastRunes(long, 40), "끝", string([]rune(long)[:40]) + "…"},
	} {
		m, ok := search.Parse(c.query, plain).Find(c.text)
		if !ok || m != (search.Match{Before: c.before, Found: c.found, After: c.after}) {
			t.Errorf("%q in %q: %q %v", c.query, c.text, m, ok)
		}
	}
	if m, ok := search.Parse("nobody", plain).Find("somebody"); ok {
		t.Errorf("found %q", m)
	}
}

func lastRunes(text string, n int) string { r := []rune(text); return string(r[len(r)-n:]) }

var anything = rapid.OneOf(rapid.String(), rapid.StringN(0, 30, 80), rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{
	"한", "글", "김철수", "ㅋㅋ", "\u1112\u1161", "a", "É", "ß", "e\u0301", "ﬁ", "½", "漢字", "カ", "ﾊﾟ", "1", "010-1234-5678", " ", "-", "\"", "*", "AND", "NEAR(", "^", ":", "😀", "\x00", "\xff", "ʘ", "İ", "ǅ",
}), 0, 20), func(parts []string) string { return strings.Join(parts, "") }))

// Whatever the text, tokens are letters and digits with a space between them, so that
// no index reads an operator out of them.
//
// Covers: INBOX-5
func TestTokensHoldNoOperators_INBOX_5(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anything.Draw(t, "text")
		check := func(token string) {
			if token == "" || !utf8.ValidString(token) || len([]rune(token)) > 41 {
				t.Fatalf("token %q of %q", token, text)
			}
			for _, r := range token {
				if !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) {
					t.Fatalf("token %q of %q has %q", token, text, r)
				}
			}
		}
		for token := range strings.FieldsSeq(search.Tokens([]string{text}, []string{text})) {
			check(token)
		}
		for _, term := range search.Parse(text, plain).Terms {
			for _, p := range term.Phrases {
				if len(p.Tokens) == 0 || len(p.Tokens) > 64 {
					t.Fatalf("phrase of %d tokens", len(p.Tokens))
				}
				for _, token := range p.Tokens {
					check(token)
				}
			}
		}
	})
}

// A text is found by every word of its own, and the place where it is found is a
// part of the text.
//
// Covers: INBOX-5
func TestTextsAreFoundByTheirWords_INBOX_5(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anything.Draw(t, "text")
		words := strings.Fields(strings.ReplaceAll(text, "\x00", " "))
		if len(words) == 0 {
			return
		}
		w := rapid.SampledFrom(words).Draw(t, "word")
		q := search.Parse(w, plain)
		if q.Empty() {
			return
		}
		if !finds(w, []string{"before", text, "after"}) {
			t.Fatalf("%q is not found by %q: %v in %q", text, w, q, search.Tokens([]string{text}, nil))
		}
		m, ok := q.Find(text)
		if !ok || m.Found == "" || !strings.Contains(text, m.Found) {
			t.Fatalf("%q in %q: %q, %v", w, text, m, ok)
		}
	})
}

// Any two syllables of a Korean word find it, and any three digits of a number.
//
// Covers: INBOX-5
func TestPartsAreFound_INBOX_5(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := []rune(rapid.StringOfN(rapid.RuneFrom([]rune("가나다라마바사김이박최환불취소")), 2, 12, -1).Draw(t, "word"))
		from := rapid.IntRange(0, len(word)-2).Draw(t, "from")
		to := rapid.IntRange(from+2, len(word)).Draw(t, "to")
		if part := string(word[from:to]); !finds(part, []string{"앞 " + string(word) + " 뒤"}) {
			t.Fatalf("%q is not found by %q", string(word), part)
		}
		number := "+82" + rapid.StringMatching(`[1-9][0-9]{7,10}`).Draw(t, "number")
		at := rapid.IntRange(1, len(number)-3).Draw(t, "at")
		if part := strings.TrimLeft(number[at:at+3], "0"); len(part) == 3 && !finds(part, nil, number) {
			t.Fatalf("%s is not found by %s", number, part)
		}
	})
}

// Hostile lengths cost no more than they must, and are cut.
//
// Covers: INBOX-5
func TestLongTexts_INBOX_5(t *testing.T) {
	for _, part := range []string{"가", "a", "1", "\"", "NEAR(", "1 ", "가 ", "😀", "e\u0301", "\u1100"} {
		text := strings.Repeat(part, 10_000/len(part))
		if n := len(search.Tokens([]string{text}, nil)); n > 40*len(text) {
			t.Errorf("%q: %d bytes of tokens", part, n)
		}
		q := search.Parse(text, plain)
		if len(q.Terms) > 12 {
			t.Errorf("%q: %d terms", part, len(q.Terms))
		}
		q.Find(text)
	}
}
