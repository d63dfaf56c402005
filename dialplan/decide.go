package dialplan

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Decide makes the plan of a call that comes in. What the settings leave open
// has its default.
func Decide(s Settings, f Facts) Plan {
	s = s.or(Defaults())
	p := Plan{
		Refuse:    refusal(s, f),
		Language:  s.Language,
		Levels:    []Level{{Team: s.Team, Rounds: s.Rounds}},
		Automatic: *s.Automatic,

		Strategy:       s.Strategy,
		Skills:         s.Skills,
		AssignSilently: *s.AssignSilently,
		RingSeconds:    s.RingSeconds,

		Priority:        *s.Priority,
		QueueCalls:      *s.QueueCalls,
		QueueSeconds:    s.QueueSeconds,
		AnnounceSeconds: max(s.AnnounceSeconds, 0),

		CallbackKey:      unlessNone(s.CallbackKey),
		VoicemailKey:     unlessNone(s.VoicemailKey),
		VoicemailSeconds: s.VoicemailSeconds,
		Survey:           *s.Survey,

		Monitored:     *s.Monitored,
		JoinMuted:     *s.JoinMuted,
		WrapUpSeconds: *s.WrapUpSeconds,
		BlockDays:     s.BlockDays,
	}
	for _, l := range s.Fallback {
		p.Levels = append(p.Levels, Level{Team: l.Team, Rounds: cmp.Or(l.Rounds, s.Rounds)})
	}
	if p.VoicemailKey == p.CallbackKey { // two levels can give the same key
		p.VoicemailKey = ""
	}
	if !slices.Contains(s.VoicemailOn, None) {
		p.VoicemailOn = s.VoicemailOn
	}
	p.Say = says(s, p.Refuse)
	return p
}

// refusal says why the call is turned away, "" if it is not.
func refusal(s Settings, f Facts) string {
	var reasons []string
	if f.Blocked {
		reasons = append(reasons, BlockedUser)
	}
	if limit := *s.InboundPerMinute; limit > 0 && f.PerMinute >= limit {
		reasons = append(reasons, InboundRateLimit)
	}
	if *s.Turn {
		reasons = append(reasons, Workflow)
	}
	if !s.Operating(f.Now, Location(f.TimeZone)) {
		reasons = append(reasons, NotInOperation)
	}
	return First(reasons...)
}

// zones are the time zones that were read once: each reading is one of a file.
var zones sync.Map // of *time.Location by IANA name

// Location finds a time zone by its IANA name. Workspaces have only known ones;
// should the machine know fewer, calls still come in, in UTC.
func Location(name string) *time.Location {
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, loc)
	return loc
}

// says gives what the caller hears first. Who is blocked hears nothing.
func says(s Settings, refuse string) []string {
	var greeting []string
	if name := unlessNone(s.Greeting); name != "" {
		greeting = []string{sound(s.Language, name)}
	}
	switch refuse {
	case "":
		return greeting
	case Workflow:
		if greeting != nil {
			return greeting
		}
		return []string{sound(s.Language, "unavailable")}
	case NotInOperation:
		return []string{sound(s.Language, "closed")}
	case InboundRateLimit:
		return []string{sound(s.Language, "busy-line")}
	default:
		return nil
	}
}

// sound names a built-in sound in a language. Names with a folder stay as they
// are.
func sound(language, name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return language + "/" + name
}

func unlessNone(text string) string {
	if text == None {
		return ""
	}
	return text
}
