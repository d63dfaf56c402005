package dialplan

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Decide makes the plan of a call that comes in. Settings that are left open
// have their defaults.
func Decide(s Settings, f Facts) Plan {
	s = s.or(Defaults())
	p := s.Plan()
	p.Refuse = refusal(s, f)
	p.Say = says(s, p.Refuse)
	return p
}

// Plan is what the settings say of a call that is let in, without a greeting.
// Those that are left open have their defaults.
func (s Settings) Plan() Plan {
	s = s.or(Defaults())
	p := Plan{
		Language:  s.Language,
		Overflow:  []Level{{Team: s.Team, Rounds: s.Rounds}},
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
		p.Overflow = append(p.Overflow, Level{Team: l.Team, Rounds: cmp.Or(l.Rounds, s.Rounds)})
	}
	if p.VoicemailKey == p.CallbackKey { // two levels can give the same key
		p.VoicemailKey = ""
	}
	if !slices.Contains(s.VoicemailOn, None) {
		p.VoicemailOn = s.VoicemailOn
	}
	return p
}

// Admit says why a call is not let in whatever its number's flow says: its caller
// is blocked, or too many calls come in; "" if it is let in.
func (s Settings) Admit(f Facts) MissedReason {
	s = s.or(Defaults())
	var reasons []MissedReason
	if f.Blocked {
		reasons = append(reasons, BlockedUser)
	}
	if limit := *s.InboundPerMinute; limit > 0 && f.PerMinute >= limit {
		reasons = append(reasons, InboundRateLimit)
	}
	return First(reasons...)
}

// refusal says why the call is turned away, "" if it is not.
func refusal(s Settings, f Facts) MissedReason {
	reasons := []MissedReason{s.Admit(f)}
	if *s.TurnAway {
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

// says gives what the caller hears first. A blocked caller hears nothing.
func says(s Settings, refuse MissedReason) []string {
	var greeting []string
	if name := unlessNone(s.Greeting); name != "" {
		greeting = []string{Sound(s.Language, name)}
	}
	switch refuse {
	case "":
		return greeting
	case Workflow:
		if greeting != nil {
			return greeting
		}
		return []string{Sound(s.Language, "unavailable")}
	case NotInOperation:
		return []string{Sound(s.Language, "closed")}
	case InboundRateLimit:
		return []string{Sound(s.Language, "busy-line")}
	default:
		return nil
	}
}

// Sound names a sound in a language. Names with a folder stay as they are.
func Sound(language, name string) string {
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
