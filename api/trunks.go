package api

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

const (
	unknownTrunk = "There is no trunk with this id in your workspace."
	// statesAge is how old the trunks' states that are shown may be.
	statesAge = 5 * time.Second
)

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
		return nil, missing(err, unknownTrunk)
	}
	v, err := h.viewTrunk(ctx, t)
	return GetTrunk200JSONResponse{TrunkJSONResponse(v)}, err
}

// CreateTrunk adds a trunk and gives it to the engine.
func (h *handlers) CreateTrunk(ctx context.Context, req CreateTrunkRequestObject) (CreateTrunkResponseObject, error) {
	id, err := asAdmin(ctx, "add trunks")
	if err != nil {
		return nil, err
	}
	t := models.Trunk{ID: models.NewID(), WorkspaceID: id.workspace, CreatedAt: models.At(h.now())}
	t.SetHosts(nil)
	if err := changeTrunk(&t, trunkUpdate(req.Body)); err != nil {
		return nil, err
	}
	if err := h.opts.Store.Tx(ctx, func(tx *models.Tx) error { return tx.AddTrunk(t, t.HostList()) }); err != nil {
		return nil, err
	}
	pushed := h.pushTrunk(ctx, t)
	v, err := h.viewTrunk(ctx, t)
	if !pushed {
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
	var t models.Trunk
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		var err error
		if t, err = tx.Trunk(id.workspace, req.Id); err != nil {
			return missing(err, unknownTrunk)
		}
		if err := changeTrunk(&t, req.Body); err != nil {
			return err
		}
		return tx.UpdateTrunk(t)
	})
	if err != nil {
		return nil, err
	}
	pushed := h.pushTrunk(ctx, t)
	v, err := h.viewTrunk(ctx, t)
	if !pushed {
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
	var t models.Trunk
	err = h.opts.Store.Tx(ctx, func(tx *models.Tx) error {
		var err error
		if t, err = tx.Trunk(id.workspace, req.Id); err != nil {
			return missing(err, unknownTrunk)
		}
		numbers, err := tx.NumbersOn(t.ID)
		if err != nil {
			return err
		}
		if len(numbers) > 0 {
			return conflict("", "These numbers are on the trunk: %s. Put them on another one first, or remove them.", strings.Join(numbers, ", "))
		}
		return tx.DeleteTrunk(id.workspace, t.ID)
	})
	if err != nil {
		return nil, err
	}
	h.forgetStates()
	err = h.opts.Engine.DeleteTrunk(ctx, call.TrunkID(t.ID))
	if kind := engine.KindOf(err); kind != "" && kind != engine.KindGone {
		h.log.Warn("the engine cannot be told that a trunk is removed", "trunk", t.ID, "error", err)
		return DeleteTrunk202Response{}, nil
	}
	return DeleteTrunk204Response{}, nil
}

// ensureTrunk gives the engine a trunk that it does not know, such as one that
// was added on the command line, and says whether it knows it now.
func (h *handlers) ensureTrunk(ctx context.Context, t models.Trunk) bool {
	states, err := h.opts.Engine.TrunkStates(ctx)
	if _, known := states[call.TrunkID(t.ID)]; known && err == nil {
		return true
	}
	return h.pushTrunk(ctx, t)
}

// pushTrunk gives a trunk to the engine (ADM-3) and says whether it could. What
// the engine was not told now it is given when its link is up again.
func (h *handlers) pushTrunk(ctx context.Context, t models.Trunk) bool {
	h.forgetStates()
	et, err := call.EngineTrunk(t)
	if err == nil {
		err = h.opts.Engine.PutTrunk(ctx, et)
	}
	if err != nil {
		h.log.Warn("a trunk could not be given to the engine", "trunk", t.ID, "error", err)
	}
	return err == nil
}

// trunkUpdate is TrunkInput with its fields as in TrunkUpdate.
func trunkUpdate(in *TrunkInput) *TrunkUpdate {
	return &TrunkUpdate{Name: &in.Name, Hosts: in.Hosts, Remote: in.Remote, Register: in.Register, Username: in.Username,
		Password: in.Password, FromDomain: in.FromDomain, Codecs: in.Codecs, Position: in.Position,
		International: in.International, CallerIdStyle: in.CallerIdStyle, MaxCalls: in.MaxCalls,
		CallsPerSecond: in.CallsPerSecond, MinutesPerDay: in.MinutesPerDay, CostPerDay: in.CostPerDay}
}

