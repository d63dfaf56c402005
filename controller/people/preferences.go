package people

import (
	"context"
	"maps"
	"slices"

	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// PreferencesChange is what is to be different about how an account's desk behaves; what is
// nil or has no entry stays.
type PreferencesChange struct {
	Notices    map[string]models.NoticeWays // by kind
	RingTone   *string
	Volume     *int
	LetterKeys *bool
	Keys       map[string]string // by command; "" means its usual keys
}

// reservedKeys are those that text fields, dialogs' Save and the browser's search need.
var reservedKeys = []string{"Mod+KeyA", "Mod+KeyC", "Mod+KeyF", "Mod+KeyR", "Mod+KeyS", "Mod+KeyV", "Mod+KeyX", "Mod+KeyY", "Mod+KeyZ", "Mod+Shift+KeyZ",
	"Mod+Enter"}

// ChangePreferences changes how an account's desk behaves. Each of the desk's commands has
// keys of its own (KEY).
func (p *People) ChangePreferences(ctx context.Context, account string, c PreferencesChange) error {
	return p.Store.Tx(ctx, func(tx *models.Tx) error {
		a, err := tx.Account(account)
		if err != nil {
			return err
		}
		own, err := a.OwnPreferences()
		if err != nil {
			return err
		}
		own.Notices, own.Keys = over(own.Notices, c.Notices), over(own.Keys, c.Keys)
		maps.DeleteFunc(own.Keys, func(_, keys string) bool { return keys == "" })
		if c.RingTone != nil {
			own.RingTone = c.RingTone
		}
		if c.Volume != nil {
			own.Volume = c.Volume
		}
		if c.LetterKeys != nil {
			own.LetterKeys = c.LetterKeys
		}
		if err := checkKeys(c.Keys, over(models.DefaultPreferences().Keys, own.Keys)); err != nil {
			return err
		}
		return tx.KeepPreferences(account, own)
	})
}

// over is a map with the entries of another over its own.
func over[V any](m, changes map[string]V) map[string]V {
	all := make(map[string]V, len(m)+len(changes))
	maps.Copy(all, m)
	maps.Copy(all, changes)
	return all
}

// checkKeys refuses keys that are needed elsewhere; all are those of each command after the
// change.
func checkKeys(changed, all map[string]string) error {
	for _, command := range slices.Sorted(maps.Keys(changed)) {
		keys := all[command]
		if slices.Contains(reservedKeys, keys) {
			return verb.Refuse(verb.Conflict, "keys."+command, "Text fields and the browser need %s: choose other keys.", keys).Because(reason.KeysReserved)
		}
		for _, other := range slices.Sorted(maps.Keys(all)) {
			if other != command && all[other] == keys {
				return verb.Refuse(verb.Conflict, "keys."+command, "%s are the keys for %s.", keys, other).Because(reason.KeysTaken, "command", other)
			}
		}
	}
	return nil
}
