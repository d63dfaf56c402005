package models

// NoticeWays are by what an agent hears of something.
type NoticeWays struct {
	Desk   bool `json:"desk"`
	System bool `json:"system"` // the system's own notice, while the desk is not looked at
	Sound  bool `json:"sound"`
}

// Preferences are how an account's desk behaves. Fields that its JSON leaves out are as in
// DefaultPreferences.
type Preferences struct {
	Notices    map[string]NoticeWays `json:"notices,omitempty"` // by kind
	RingTone   *string               `json:"ringTone,omitempty"`
	Volume     *int                  `json:"volume,omitempty"` // in per cent
	LetterKeys *bool                 `json:"letterKeys,omitempty"`
	Keys       map[string]string     `json:"keys,omitempty"` // by command
}

// DefaultPreferences are those of who has set nothing. The keys are those of the seed (KEY).
func DefaultPreferences() Preferences {
	all, quiet := NoticeWays{Desk: true, System: true, Sound: true}, NoticeWays{Desk: true, System: true}
	return Preferences{
		Notices: map[string]NoticeWays{"ring": all, "invitation": all, "help": all, "mention": all, "assigned": all, "missed": quiet, "snoozed": quiet},
		Keys: map[string]string{"answer": "Mod+Shift+Space", "mute": "Mod+Shift+KeyM", "hold": "Mod+Shift+KeyH", "dialPad": "Mod+Shift+KeyD",
			"end": "Mod+Shift+KeyO", "leave": "Mod+KeyO", "palette": "Mod+KeyK"},
		RingTone: new("chime"), Volume: new(80), LetterKeys: new(true),
	}
}

// OwnPreferences gives what the account has set, without the defaults.
func (a Account) OwnPreferences() (p Preferences, err error) {
	return p, decodeOver(a.PreferencesText, &p)
}

// Preferences gives how the account's desk behaves: what it has set over the defaults.
func (a Account) Preferences() (Preferences, error) {
	p := DefaultPreferences()
	return p, decodeOver(a.PreferencesText, &p)
}

// KeepPreferences keeps what an account has set, and tells its windows.
func (t *Tx) KeepPreferences(account string, p Preferences) error {
	if err := gone(t.db.Model(&Account{}).Where("id = ?", account).Update("preferences", encode(p))); err != nil {
		return err
	}
	return t.accountChanged(account)
}
