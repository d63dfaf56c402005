package stage

import (
	"context"
	"fmt"
	"net"
	"slices"
	"testing"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/engine"
	"ringdesk/controller/exchange"
	"ringdesk/controller/presence"
	"ringdesk/models"
	"ringdesk/testkit/phone"
)

// AddTrunk connects a carrier that has an address of its own.
func (s *Stage) AddTrunk(ip string, position int) {
	s.T.Helper()
	k := &Trunk{Trunk: models.Trunk{ID: models.NewID(), WorkspaceID: s.Workspace, Name: ip, CreatedAt: models.At(time.Now())}}
	k.Phone = s.NewPhone(phone.Options{Listen: ip + ":0", User: "carrier", OnInvite: func(c *phone.Call) { s.route(k, c) }})
	s.Trunks = append(s.Trunks, k)
	s.Tx(func(tx *models.Tx) error { return tx.AddTrunk(k.Trunk, []string{ip}) })
	s.SetTrunk(k, func(set *models.TrunkSettings) { set.Remote, set.Position = k.Phone.Addr(), position })
}

// SetTrunk changes a trunk's settings. The engine hears of it at the next
// Provide.
func (s *Stage) SetTrunk(k *Trunk, change func(*models.TrunkSettings)) {
	s.T.Helper()
	set, err := k.Settings()
	if err == nil {
		change(&set)
		err = k.SetSettings(set)
	}
	if err != nil {
		s.T.Fatal(err)
	}
	k.SetHosts([]string{k.Name})
	s.Tx(func(tx *models.Tx) error { return tx.UpdateTrunk(k.Trunk) })
}

// Provide gives the engine the trunks as they are now.
func (s *Stage) Provide() {
	s.T.Helper()
	s.must("trunks", s.Workspace, nil)
}

// NewPhone makes a telephone that lasts until all that is left of the test's
// calls is gone.
func (s *Stage) NewPhone(opt phone.Options) *phone.Phone {
	s.T.Helper()
	p, err := phone.New(context.Background(), opt)
	if err != nil {
		s.T.Fatal(err)
	}
	s.phones = append(s.phones, p)
	return p
}

// State is how a trunk stands with its carrier.
func (s *Stage) State(k *Trunk) engine.TrunkState {
	s.T.Helper()
	var states map[string]engine.TrunkState
	s.must("trunkStates", nil, &states)
	return states[engine.TrunkID(k.ID)]
}

// Silence takes a carrier off the network: nothing answers at its address any
// more.
func (k *Trunk) Silence() { k.Phone.Close() }

// route brings a call that went out through a trunk to the customer's phone.
func (s *Stage) route(k *Trunk, c *phone.Call) {
	k.mu.Lock()
	k.ask = append(k.ask, c.To())
	k.mu.Unlock()
	s.mu.Lock()
	who := s.customers[c.To()]
	s.mu.Unlock()
	if who == nil {
		c.Refuse(404, "Not Found")
		return
	}
	who.invited(c)
}

// Customer is somebody outside.
type Customer struct {
	Party
	Number string     // E.164; "" withholds it
	Keys   phone.Keys // how their telephone sends keys when they call
	stage  *Stage
}

// Customer makes a customer with a telephone. At most two speak at once.
func (s *Stage) Customer(name, number string) *Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Customer{Party: Party{Name: name, Hz: Voices[len(Voices)-2+len(s.customers)%2]}, Number: number, stage: s}
	s.customers[number] = c
	return c
}

// Dial calls the workspace's number.
func (c *Customer) Dial() {
	c.stage.T.Helper()
	c.DialNumber(c.stage.Number.Number)
}

// DialNumber calls a number through the workspace's first trunk.
func (c *Customer) DialNumber(number string) {
	s := c.stage
	s.T.Helper()
	p, err := s.Trunks[0].Phone.Invite("sip:"+number+"@"+s.SIP(), phone.CallOptions{From: c.Number, Name: c.Name, Keys: c.Keys})
	if err != nil {
		s.T.Fatal(err)
	}
	c.Take(p)
	s.T.Cleanup(p.Hangup)
}

// AwaitFinal waits for the final response to their call and gives its code.
func (c *Customer) AwaitFinal() int {
	s := c.stage
	s.T.Helper()
	code := 0
	Await(s.T, c.Name+"'s call is answered or refused", ActionTime, func() (bool, string) {
		code = c.Phone().Final().Code
		return code != 0, ""
	})
	return code
}

// Agent is somebody who takes calls.
type Agent struct {
	Party
	ID, Account string
	PhoneID     string // of the phone that they are signed in with

	stage   *Stage
	session string
	ip      string
	phone   *phone.Phone
}

func (s *Stage) addAgent(i int, ip string) {
	s.T.Helper()
	a := &Agent{Party: Party{Name: fmt.Sprintf("Agent %d", i+1), Hz: Voices[i]}, ID: models.NewID(), Account: models.NewID(), stage: s, session: models.NewID(), ip: ip}
	now := models.At(time.Now())
	s.Tx(func(tx *models.Tx) error {
		account := models.Account{ID: a.Account, Email: a.ID + "@stage.example", Name: a.Name, Locale: "en", CreatedAt: now}
		if err := tx.AddAccount(account); err != nil {
			return err
		}
		err := tx.AddAgent(models.Agent{ID: a.ID, WorkspaceID: s.Workspace, AccountID: a.Account, Name: a.Name, Role: "agent", Seat: true,
			TakesPhone: true, PlacesCalls: true, CreatedAt: now})
		if err != nil {
			return err
		}
		return tx.AddSession(models.Session{TokenHash: a.session, AccountID: a.Account, WorkspaceID: s.Workspace, CreatedAt: now,
			ExpiresAt: models.At(now.Add(time.Hour))})
	})
	s.Agents = append(s.Agents, a)
}

