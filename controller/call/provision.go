package call

import (
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/models"
)

// trunkInterval is how often the engine is given the trunks though the link did
// not change: those that another program added to the store take calls within
// this time (ADM-3).
const trunkInterval = 30 * time.Second

// keepTrunks keeps the engine's trunks as the store has them. Trunks that are
// right already are left alone by the adapters.
func (x *Exchange) keepTrunks() {
	defer x.done.Done()
	tick := time.NewTicker(trunkInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-x.ctx.Done():
			return
		}
		if x.EngineUp() == nil {
			x.provisionTrunks()
		}
	}
}

func (x *Exchange) provisionTrunks() {
	trunks, err := x.Store.Trunks(x.ctx)
	if err != nil {
		x.Log.Error("trunks cannot be read", "error", err)
	}
	for _, t := range trunks {
		et, err := EngineTrunk(t)
		if err == nil {
			err = x.Engine.PutTrunk(x.ctx, et)
		}
		if err != nil {
			x.Log.Error("trunk could not be given to the engine", "trunk", t.Name, "error", err)
		}
	}
}

// provision gives the engine what it forgets when it restarts.
func (x *Exchange) provision() {
	x.provisionTrunks()
	phones, err := x.Store.Phones(x.ctx)
	if err != nil {
		x.Log.Error("phones cannot be read", "error", err)
	}
	for _, p := range phones {
		if err := x.Engine.PutPhone(x.ctx, engine.Phone{ID: p.ID, Password: p.Password}); err != nil {
			x.Log.Error("phone could not be given to the engine", "phone", p.ID, "error", err)
		}
	}
}

// EngineTrunk is a trunk as the engine knows it.
func EngineTrunk(t models.Trunk) (engine.Trunk, error) {
	s, err := t.Settings()
	return engine.Trunk{ID: TrunkID(t.ID), Hosts: t.HostList(), Codecs: s.Codecs, Remote: s.Remote, Register: s.Register,
		Username: s.Username, Password: string(s.Password), FromDomain: s.FromDomain}, err
}

// TrunkID is the id of a trunk in the engine.
func TrunkID(id string) string { return "trunk" + strings.ReplaceAll(id, "-", "") }
