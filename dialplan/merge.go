package dialplan

import "reflect"

// None is the text that switches off what a less specific level sets: a
// greeting, a key, or, as the only one of a list, the reasons for voicemail.
const None = "none"

func ptr[T any](v T) *T { return &v }

// Defaults are the settings of an installation where nobody has set anything.
// The limits of the queue are IN-6's, the ring time is IN-4's.
func Defaults() Settings {
	return Settings{
		Language:  "ko",
		Greeting:  None,
		Monitored: ptr(false), TurnAway: ptr(false),

		Automatic: ptr(false), Strategy: LongestIdle, RingSeconds: 20, Rounds: 1, AssignSilently: ptr(false),

		Priority: ptr(0), QueueCalls: ptr(200), QueueSeconds: 3600, AnnounceSeconds: 30,

		CallbackKey: None, VoicemailKey: None, VoicemailOn: []string{None}, VoicemailSeconds: 120, Survey: ptr(false),

		InboundPerMinute: ptr(600), WrapUpSeconds: ptr(60), JoinMuted: ptr(false), BlockDays: 30,
	}
}

// Merge puts the settings of a number over those of its team, these over the
// workspace's, and these over Defaults. The result says all.
//
// Hours come from the most specific level that has any, and only this level and
// the ones before it can override them: closing the workspace by hand leaves a
// number alone that has hours of its own. In the same way a greeting is
// monitored only where its own level or one before it says so. A team cannot send its calls to
// another team, since whose settings count would then depend on themselves;
// its fallbacks can.
func Merge(number, team, workspace Settings) Settings {
	team.Team = ""
	s := number
	for _, less := range []Settings{team, workspace, Defaults()} {
		if s.Hours == nil {
			s.Override = s.Override.before(less.Override)
		} else {
			less.Override = s.Override
		}
		if s.Greeting != "" && s.Monitored == nil {
			s.Monitored = ptr(false)
		}
		s = s.or(less)
	}
	return s
}

// or fills what s leaves open from less.
func (s Settings) or(less Settings) Settings {
	to, from := reflect.ValueOf(&s).Elem(), reflect.ValueOf(less)
	for i := range to.NumField() {
		f := to.Field(i)
		open := f.IsZero()
		if k := f.Kind(); k == reflect.Slice || k == reflect.Map {
			open = f.Len() == 0
		}
		if open {
			f.Set(from.Field(i))
		}
	}
	return s
}