// SignIn gives the agent a new phone, as loading the page does; a former one
// is forgotten, and whether it still answers is its own matter.
func (a *Agent) SignIn() {
	s := a.stage
	s.T.Helper()
	a.phone = s.NewPhone(phone.Options{Listen: net.JoinHostPort(a.ip, "0"), User: "agent", OnInvite: a.invited})
	s.must("phone", phoneParams{Session: a.session, Contact: a.phone.URI()}, &a.PhoneID)
	a.Ready(true)
}

// Ready lets the agent's page say whether its phone can take calls.
func (a *Agent) Ready(on bool) {
	s := a.stage
	s.T.Helper()
	if err := s.installation.openPage(page{Session: a.session, Account: a.Account, Phone: a.PhoneID, Ready: on}); err != nil {
		s.T.Fatal(err)
	}
}

// Vanish takes the agent's phone off the network, without a word.
func (a *Agent) Vanish() { a.phone.Close() }

// LoseBrowser closes the agent's page.
func (a *Agent) LoseBrowser() {
	s := a.stage
	s.T.Helper()
	if err := s.installation.losePage(page{Session: a.session, Account: a.Account}); err != nil {
		s.T.Fatal(err)
	}
}

// Change changes what agents change of their own.
func (a *Agent) Change(c presence.Change) {
	a.stage.T.Helper()
	a.stage.must("change", changeParams{Session: a.session, Change: c}, nil)
}

// RingFor gives the agent a ring time of their own.
func (a *Agent) RingFor(seconds int) {
	s := a.stage
	s.T.Helper()
	s.Tx(func(tx *models.Tx) error {
		return tx.UpdateAgent(s.Workspace, a.ID, models.AgentUpdate{RingSeconds: &seconds})
	})
}

// State is the agent's state in the words of the API.
func (a *Agent) State() models.AgentState {
	s := a.stage
	s.T.Helper()
	state, err := s.installation.store.Agent(s.T.Context(), s.Workspace, a.ID)
	if err != nil {
		s.T.Fatal(err)
	}
	return state
}

// Try gives a command in a call; a refusal is a *Failure.
func (a *Agent) Try(id string, do call.Do) error {
	a.stage.T.Helper()
	do.AgentID = a.ID
	return a.stage.installation.process().ask("do", doParams{a.stage.Workspace, id, do}, nil)
}

// Do gives a command that may not be refused.
func (a *Agent) Do(id string, action call.Action) {
	a.stage.T.Helper()
	a.DoWith(id, call.Do{Action: action})
}

// DoTo is Do about another agent.
func (a *Agent) DoTo(id string, action call.Action, other *Agent) {
	a.stage.T.Helper()
	a.DoWith(id, call.Do{Action: action, Target: other.ID})
}

// DoWith is Do with more to it.
func (a *Agent) DoWith(id string, do call.Do) {
	a.stage.T.Helper()
	if err := a.Try(id, do); err != nil {
		a.stage.T.Fatalf("%s: %s: %v", a.Name, do.Action, err)
	}
}

// Place calls somebody. The agent's own phone answers by itself.
func (a *Agent) Place(number string) (call.Call, error) {
	a.stage.T.Helper()
	a.AutoAnswer(true)
	return a.PlaceWith(exchange.Place{To: number})
}

// PlaceWith is Place with more to it; whether the phone answers by itself is as
// before.
func (a *Agent) PlaceWith(p exchange.Place) (call.Call, error) {
	a.stage.T.Helper()
	p.Workspace, p.AgentID = a.stage.Workspace, a.ID
	var c call.Call
	err := a.stage.installation.process().ask("place", p, &c)
	return c, err
}

// Leg is the agent's present leg in a call.
func (a *Agent) Leg(id string) engine.LegID {
	a.stage.T.Helper()
	c := a.stage.Call(id)
	who, ok := c.Agent(a.ID)
	if !ok {
		a.stage.T.Fatalf("%s is not in call %s", a.Name, id)
	}
	return who.Leg
}

// CutLeg ends the agent's leg for a cause, as the engine does when it loses
// somebody.
func (a *Agent) CutLeg(id string, cause engine.Cause) {
	a.stage.T.Helper()
	a.stage.must("hangup", hangupParams{a.Leg(id), cause}, nil)
}

// Talk lets a customer call and one agent answer, and waits until they hear
// each other. It gives the call's id.
func (s *Stage) Talk(c *Customer, a *Agent) string {
	s.T.Helper()
	c.Dial()
	id := a.Answer(s.T)
	s.AwaitState(id, call.Talking)
	AllHear(s.T, &c.Party, &a.Party)
	return id
}

// Invite lets agents invite a colleague, who answers.
func (a *Agent) Invite(t testing.TB, id string, other *Agent) {
	t.Helper()
	before := other.Rung()
	a.DoTo(id, call.Invite, other)
	Await(t, other.Name+" is invited", ActionTime, func() (bool, string) { return other.Rung() > before, "" })
	other.Answer(t)
}

// Parties lists agents as parties, with others before them.
func Parties(agents []*Agent, others ...*Party) []*Party {
	ps := slices.Clone(others)
	for _, a := range agents {
		ps = append(ps, &a.Party)
	}
	return ps
}

// LiftCaps lets agents place calls as fast as a test does.
func (s *Stage) LiftCaps() {
	s.T.Helper()
	set := models.DefaultOutbound()
	set.Agent.CallsPerSecond, set.Workspace.CallsPerSecond = 100, 100
	s.Tx(func(tx *models.Tx) error { return tx.UpdateOutbound(s.Workspace, set) })
}