// changeTrunk puts what a request says into a trunk.
func changeTrunk(t *models.Trunk, u *TrunkUpdate) error {
	if u.Name != nil {
		if t.Name = strings.TrimSpace(*u.Name); t.Name == "" {
			return invalid("name", "name must not be empty.")
		}
	}
	if u.Hosts != nil {
		for _, host := range *u.Hosts {
			if err := checkHost(host); err != nil {
				return err
			}
		}
		t.SetHosts(*u.Hosts)
	}
	s, err := t.Settings()
	if err != nil {
		return err
	}
	assign(&s.Remote, u.Remote)
	assign(&s.Register, u.Register)
	assign(&s.Username, u.Username)
	assign(&s.Password, (*models.Secret)(u.Password))
	assign(&s.FromDomain, u.FromDomain)
	if u.Codecs != nil {
		s.Codecs = nil
		for _, c := range *u.Codecs {
			s.Codecs = append(s.Codecs, string(c))
		}
	}
	assign(&s.Position, u.Position)
	assign(&s.International, u.International)
	assign(&s.CallerIDStyle, (*models.CallerIDStyle)(u.CallerIdStyle))
	assign(&s.MaxCalls, u.MaxCalls)
	assign(&s.CallsPerSecond, u.CallsPerSecond)
	assign(&s.MinutesPerDay, u.MinutesPerDay)
	assign(&s.CostPerDay, u.CostPerDay)
	if err := t.SetSettings(s); err != nil {
		return invalidSetting(err)
	}
	if len(t.HostList()) == 0 && !s.Register {
		return invalid("hosts", "No call could come in: give hosts that calls come from, or register.")
	}
	return nil
}

// assign changes what a request says something about.
func assign[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// The widest networks that calls may come from, in bits of their prefix: no
// carrier's is wider, and a wider one would let strangers in.
const (
	widestIPv4 = 16
	widestIPv6 = 32
)

func checkHost(host string) error {
	if a, err := netip.ParseAddr(host); err == nil && a.Zone() == "" {
		return nil
	}
	if p, err := netip.ParsePrefix(host); err == nil {
		if widest := map[bool]int{true: widestIPv4, false: widestIPv6}[p.Addr().Is4()]; p.Bits() < widest {
			return invalid("hosts", "%s is too wide a network: give the carrier's own, of at least %d bits.", host, widest)
		}
		return nil
	}
	return invalid("hosts", "%q is no IP address or network: write it as 203.0.113.5 or 203.0.113.0/24.", short(host))
}

// invalidSetting words a mistake that the settings' own check has found: its
// sentence begins with the field.
func invalidSetting(err error) *problem {
	first, _, _ := strings.Cut(err.Error(), "\n") // of several mistakes
	field, _, _ := strings.Cut(first, " ")
	return invalid(strings.TrimSuffix(field, ":"), "%s.", first)
}

func (s *Server) viewTrunk(ctx context.Context, t models.Trunk) (Trunk, error) {
	set, err := t.Settings()
	if err != nil {
		return Trunk{}, err
	}
	v := Trunk{Id: t.ID, Name: t.Name, Hosts: t.HostList(), Remote: set.Remote, Register: set.Register, Username: set.Username,
		HasPassword: set.Password != "", FromDomain: set.FromDomain, Codecs: make([]TrunkCodec, len(set.Codecs)), Position: set.Position,
		International: set.International, CallerIdStyle: CallerIdStyle(set.CallerIDStyle), MaxCalls: set.MaxCalls,
		CallsPerSecond: set.CallsPerSecond, MinutesPerDay: set.MinutesPerDay, CostPerDay: set.CostPerDay,
		State: TrunkState(s.trunkStates(ctx)[call.TrunkID(t.ID)]), CreatedAt: t.CreatedAt.Time}
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
