package api

import (
	"context"

	"ringdesk/controller/people"
	"ringdesk/models"
)

// GetPreferences tells how my desk behaves.
func (h *handlers) GetPreferences(ctx context.Context, _ GetPreferencesRequestObject) (GetPreferencesResponseObject, error) {
	id, err := asAgent(ctx, "ask for their preferences")
	if err != nil {
		return nil, err
	}
	state, err := h.preferences(ctx, id.session.AccountID)
	return GetPreferences200JSONResponse{state}, err
}

// UpdatePreferences changes how my desk behaves.
func (h *handlers) UpdatePreferences(ctx context.Context, req UpdatePreferencesRequestObject) (UpdatePreferencesResponseObject, error) {
	id, err := asAgent(ctx, "change their preferences")
	if err != nil {
		return nil, err
	}
	b := req.Body
	change := people.PreferencesChange{Notices: noticeChange(b.Notices), RingTone: (*string)(b.RingTone), Volume: b.Volume, LetterKeys: b.LetterKeys, Keys: keysChange(b.Keys)}
	if err := h.people.ChangePreferences(ctx, id.session.AccountID, change); err != nil {
		return nil, err
	}
	state, err := h.preferences(ctx, id.session.AccountID)
	return UpdatePreferences200JSONResponse{state}, err
}

func (h *handlers) preferences(ctx context.Context, account string) (PreferencesStateJSONResponse, error) {
	a, err := h.opts.Store.Account(ctx, account)
	if err != nil {
		return PreferencesStateJSONResponse{}, err
	}
	p, err := a.Preferences()
	return PreferencesStateJSONResponse{Preferences: viewPreferences(p), Defaults: viewPreferences(models.DefaultPreferences())}, err
}

func noticeChange(u *NoticePreferencesUpdate) map[string]models.NoticeWays {
	change := map[string]models.NoticeWays{}
	if u == nil {
		return change
	}
	for kind, w := range map[string]*RingWays{"ring": u.Ring, "invitation": u.Invitation} {
		if w != nil {
			change[kind] = models.NoticeWays{Desk: true, System: w.System, Sound: w.Sound}
		}
	}
	for kind, w := range map[string]*NoticeWays{"help": u.Help, "mention": u.Mention, "assigned": u.Assigned, "missed": u.Missed, "snoozed": u.Snoozed} {
		if w != nil {
			change[kind] = models.NoticeWays{Desk: w.Desk, System: w.System, Sound: w.Sound}
		}
	}
	return change
}

func keysChange(u *CommandKeysUpdate) map[string]string {
	change := map[string]string{}
	if u == nil {
		return change
	}
	for command, keys := range map[string]*CommandKeys{"answer": u.Answer, "mute": u.Mute, "hold": u.Hold, "dialPad": u.DialPad, "end": u.End, "leave": u.Leave,
		"palette": u.Palette} {
		if keys != nil {
			change[command] = *keys
		}
	}
	return change
}

func viewPreferences(p models.Preferences) Preferences {
	ring := func(kind string) RingWays {
		return RingWays{System: p.Notices[kind].System, Sound: p.Notices[kind].Sound}
	}
	ways := func(kind string) NoticeWays {
		w := p.Notices[kind]
		return NoticeWays{Desk: w.Desk, System: w.System, Sound: w.Sound}
	}
	return Preferences{
		Notices: NoticePreferences{Ring: ring("ring"), Invitation: ring("invitation"), Help: ways("help"), Mention: ways("mention"), Assigned: ways("assigned"),
			Missed: ways("missed"), Snoozed: ways("snoozed")},
		RingTone: RingTone(*p.RingTone), Volume: *p.Volume, LetterKeys: *p.LetterKeys, Keys: p.Keys,
	}
}
