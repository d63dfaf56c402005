package memory

import (
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
	if !validID(p.ID) {
		return refused("not a phone id")
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

func (s *Switch) putTrunk(t engine.Trunk) error {
	if !validID(t.ID) {
		return refused("not a trunk id")
	}
	for _, h := range t.Hosts {
		_, notPrefix := netip.ParsePrefix(h)
		if _, err := netip.ParseAddr(h); err != nil && notPrefix != nil {
			return refused("no address or network: " + h)
		}
	}
	s.trunks[t.ID] = t
	return nil
}

func (s *Switch) deleteTrunk(id string) error {
	if _, ok := s.trunks[id]; !ok {
		return gone("no trunk " + id)
	}
	delete(s.trunks, id)
	return nil
}

// testCall calls a business number from inside.
func (s *Switch) testCall(from, to string) error {
	l := &Line{sw: s, number: from, says: testHz, manner: Manner{Patience: testPatience, Talk: testTalk}}
	s.arrive(l, to, false)
	l.expectAnswer()
	return nil
}
