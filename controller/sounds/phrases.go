package sounds

import (
	"strconv"
	"time"
)

// maxNumber is the largest number that can be said.
const maxNumber = 1000

// Position tells a caller the place in the queue when ahead callers are to be
// answered first. Korean counts those ahead (고객님 앞에 세 분이 대기 중입니다),
// English counts places (You are number four in the queue). From a thousand on
// it only says that there are very many.
func Position(language string, ahead int) []string {
	language = spoken(language)
	count := number
	n := ahead + 1
	if language == Korean {
		count, n = people, ahead
	}
	switch {
	case ahead <= 0:
		return say(language, queueNext)
	case ahead >= maxNumber:
		return say(language, queueLong)
	default:
		return say(language, around(queueBefore, count(language, n), queueAfter)...)
	}
}

// Wait tells the estimated waiting time in minutes, rounded up. Below one
// minute and above sixty it names only the limit.
func Wait(language string, d time.Duration) []string {
	language = spoken(language)
	minutes := int((d + time.Minute - 1) / time.Minute)
	switch {
	case d < time.Minute:
		return say(language, waitShort)
	case d > time.Hour:
		return say(language, waitLong)
	case minutes == 1:
		return say(language, waitMinute)
	default:
		return say(language, around(waitBefore, number(language, minutes), waitAfter)...)
	}
}

// Offer says what to press a key for: what is CallbackOffer or VoicemailOffer,
// key one of 0-9, * and #. Another key gives nothing.
func Offer(language, what, key string) []string {
	language = spoken(language)
	switch {
	case key == "*":
		key = "star"
	case key == "#":
		key = "pound"
	case len(key) != 1 || key < "0" || key > "9":
		return nil
	}
	return say(language, what, "key-"+key)
}

// Digits says a telephone number digit by digit; other characters are left out.
func Digits(language, text string) []string {
	language = spoken(language)
	var names []string
	for _, r := range text {
		switch {
		case r == '0': // Korean says 공 here, not 영
			names = append(names, "digit-0")
		case r >= '1' && r <= '9':
			names = append(names, "number-"+string(r))
		}
	}
	return say(language, names...)
}

// Number says a number from 0 to 1000, in Korean the Sino-Korean one (분, 번,
// 초 …). Numbers outside are taken as the nearest limit.
func Number(language string, n int) []string {
	language = spoken(language)
	return say(language, number(language, n)...)
}

// number takes a number apart into what is recorded: hundreds, tens, and what
// is left. English has words of its own up to twenty.
func number(language string, n int) []string {
	n = min(max(n, 0), maxNumber)
	if n == 0 || n == maxNumber {
		return []string{part("number", n)}
	}
	var names []string
	if h := n / 100 * 100; h > 0 {
		names, n = append(names, part("number", h)), n-h
	}
	if t := n / 10 * 10; t > 0 && (language == Korean || n > 20) {
		names, n = append(names, part("number", t)), n-t
	}
	if n > 0 {
		names = append(names, part("number", n))
	}
	return names
}

// people counts callers in Korean, from 1 to 999, up to the counter and its
// particle (분이): native numbers up to 99, before them Sino-Korean hundreds,
// as in 백 스물 세 분이. The last part carries the counter.
func people(language string, n int) []string {
	h, t, o := n/100*100, n%100/10*10, n%10
	switch {
	case n <= 0:
		return nil
	case n == h:
		return []string{part("people", h)}
	case h > 0:
		return append(number(language, h), people(language, n-h)...)
	case o == 0:
		return []string{part("people", t)}
	case t > 0:
		return []string{part("native", t), part("people", o)}
	default:
		return []string{part("people", o)}
	}
}

func part(kind string, n int) string { return kind + "-" + strconv.Itoa(n) }

func around(before string, middle []string, after string) []string {
	return append(append([]string{before}, middle...), after)
}

func say(language string, names ...string) []string {
	for i, name := range names {
		names[i] = Say(language, name)
	}
	return names
}
