package message

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// reader goes through a JSON text (RFC 8259) once, from front to back. What nobody asks
// for is passed over: its strings and brackets are told apart, and no more is looked at.
type reader struct {
	data []byte
	pos  int
	err  error // the first mistake, behind which nothing is read
}

func (r *reader) fail(wanted string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s is missing at byte %d", wanted, r.pos)
	}
	r.pos = len(r.data)
}

// next gives the byte that comes next, behind white space; 0 at the end.
func (r *reader) next() byte {
	for ; r.pos < len(r.data); r.pos++ {
		switch c := r.data[r.pos]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// end is for behind the last value.
func (r *reader) end() {
	if r.next() != 0 || r.pos < len(r.data) {
		r.fail("the end of the message")
	}
}

// object has member called for each member of an object, which reads or skips the value.
// Null has no members.
func (r *reader) object(member func(name []byte)) {
	r.list('{', '}', func() {
		name, plain := r.literal()
		if !plain { // none that is asked for is written so
			name = nil
		}
		if r.next() != ':' {
			r.fail("a colon")
			return
		}
		r.pos++
		member(name)
	})
}

// texts reads a list of strings.
func (r *reader) texts() (all []string) {
	r.list('[', ']', func() { all = append(all, r.text()) })
	return all
}

func (r *reader) list(open, end byte, item func()) {
	switch r.next() {
	case open:
		r.pos++
	case 'n':
		r.skip()
		return
	default:
		r.fail(strconv.QuoteRune(rune(open)))
		return
	}
	if r.next() == end {
		r.pos++
		return
	}
	for r.err == nil {
		item()
		switch r.next() {
		case ',':
			r.pos++
		case end:
			r.pos++
			return
		default:
			r.fail(strconv.QuoteRune(rune(end)))
		}
	}
}

// text reads a string; null is "".
func (r *reader) text() string {
	if r.next() == 'n' {
		r.skip()
		return ""
	}
	literal, plain := r.literal()
	if r.err != nil {
		return ""
	}
	if plain {
		return string(literal)
	}
	var s string
	if err := json.Unmarshal(r.data[r.pos-len(literal)-2:r.pos], &s); err != nil {
		r.fail("a string that can be read")
	}
	return s
}

// literal takes what stands between a string's quotes; in plain ones it means itself.
func (r *reader) literal() (literal []byte, plain bool) {
	if r.next() != '"' {
		r.fail("a string")
		return nil, false
	}
	plain = true
	for i := r.pos + 1; i < len(r.data); i++ {
		switch c := r.data[i]; {
		case c == '"':
			literal, r.pos = r.data[r.pos+1:i], i+1
			return literal, plain
		case c == '\\':
			plain = false
			i++
		case c < ' ' || c > '~':
			plain = false
		}
	}
	r.fail("the end of a string")
	return nil, false
}

// number reads a whole number; null is 0.
func (r *reader) number() int {
	r.next()
	from := r.pos
	r.skip()
	word := r.data[from:r.pos]
	if r.err != nil || string(word) == "null" {
		return 0
	}
	n, err := strconv.Atoi(string(word))
	if err != nil {
		r.fail("a whole number")
	}
	return n
}

// skip passes over a value.
func (r *reader) skip() {
	for depth := 0; ; {
		switch r.next() {
		case 0, ',', ':':
			if r.pos >= len(r.data) || depth == 0 {
				r.fail("a value")
				return
			}
			r.pos++
			continue
		case '"':
			r.literal()
		case '{', '[':
			r.pos++
			depth++
			continue
		case '}', ']':
			if depth == 0 {
				r.fail("a value")
				return
			}
			r.pos++
			depth--
		default:
			r.word()
		}
		if depth == 0 || r.err != nil {
			return
		}
	}
}

// word passes over a number, true, false or null.
func (r *reader) word() {
	for ; r.pos < len(r.data); r.pos++ {
		switch r.data[r.pos] {
		case ',', ':', ']', '}', '"', ' ', '\t', '\r', '\n':
			return
		}
	}
}
