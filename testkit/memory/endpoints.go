package memory

import (
	"context"
	"net/netip"
	"time"

	"ringdesk/controller/engine"
)

const (
	// testHz is the tone of a test call's speech.
	testHz = 300
	// testTalk is how long a test call speaks before it hangs up.
	testTalk = 20 * time.Second
	// testPatience is how long a test call waits for an answer.
	testPatience = 2 * time.Minute
)

func (s *Switch) putPhone(p engine.Phone) error {
	if err := engine.CheckEndpoint("phone", p.ID); err != nil { // passwords mean nothing here
		return err
	}
	s.phones[p.ID] = p
	return nil
}

func (s *Switch) deletePhone(id string) error {
	if _, ok := s.phones[id]; !ok {
		return gone("no phone " + id)
	}
	delete(s.phones, id)
	delete(s.registered, id)
	return nil
}

// PhoneLine implements engine.Commands. Phones are called at once here, wherever
// they are.
func (e *Engine) PhoneLine(string, netip.AddrPort, bool) {}

func (s *Switch) putTrunk(t engine.Trunk) error {
	if err := t.Check(); err != nil {
		return err
	}
	s.trunks[t.ID] = t
	return nil
}

func (s *Switch) deleteTrunk(id string) error {
	if _, ok := s.trunks[id]; !ok {
		return gone("no trunk " + id)
	}
	delete(s.trunks, id)
	delete(s.trunkStates, id)
	return nil
}

// SetTrunkState says how a trunk stands from now on; without it a trunk that
// registers is registered, and one with a remote is reachable. Calls over an
// unreachable one are answered by nobody.
func (s *Switch) SetTrunkState(id string, state engine.TrunkState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trunkStates[id] = state
}

// TrunkStates implements engine.Commands.
func (e *Engine) TrunkStates(ctx context.Context) (map[string]engine.TrunkState, error) {
	states := make(map[string]engine.TrunkState)
	err := e.do(ctx, "TrunkStates", "", func(s *Switch) error {
		for id, t := range s.trunks {
			switch state, set := s.trunkStates[id]; {
			case set:
				states[id] = state
			case t.Register:
				states[id] = engine.TrunkRegistered
			case t.Remote != "":
				states[id] = engine.TrunkReachable
			default:
				states[id] = engine.TrunkUnknown
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return states, nil
}

// testCall calls a business number from inside.
func (s *Switch) testCall(from, to string) error {
	l := &Line{sw: s, number: from, says: testHz, manner: Manner{Patience: testPatience, Talk: testTalk}}
	s.arrive(l, to, false)
	l.expectAnswer()
	return nil
}
