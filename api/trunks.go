package api

import (
	"context"
	"sync"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/numbering"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// statesAge is how old the trunks' states that are shown may be.
const statesAge = 5 * time.Second

// trunkStates remembers how the trunks stand, so that looking often costs the
// engine nothing.
type trunkStates struct {
	mu     sync.Mutex
	at     time.Time
	states map[string]engine.TrunkState
}

// trunkStates asks how the trunks stand. When the engine cannot be asked,
// nothing is known.
func (s *Server) trunkStates(ctx context.Context) map[string]engine.TrunkState {
	s.states.mu.Lock()
	defer s.states.mu.Unlock()
	if age := s.now().Sub(s.states.at); age >= 0 && age < statesAge {
		return s.states.states
	}
	states, err := s.opts.Engine.TrunkStates(ctx)
	if err != nil {
		s.log.Warn("the trunks' states cannot be asked", "error", err)
	}
	s.states.at, s.states.states = s.now(), states
	return states
}

// forgetStates makes the next look ask again.
func (s *Server) forgetStates() {
	s.states.mu.Lock()
	defer s.states.mu.Unlock()
	s.states.at = time.Time{}
}

// ListTrunks lists the trunks with their states.
func (h *handlers) ListTrunks(ctx context.Context, _ ListTrunksRequestObject) (ListTrunksResponseObject, error) {
	id, err := asAdmin(ctx, "see the trunks")
	if err != nil {
		return nil, err
	}
	rows, err := h.opts.Store.TrunksOf(ctx, id.workspace)
	if err != nil {
		return nil, err
	}
	items := make([]Trunk, len(rows))
	for i, t := range rows {
		if items[i], err = h.viewTrunk(ctx, t); err != nil {
			return nil, err
		}
	}
	return ListTrunks200JSONResponse{Items: items}, nil
}

// GetTrunk gives one trunk.
func (h *handlers) GetTrunk(ctx context.Context, req GetTrunkRequestObject) (GetTrunkResponseObject, error) {
	id, err := asAdmin(ctx, "see the trunks")
	if err != nil {
		return nil, err
	}
	t, err := h.opts.Store.Trunk(ctx, id.workspace, req.Id)
	if err != nil {
		return nil, verb.Missing(err, numbering.UnknownTrunk, reason.NoTrunkLike)
	}
	v, err := h.viewTrunk(ctx, t)
	return GetTrunk200JSONResponse{TrunkJSONResponse(v)}, err
}

// CreateTrunk adds a trunk, in the engine too.
func (h *handlers) CreateTrunk(ctx context.Context, req CreateTrunkRequestObject) (CreateTrunkResponseObject, error) {
	id, err := asAdmin(ctx, "add trunks")
	if err != nil {
		return nil, err
	}
	t, err := h.numbering.AddTrunk(ctx, id.by(), id.workspace, trunkChange(trunkUpdate(req.Body)))
	if err != nil {
		return nil, err
	}
	known := h.provision(ctx, t.ID)
	v, err := h.viewTrunk(ctx, t)
	if !known {
		return CreateTrunk202JSONResponse(v), err
	}
	return CreateTrunk201JSONResponse{TrunkJSONResponse(v)}, err
}

// UpdateTrunk changes a trunk, in the engine too.
func (h *handlers) UpdateTrunk(ctx context.Context, req UpdateTrunkRequestObject) (UpdateTrunkResponseObject, error) {
	id, err := asAdmin(ctx, "change trunks")
	if err != nil {
		return nil, err
	}
	t, err := h.numbering.ChangeTrunk(ctx, id.by(), id.workspace, req.Id, trunkChange(req.Body))
	if err != nil {
		return nil, err
	}
	known := h.provision(ctx, t.ID)
	v, err := h.viewTrunk(ctx, t)
	if !known {
		return UpdateTrunk202JSONResponse(v), err
	}
	return UpdateTrunk200JSONResponse{TrunkJSONResponse(v)}, err
}

// DeleteTrunk removes a trunk that no number is on.
func (h *handlers) DeleteTrunk(ctx context.Context, req DeleteTrunkRequestObject) (DeleteTrunkResponseObject, error) {
	id, err := asAdmin(ctx, "remove trunks")
	if err != nil {
		return nil, err
	}
	if err := h.numbering.RemoveTrunk(ctx, id.by(), id.workspace, req.Id); err != nil {
		return nil, err
	}
	if !h.provision(ctx, req.Id) {
		return DeleteTrunk202Response{}, nil
	}
	return DeleteTrunk204Response{}, nil
}

// provision lets the engine know a trunk as it is now (ADM-3) and says whether
// it does. What it could not be told it is told later.
func (h *handlers) provision(ctx context.Context, trunk string) bool {
	h.forgetStates()
	err := h.opts.Trunks.Trunk(ctx, trunk)
	if err != nil {
		h.log.Warn("the engine could not be told of a trunk", "trunk", trunk, "error", err)
	}
	return err == nil
}

// trunkUpdate is TrunkInput with its fields as in TrunkUpdate.
func trunkUpdate(in *TrunkInput) *TrunkUpdate {
	return &TrunkUpdate{Name: &in.Name, Hosts: in.Hosts, Remote: in.Remote, Register: in.Register, Username: in.Username,
		Password: in.Password, FromDomain: in.FromDomain, Codecs: in.Codecs, Position: in.Position,
		International: in.International, CallerIdStyle: in.CallerIdStyle, Dtmf: in.Dtmf, Transport: in.Transport, MediaEncryption: in.MediaEncryption, FirstAnswerSeconds: in.FirstAnswerSeconds, MaxCalls: in.MaxCalls,
		CallsPerSecond: in.CallsPerSecond, MinutesPerDay: in.MinutesPerDay, CostPerDay: in.CostPerDay}
}

// trunkChange is what a request changes.
func trunkChange(u *TrunkUpdate) numbering.TrunkChange {
	c := numbering.TrunkChange{Name: u.Name, Hosts: u.Hosts, Remote: u.Remote, Register: u.Register, Username: u.Username,
		Password: (*models.Secret)(u.Password), FromDomain: u.FromDomain, Position: u.Position, International: u.International,
		CallerIDStyle: (*models.CallerIDStyle)(u.CallerIdStyle), DTMF: (*models.DTMFMode)(u.Dtmf),
		Transport: (*models.TrunkTransport)(u.Transport), MediaEncryption: (*models.MediaEncryption)(u.MediaEncryption), FirstAnswerSeconds: u.FirstAnswerSeconds,
		MaxCalls: u.MaxCalls, CallsPerSecond: u.CallsPerSecond, MinutesPerDay: u.MinutesPerDay, CostPerDay: u.CostPerDay}
	if u.Codecs != nil {
		codecs := make([]string, len(*u.Codecs))
		for i, name := range *u.Codecs {
			codecs[i] = string(name)
		}
		c.Codecs = &codecs
	}
	return c
}

func (s *Server) viewTrunk(ctx context.Context, t models.Trunk) (Trunk, error) {
	set, err := t.Settings()
	if err != nil {
		return Trunk{}, err
	}
	v := Trunk{Id: t.ID, Name: t.Name, Hosts: t.HostList(), Remote: set.Remote, Register: set.Register, Username: set.Username,
		HasPassword: set.Password != "", FromDomain: set.FromDomain, Codecs: make([]TrunkCodec, len(set.Codecs)), Position: set.Position,
		International: set.International, CallerIdStyle: CallerIdStyle(set.CallerIDStyle), Dtmf: TrunkDtmf(set.DTMF), Transport: TrunkTransport(set.Transport), MediaEncryption: MediaEncryption(set.MediaEncryption), FirstAnswerSeconds: set.FirstAnswerSeconds, MaxCalls: set.MaxCalls,
		CallsPerSecond: set.CallsPerSecond, MinutesPerDay: set.MinutesPerDay, CostPerDay: set.CostPerDay,
		State: TrunkState(s.trunkStates(ctx)[engine.TrunkID(t.ID)]), CreatedAt: t.CreatedAt.Time}
	for i, c := range set.Codecs {
		v.Codecs[i] = TrunkCodec(c)
	}
	if v.Hosts == nil {
		v.Hosts = []string{}
	}
	if v.International == nil {
		v.International = []string{}
	}
	if v.State == "" {
		v.State = TrunkState(engine.TrunkUnknown)
	}
	return v, nil
}
