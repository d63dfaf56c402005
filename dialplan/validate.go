package dialplan

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Limits of lists, so that settings stay small enough to be read for every
// call.
const (
	maxFallbacks = 10
	maxSkills    = 20
	maxPeriods   = 24 // of one day
	maxHolidays  = 1000
)

// soundName are the names that the engine port takes (engine.PlayRequest).
var soundName = regexp.MustCompile(`^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+){0,3}$`)

var (
	languages    = []string{"ko", "en"}
	strategies   = []Strategy{LongestIdle, RoundRobin, FewestToday, BySkill}
	voicemailOns = []string{string(NotInOperation), string(NoOperator), string(ExceededQueue), string(AbandonedInQueue), string(RingTimeOver)}
)

// Validate says what is wrong with the settings of one level, all of it, each
// with its field's name. A setting that is left out is right.
func (s Settings) Validate() error {
	errs := []error{
		oneOf("language", s.Language, languages),
		oneOf("strategy", s.Strategy, strategies),
		s.greeting(), s.fallback(), s.skills(), s.keys(), s.voicemail(),
		between("ringSeconds", s.RingSeconds, 5, 120, s.RingSeconds == 0),
		between("rounds", s.Rounds, 1, 10, s.Rounds == 0),
		optional("priority", s.Priority, 0, 9),
		optional("queueCalls", s.QueueCalls, 0, 1000),
		between("queueSeconds", s.QueueSeconds, 1, 7200, s.QueueSeconds == 0),
		between("announceSeconds", s.AnnounceSeconds, 10, 600, s.AnnounceSeconds == 0 || s.AnnounceSeconds == -1),
		between("voicemailSeconds", s.VoicemailSeconds, 10, 600, s.VoicemailSeconds == 0),
		optional("inboundPerMinute", s.InboundPerMinute, 0, 100_000),
		optional("wrapUpSeconds", s.WrapUpSeconds, 0, 3600),
		between("blockDays", s.BlockDays, 1, 365, s.BlockDays == 0),
	}
	if s.Hours != nil {
		errs = append(errs, s.Hours.Validate())
	}
	return errors.Join(errs...)
}

func between(field string, n, from, to int, leftOut bool) error {
	if leftOut || from <= n && n <= to {
		return nil
	}
	return fmt.Errorf("%s must be from %d to %d, not %d", field, from, to, n)
}

func optional(field string, n *int, from, to int) error {
	return between(field, deref(n), from, to, n == nil)
}

func deref(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func oneOf[T ~string](field string, text T, known []T) error {
	if text == "" || slices.Contains(known, text) {
		return nil
	}
	words := make([]string, len(known))
	for i, k := range known {
		words[i] = string(k)
	}
	return fmt.Errorf("%s must be one of %s, not %q", field, strings.Join(words, ", "), text)
}

func (s Settings) greeting() error {
	if s.Greeting == "" || len(s.Greeting) <= 200 && soundName.MatchString(s.Greeting) {
		return nil
	}
	return fmt.Errorf("greeting must be the name of a sound or %q, not %q", None, s.Greeting)
}

func (s Settings) fallback() error {
	if len(s.Fallback) > maxFallbacks {
		return fmt.Errorf("fallback may have at most %d teams, not %d", maxFallbacks, len(s.Fallback))
	}
	for i, l := range s.Fallback {
		if err := between(fmt.Sprintf("fallback[%d].rounds", i), l.Rounds, 1, 10, l.Rounds == 0); err != nil {
			return err
		}
	}
	return nil
}

func (s Settings) skills() error {
	if len(s.Skills) > maxSkills {
		return fmt.Errorf("skills may be at most %d, not %d", maxSkills, len(s.Skills))
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s.Skills)) {
		if name == "" {
			errs = append(errs, errors.New("skills must each have a name"))
		}
		errs = append(errs, between("skills."+name, s.Skills[name], 1, 9, false))
	}
	return errors.Join(errs...)
}

func (s Settings) keys() error {
	errs := []error{key("callbackKey", s.CallbackKey), key("voicemailKey", s.VoicemailKey)}
	if s.CallbackKey != "" && s.CallbackKey != None && s.CallbackKey == s.VoicemailKey {
		errs = append(errs, errors.New("voicemailKey must be another key than callbackKey"))
	}
	return errors.Join(errs...)
}

func key(field, key string) error {
	if key == "" || key == None || len(key) == 1 && strings.Contains("0123456789*#", key) {
		return nil
	}
	return fmt.Errorf("%s must be a key of the telephone (0 to 9, *, #) or %q, not %q", field, None, key)
}

func (s Settings) voicemail() error {
	if slices.Equal(s.VoicemailOn, []string{None}) {
		return nil
	}
	for i, on := range s.VoicemailOn {
		if !slices.Contains(voicemailOns, on) || slices.Contains(s.VoicemailOn[:i], on) {
			return fmt.Errorf("voicemailOn must be some of %s, each once, or only %q; not %q", strings.Join(voicemailOns, ", "), None, on)
		}
	}
	return nil
}

// Validate says what is wrong with operating hours, if anything is.
func (h Hours) Validate() error {
	var errs []error
	for i, ps := range h.Week {
		errs = append(errs, periods(fmt.Sprintf("hours.week[%d]", i), ps))
	}
	if len(h.Holidays) > maxHolidays {
		errs = append(errs, fmt.Errorf("hours.holidays may be at most %d, not %d", maxHolidays, len(h.Holidays)))
	}
	dates := make(map[string]bool, len(h.Holidays))
	for i, d := range h.Holidays {
		field := fmt.Sprintf("hours.holidays[%d]", i)
		if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
			errs = append(errs, fmt.Errorf("%s.date must be a day as 2026-12-25, not %q", field, d.Date))
		}
		if dates[d.Date] {
			errs = append(errs, fmt.Errorf("%s.date is there twice: %s", field, d.Date))
		}
		dates[d.Date] = true
		errs = append(errs, periods(field+".periods", d.Periods))
	}
	return errors.Join(errs...)
}

func periods(field string, ps []Period) error {
	if len(ps) > maxPeriods {
		return fmt.Errorf("%s may be at most %d, not %d", field, maxPeriods, len(ps))
	}
	for i, p := range ps {
		if p.From < 0 || p.To > minutesOfDay || p.From >= p.To {
			return fmt.Errorf("%s[%d] must go from a minute to a later one of 0 to %d, not from %d to %d", field, i, minutesOfDay, p.From, p.To)
		}
		for _, q := range ps[:i] {
			if p.From < q.To && q.From < p.To {
				return fmt.Errorf("%s[%d] overlaps with another period: %d to %d", field, i, p.From, p.To)
			}
		}
	}
	return nil
}
