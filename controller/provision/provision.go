// Package provision gives the engine what it must know to take and make calls:
// the carriers' trunks and the browsers' phones, as the store has them.
package provision

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// Interval is how often the engine is given the trunks though neither they nor
// its link changed: one that it could not be given is tried again, and one that
// it lost, such as by an operator's reload, is back.
const Interval = 30 * time.Second

// Store is what is asked of the store (models.Store).
type Store interface {
	Trunks(ctx context.Context) ([]models.Trunk, error)
	TrunkByID(ctx context.Context, id string) (models.Trunk, error)
	Phones(ctx context.Context) ([]models.Phone, error)
}

// Engine is what is asked of the media engine (engine.Commands).
type Engine interface {
	PutTrunk(ctx context.Context, t engine.Trunk) error
	DeleteTrunk(ctx context.Context, id string) error
	PutPhone(ctx context.Context, p engine.Phone) error
}

// Provisioner gives one engine what one store has.
type Provisioner struct {
	Store  Store
	Engine Engine
	Log    *slog.Logger

	giving  sync.Mutex // held while a trunk is read and given: the newest is given last
	changed changed
}

// All gives the engine everything, which it forgets when it restarts. What
// cannot be given is logged.
func (p *Provisioner) All(ctx context.Context) {
	p.catchUp(ctx)
	p.Trunks(ctx)
	phones, err := p.Store.Phones(ctx)
	if err != nil {
		p.Log.Error("phones cannot be read", "error", err)
	}
	for _, ph := range phones {
		if err := p.Engine.PutPhone(ctx, Phone(ph)); err != nil {
			p.Log.Error("phone could not be given to the engine", "phone", ph.ID, "error", err)
		}
	}
}

// Trunks gives the engine all trunks; those that are right already are left alone
// by the adapters. Failures are logged.
func (p *Provisioner) Trunks(ctx context.Context) {
	trunks, err := p.Store.Trunks(ctx)
	if err != nil {
		p.Log.Error("trunks cannot be read", "error", err)
	}
	for _, t := range trunks {
		if err := p.Trunk(ctx, t.ID); err != nil {
			p.Log.Error("trunk could not be given to the engine", "trunk", t.Name, "error", err)
		}
	}
}

// Trunk gives the engine a trunk as the store has it now, or takes it out where
// the store has it no more (ADM-3). Watch tries again what failed for the moment.
func (p *Provisioner) Trunk(ctx context.Context, id string) error {
	p.giving.Lock()
	defer p.giving.Unlock()
	t, err := p.Store.TrunkByID(ctx, id)
	if err == nil {
		err = Put(ctx, p.Engine, t)
	} else if errors.Is(err, models.ErrNotFound) {
		if err = p.Engine.DeleteTrunk(ctx, engine.TrunkID(id)); engine.KindOf(err) == engine.KindGone {
			err = nil
		}
	}
	if err != nil && engine.KindOf(err) != engine.KindRefused {
		p.changed.note(id)
	}
	return err
}

// Put gives an engine one trunk.
func Put(ctx context.Context, e Engine, t models.Trunk) error {
	trunk, err := Trunk(t)
	if err != nil {
		return err
	}
	return e.PutTrunk(ctx, trunk)
}

// Phone is a browser's phone as the engine knows it.
func Phone(p models.Phone) engine.Phone {
	return engine.Phone{ID: p.ID, Password: p.Password, Proof: p.Proof}
}

// Trunk is a trunk as the engine knows it.
func Trunk(t models.Trunk) (engine.Trunk, error) {
	s, err := t.Settings()
	return engine.Trunk{ID: engine.TrunkID(t.ID), Hosts: t.HostList(), Codecs: s.Codecs, Remote: s.Remote, Register: s.Register,
		Username: s.Username, Password: string(s.Password), FromDomain: s.FromDomain, DTMF: engine.DTMFMode(s.DTMF),
		Transport: engine.Transport(s.Transport), Encryption: engine.Encryption(s.MediaEncryption),
		FirstAnswer: time.Duration(s.FirstAnswerSeconds) * time.Second}, err
}

// Check says before a trunk is saved whether the engine can be told of it. field
// is the setting at fault.
func Check(t models.Trunk) (field string, err error) {
	trunk, err := Trunk(t)
	if err != nil {
		return "", err
	}
	err = trunk.Check()
	var refusal *engine.Refusal
	if errors.As(err, &refusal) {
		field = refusal.Field
	}
	return field, err
}
