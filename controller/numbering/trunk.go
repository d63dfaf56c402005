package numbering

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"ringdesk/controller/audit"
	"ringdesk/controller/provision"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// UnknownTrunk says that a workspace has no such trunk.
const UnknownTrunk = "There is no trunk with this id in your workspace."

// TrunkChange is what is to be different about a trunk; what is nil stays. The
// fields are those of models.Trunk and models.TrunkSettings.
type TrunkChange struct {
	Name               *string
	Hosts              *[]string // addresses and networks that its calls come from
	Remote             *string
	Register           *bool
	Username           *string
	Password           *models.Secret
	FromDomain         *string
	Codecs             *[]string
	Position           *int
	International      *[]string
	CallerIDStyle      *models.CallerIDStyle
	DTMF               *models.DTMFMode
	Transport          *models.TrunkTransport
	MediaEncryption    *models.MediaEncryption
	FirstAnswerSeconds *int
	MaxCalls           *int
	CallsPerSecond     *int
	MinutesPerDay      *int64
	CostPerDay         *int64
}

// AddTrunk makes a trunk, which needs a name.
func (n *Numbering) AddTrunk(ctx context.Context, by verb.By, workspace string, c TrunkChange) (t models.Trunk, err error) {
	if err := n.takes(c); err != nil {
		return t, err
	}
	err = n.Store.Tx(ctx, func(tx *models.Tx) error {
		t, err = AddTrunk(tx, by, workspace, c, models.At(n.Now()))
		return err
	})
	return t, err
}

// AddTrunk is the verb inside a transaction that makes more than a trunk.
func AddTrunk(tx *models.Tx, by verb.By, workspace string, c TrunkChange, now models.Time) (models.Trunk, error) {
	t := models.Trunk{ID: models.NewID(), WorkspaceID: workspace, CreatedAt: now}
	t.SetHosts(nil)
	if err := c.apply(&t); err != nil {
		return t, err
	}
	if err := tx.AddTrunk(t, t.HostList()); err != nil {
		return t, refusedAddress(err)
	}
	if err := usable(t); err != nil {
		return t, err
	}
	fields, err := trunkFields(t)
	if err != nil {
		return t, err
	}
	return t, audit.Write(tx, by, workspace, now.Time, trunkEntry(audit.Created, t, nil, fields))
}

// ChangeTrunk changes a trunk.
func (n *Numbering) ChangeTrunk(ctx context.Context, by verb.By, workspace, id string, c TrunkChange) (t models.Trunk, err error) {
	if err := n.takes(c); err != nil {
		return t, err
	}
	err = n.Store.Tx(ctx, func(tx *models.Tx) error {
		if t, err = tx.Trunk(workspace, id); err != nil {
			return verb.Missing(err, UnknownTrunk, reason.NoTrunkLike)
		}
		before, err := trunkFields(t)
		if err != nil {
			return err
		}
		if err := c.apply(&t); err != nil {
			return err
		}
		if err := tx.UpdateTrunk(t); err != nil {
			return refusedAddress(err)
		}
		if err := usable(t); err != nil {
			return err
		}
		after, err := trunkFields(t)
		if err != nil {
			return err
		}
		return n.note(tx, by, workspace, trunkEntry(audit.Changed, t, before, after))
	})
	return t, err
}

// RemoveTrunk removes a trunk that no number is on.
func (n *Numbering) RemoveTrunk(ctx context.Context, by verb.By, workspace, id string) error {
	return n.Store.Tx(ctx, func(tx *models.Tx) error {
		t, err := tx.Trunk(workspace, id)
		if err != nil {
			return verb.Missing(err, UnknownTrunk, reason.NoTrunkLike)
		}
		numbers, err := tx.NumbersOn(id)
		if err != nil {
			return err
		}
		if len(numbers) > 0 {
			return verb.Refuse(verb.Conflict, "", "These numbers are on the trunk: %s. Put them on another one first, or remove them.", strings.Join(numbers, ", ")).Because(reason.TrunkHasNumbers, "numbers", strings.Join(numbers, ", "))
		}
		before, err := trunkFields(t)
		if err != nil {
			return err
		}
		if err := tx.DeleteTrunk(workspace, id); err != nil {
			return err
		}
		return n.note(tx, by, workspace, trunkEntry(audit.Removed, t, before, nil))
	})
}

// takes refuses TLS where the engine has none. One that has it already can be changed
// otherwise.
func (n *Numbering) takes(c TrunkChange) error {
	if c.Transport == nil || *c.Transport != models.TransportTLS || n.SIPTLS {
		return nil
	}
	return verb.Refuse(verb.Invalid, "transport", "SIP has no certificate yet: whoever runs this installation sets RINGDESK_SIP_TLS_CERT and RINGDESK_SIP_TLS_KEY and starts the phone system again.").
		Because(reason.TrunkWithoutTLS)
}

// apply puts a change into a trunk and checks what needs no other trunk.
func (c TrunkChange) apply(t *models.Trunk) error {
	if c.Name != nil {
		if t.Name = strings.TrimSpace(*c.Name); t.Name == "" {
			return verb.Refuse(verb.Invalid, "name", "name must not be empty.").Because(reason.Required)
		}
	}
	if c.Hosts != nil {
		t.SetHosts(*c.Hosts)
	}
	s, err := t.Settings()
	if err != nil {
		return err
	}
	set(&s.Remote, c.Remote)
	set(&s.Register, c.Register)
	set(&s.Username, c.Username)
	set(&s.Password, c.Password)
	set(&s.FromDomain, c.FromDomain)
	set(&s.Codecs, c.Codecs)
	set(&s.Position, c.Position)
	set(&s.International, c.International)
	set(&s.CallerIDStyle, c.CallerIDStyle)
	set(&s.DTMF, c.DTMF)
	set(&s.Transport, c.Transport)
	set(&s.MediaEncryption, c.MediaEncryption)
	set(&s.FirstAnswerSeconds, c.FirstAnswerSeconds)
	set(&s.MaxCalls, c.MaxCalls)
	set(&s.CallsPerSecond, c.CallsPerSecond)
	set(&s.MinutesPerDay, c.MinutesPerDay)
	set(&s.CostPerDay, c.CostPerDay)
	if err := t.SetSettings(s); err != nil {
		return verb.Setting("", err)
	}
	if len(t.HostList()) == 0 && !s.Register {
		return verb.Refuse(verb.Invalid, "hosts", "No call could come in: give hosts that calls come from, or register.").Because(reason.TrunkTakesNothing)
	}
	return nil
}

// set changes what a change says something about.
func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// usable refuses a trunk that the engine would refuse: it would be saved and
// never work.
func usable(t models.Trunk) error {
	field, err := provision.Check(t)
	if err == nil {
		return nil
	}
	if field == "" {
		return err
	}
	return verb.Refuse(verb.Invalid, field, "%s.", sentence(err.Error())).Because(reason.TrunkUnusable, "text", sentence(err.Error()))
}

// sentence begins a text with a capital letter.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// refusedAddress words what the store says against a trunk's addresses.
func refusedAddress(err error) error {
	bad := new(models.TrunkAddressError)
	switch {
	case !errors.As(err, &bad):
		return err
	case bad.Taken:
		return verb.Refuse(verb.Conflict, bad.Field, "%s", bad.Error()).Because(reason.TrunkAddressTaken)
	default:
		return verb.Refuse(verb.Invalid, bad.Field, "%s", bad.Error()).Because(reason.TrunkUnusable, "text", bad.Error())
	}
}
