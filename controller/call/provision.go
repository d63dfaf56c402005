package call

import (
	"ringdesk/controller/engine"
	"ringdesk/models"
)

// provision gives the engine what it forgets when it restarts.
func (x *Exchange) provision() {
	trunks, err := x.Store.Trunks(x.ctx)
	if err != nil {
		x.Log.Error("trunks cannot be read", "error", err)
	}
	for _, t := range trunks {
		if err := x.Engine.PutTrunk(x.ctx, EngineTrunk(t)); err != nil {
			x.Log.Error("trunk could not be given to the engine", "trunk", t.Name, "error", err)
		}
	}
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
func EngineTrunk(t models.Trunk) engine.Trunk {
	return engine.Trunk{ID: trunkName(t.ID), Hosts: t.HostList()}
}
