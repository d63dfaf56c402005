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
	"ringdesk/e2e/phone"
	"ringdesk/models"
)

// addTrunk connects a carrier that has an address of its own.
func (s *Stage) addTrunk(ip string, position int) {
	s.t.Helper()
	k := &Trunk{Trunk: models.Trunk{ID: models.NewID(), WorkspaceID: s.Workspace, Name: ip, CreatedAt: models.At(time.Now())}}
	k.phone = s.newPhone(phone.Options{Listen: ip + ":0", User: "carrier", OnInvite: func(c *phone.Call) { s.route(k, c) }})
	s.Trunks = append(s.Trunks, k)
	s.tx(func(tx *models.Tx) error { return tx.AddTrunk(k.Trunk, []string{ip}) })
	s.SetTrunk(k, func(set *models.TrunkSettings) { set.Remote, set.Position = k.phone.Addr(), position })
}

// SetTrunk changes a trunk's settings. The engine hears of it at the next
// Provide.
func (s *Stage) SetTrunk(k *Trunk, change func(*models.TrunkSettings)) {
	s.t.Helper()
	set, err := k.Settings()
	if err == nil {
		change(&set)
		err = k.SetSettings(set)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	k.SetHosts([]string{k.Name})
	s.tx(func(tx *models.Tx) error { return tx.UpdateTrunk(k.Trunk) })
}

// Provide gives the engine the trunks as they are now.
func (s *Stage) Provide() {
	s.t.Helper()
	s.must("trunks", s.Workspace, nil)
}

// newPhone makes a telephone that lasts until all that is left of the test's
// calls is gone.
func (s *Stage) newPhone(opt phone.Options) *phone.Phone {
	s.t.Helper()
	p, err := phone.New(context.Background(), opt)
	if err != nil {
		s.t.Fatal(err)
	}
	s.phones = append(s.phones, p)
	return p
}

// State is how a trunk stands with its carrier.
func (s *Stage) State(k *Trunk) engine.TrunkState {
	s.t.Helper()
	var states map[string]engine.TrunkState
	s.must("trunkStates", nil, &states)
	return states[call.TrunkID(k.ID)]
}

// Silence takes a carrier off the network: nothing answers at its address any
// more.
func (k *Trunk) Silence() { k.phone.Close() }

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
	Number string // E.164; "" withholds it
	stage  *Stage
}

// Customer makes a customer with a telephone. At most two speak at once.
func (s *Stage) Customer(name, number string) *Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &Customer{Party: Party{Name: name, Hz: voices[len(voices)-2+len(s.customers)%2]}, Number: number, stage: s}
	s.customers[number] = c
	return c
}

// Dial calls the workspace's number.
func (c *Customer) Dial() {
	c.stage.t.Helper()
	c.DialNumber(c.stage.Number.Number)
}

// DialNumber calls a number through the workspace's first trunk.
func (c *Customer) DialNumber(number string) {
	s := c.stage
	s.t.Helper()
	p, err := s.Trunks[0].phone.Invite("sip:"+number+"@"+s.house.server.SIP, phone.CallOptions{From: c.Number, Name: c.Name})
	if err != nil {
		s.t.Fatal(err)
	}
	c.take(p)
	s.t.Cleanup(p.Hangup)
}

// AwaitFinal waits for the final response to their call and gives its code.
func (c *Customer) AwaitFinal() int {
	s := c.stage
	s.t.Helper()
	code := 0
	await(s.t, c.Name+"'s call is answered or refused", actionTime, func() (bool, string) {
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

	stage *Stage
	ip    string
	phone *phone.Phone
}

func (s *Stage) addAgent(i int, ip string) {
	s.t.Helper()
	a := &Agent{Party: Party{Name: fmt.Sprintf("Agent %d", i+1), Hz: voices[i]}, ID: models.NewID(), Account: models.NewID(), stage: s, ip: ip}
	now := models.At(time.Now())
	s.tx(func(tx *models.Tx) error {
		account := models.Account{ID: a.Account, Email: a.ID + "@stage.example", Name: a.Name, Locale: "en", CreatedAt: now}
		if err := tx.AddAccount(account); err != nil {
			return err
		}
		return tx.AddAgent(models.Agent{ID: a.ID, WorkspaceID: s.Workspace, AccountID: a.Account, Name: a.Name, Role: "agent", Seat: true,
			TakesPhone: true, PlacesCalls: true, CreatedAt: now})
	})
	s.Agents = append(s.Agents, a)
	a.SignIn()
}

// SignIn gives the agent a new phone, as loading the page does; a former one
// is forgotten, and whether it still answers is its own matter.
func (a *Agent) SignIn() {
	s := a.stage
	s.t.Helper()
	id := "p" + models.NewID()[24:] // letters and digits only
	p := s.newPhone(phone.Options{Listen: net.JoinHostPort(a.ip, "0"), User: id, OnInvite: a.invited})
	a.phone, a.PhoneID = p, id
	now := models.At(time.Now())
	s.tx(func(tx *models.Tx) error {
		_, err := tx.PutPhone(models.Phone{ID: id, SessionHash: id, AccountID: a.Account, Password: p.URI(), SeenAt: now, CreatedAt: now})
		return err
	})
	s.must("phone", phoneParams{ID: id, Contact: p.URI()}, nil)
	a.Ready(true)
}

// Ready says whether the agent's browser is there.
func (a *Agent) Ready(on bool) {
	s := a.stage
	s.t.Helper()
	s.tx(func(tx *models.Tx) error { return tx.SetPhoneReady(a.Account, a.PhoneID, on, time.Now()) })
	s.must("agentsChanged", s.Workspace, nil)
}

// Vanish takes the agent's phone off the network, without a word.
func (a *Agent) Vanish() { a.phone.Close() }

// LoseBrowser tells the controller that the agent's browser is gone.
func (a *Agent) LoseBrowser() {
	a.stage.t.Helper()
	a.Ready(false)
	a.stage.must("browserLost", a.Account, nil)
}

// Update changes columns of the agent.
func (a *Agent) Update(set map[string]any) {
	s := a.stage
	s.t.Helper()
	s.tx(func(tx *models.Tx) error { return tx.UpdateAgent(s.Workspace, a.ID, set) })
	s.must("agentsChanged", s.Workspace, nil)
}

// State is the agent's state in the words of the API.
func (a *Agent) State() models.AgentState {
	s := a.stage
	s.t.Helper()
	state, err := s.house.store.Agent(s.t.Context(), s.Workspace, a.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return state
}

// Try gives a command in a call; a refusal is a *Failure.
func (a *Agent) Try(id string, do call.Do) error {
	a.stage.t.Helper()
	do.AgentID = a.ID
	return a.stage.house.process().ask("do", doParams{a.stage.Workspace, id, do}, nil)
}

// Do gives a command that may not be refused.
func (a *Agent) Do(id string, action call.Action) {
	a.stage.t.Helper()
	a.DoWith(id, call.Do{Action: action})
}

// DoTo is Do about another agent.
func (a *Agent) DoTo(id string, action call.Action, other *Agent) {
	a.stage.t.Helper()
	a.DoWith(id, call.Do{Action: action, Target: other.ID})
}

// DoWith is Do with more to it.
func (a *Agent) DoWith(id string, do call.Do) {
	a.stage.t.Helper()
	if err := a.Try(id, do); err != nil {
		a.stage.t.Fatalf("%s: %s: %v", a.Name, do.Action, err)
	}
}

// Place calls somebody. The agent's own phone answers by itself.
func (a *Agent) Place(number string) (call.Call, error) {
	a.stage.t.Helper()
	a.AutoAnswer(true)
	var c call.Call
	err := a.stage.house.process().ask("place", call.Place{Workspace: a.stage.Workspace, AgentID: a.ID, To: number}, &c)
	return c, err
}

// Leg is the agent's present leg in a call.
func (a *Agent) Leg(id string) engine.LegID {
	a.stage.t.Helper()
	c := a.stage.Call(id)
	who, ok := c.Agent(a.ID)
	if !ok {
		a.stage.t.Fatalf("%s is not in call %s", a.Name, id)
	}
	return who.Leg
}

// CutLeg ends the agent's leg for a cause, as the engine does when it loses
// somebody.
func (a *Agent) CutLeg(id string, cause engine.Cause) {
	a.stage.t.Helper()
	a.stage.must("hangup", hangupParams{a.Leg(id), cause}, nil)
}

// Talk lets a customer call and one agent answer, and waits until they hear
// each other. It gives the call's id.
func (s *Stage) Talk(c *Customer, a *Agent) string {
	s.t.Helper()
	c.Dial()
	id := a.Answer(s.t)
	s.AwaitState(id, call.Talking)
	AllHear(s.t, &c.Party, &a.Party)
	return id
}

// Invite lets agents invite a colleague, who answers.
func (a *Agent) Invite(t testing.TB, id string, other *Agent) {
	t.Helper()
	before := other.Rung()
	a.DoTo(id, call.Invite, other)
	await(t, other.Name+" is invited", actionTime, func() (bool, string) { return other.Rung() > before, "" })
	other.Answer(t)
}

// parties lists agents as parties, with others before them.
func parties(agents []*Agent, others ...*Party) []*Party {
	ps := slices.Clone(others)
	for _, a := range agents {
		ps = append(ps, &a.Party)
	}
	return ps
}

// LiftCaps lets agents place calls as fast as a test does.
func (s *Stage) LiftCaps() {
	s.t.Helper()
	set := models.DefaultOutbound()
	set.Agent.CallsPerSecond, set.Workspace.CallsPerSecond = 100, 100
	s.tx(func(tx *models.Tx) error { return tx.UpdateOutbound(s.Workspace, set) })
}
