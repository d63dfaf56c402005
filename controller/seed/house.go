package seed

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/numbering"
	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// house is the business: who works there, and what customers dial.
type house struct {
	ws     models.Workspace
	zone   *time.Location
	agents []*agent
	lines  []line
	facts  models.OutboundFacts // what decides about outgoing calls, as if nobody called
}

// agent is one who takes calls.
type agent struct {
	models.Agent
	lunch int       // the hour of it
	free  time.Time // when they have finished what they do
}

// line is a business number.
type line struct {
	models.Number
	settings dialplan.Settings
	team     string // "" means everybody
	members  []*agent
	closes   bool // has operating hours
	share    int  // of a hundred calls
}

// teams are the departments; each has a number of its own.
var teams = []struct {
	name, number, label, settings string
	share                         int
}{
	{"지원", "15880101", "고객 지원", `{"team":%q,"automatic":true,"rounds":2,"callbackKey":"1","hours":` + hours + `}`, 35},
	{"영업", "0221005000", "영업 상담", `{"team":%q,"survey":true,"callbackKey":"1","hours":` + hours + `}`, 20},
	{"배송", "07076660300", "배송 조회", `{"team":%q,"automatic":true,"callbackKey":"1","hours":` + hours + `}`, 25},
	{"Global Desk", "07076660400", "International", `{"team":%q,"automatic":true,"language":"en","callbackKey":"1","hours":` + hours + `}`, 10},
}

// hours are open from nine to six, on Saturdays from ten to three.
const hours = `{"week":[[],[{"from":540,"to":1080}],[{"from":540,"to":1080}],[{"from":540,"to":1080}],[{"from":540,"to":1080}],[{"from":540,"to":1080}],[{"from":600,"to":900}]]}`

// furnish makes the agents, teams and numbers that so many calls need.
func (s *seeder) furnish() error {
	if err := s.chooseWorkspace(); err != nil {
		return err
	}
	if err := s.hire(); err != nil {
		return err
	}
	if err := s.addLines(); err != nil {
		return err
	}
	return s.store.Tx(s.ctx, func(tx *models.Tx) (err error) {
		s.facts, err = tx.OutboundFacts(s.ws.ID, "", s.o.Now, s.o.Now, s.o.Now)
		s.facts.AgentLoad, s.facts.WorkspaceLoad, s.facts.TrunkLoads = models.Load{}, models.Load{}, nil
		return errors.Join(err, connect(s.facts.Trunks))
	})
}

// connect lets calls go out by trunks that have no carrier: the history is one of
// calls, whatever the installation is connected to now.
func connect(trunks []models.Trunk) error {
	for i := range trunks {
		t, err := trunks[i].Settings()
		if err != nil || t.Remote != "" {
			return err
		}
		t.Remote = "carrier.example:5060"
		if err := trunks[i].SetSettings(t); err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) chooseWorkspace() error {
	return s.store.Tx(s.ctx, func(tx *models.Tx) error {
		all, err := tx.Workspaces()
		if err != nil {
			return err
		}
		if s.o.Workspace != "" {
			all = slices.DeleteFunc(all, func(w models.Workspace) bool { return w.ID != s.o.Workspace })
		}
		if len(all) != 1 {
			return fmt.Errorf("%w: there are %d workspaces to choose from, so say which with --workspace", ErrNotReady, len(all))
		}
		s.ws, s.zone = all[0], dialplan.Location(all[0].TimeZone)
		s.report.Workspace = s.ws.ID
		return nil
	})
}

// staff is how many agents can take so many calls: in the busiest hour an eighth
// of a working day's calls, of five minutes each.
func (s *seeder) staff() int {
	perDay := float64(s.o.Conversations) / float64(s.o.Days) * 7 / 5.4
	return min(60, 6+int(math.Ceil(perDay/8*5/60*1.6)))
}

// hire makes agents until there are enough. Those who are there already stay.
func (s *seeder) hire() error {
	there, err := s.store.Agents(s.ctx, s.ws.ID)
	if err != nil {
		return err
	}
	seats := 0
	for _, a := range there {
		if a.Seat {
			seats++
		}
	}
	for i := range max(0, s.staff()-seats) {
		who, _, err := people.NewPerson(fmt.Sprintf("agent%02d@seed.ringdesk.example", i+1), s.colleague(i), "ko", "agent", true)
		if err != nil {
			return err
		}
		s.later(func(tx *models.Tx) error {
			_, err := people.Add(tx, verb.Operator, s.ws.ID, who, models.At(s.begin()))
			return err
		})
		s.report.Agents++
	}
	if err := s.flush(); err != nil {
		return err
	}
	all, err := s.store.Agents(s.ctx, s.ws.ID)
	if err != nil {
		return err
	}
	// By name: their ids are not of this seed.
	slices.SortFunc(all, func(a, b models.AgentState) int { return strings.Compare(a.Email, b.Email) })
	for _, a := range all {
		if a.Seat {
			s.agents = append(s.agents, &agent{Agent: a.Agent, lunch: 12 + len(s.agents)%2})
		}
	}
	return nil
}

// addLines makes a team and a number for each department, on the trunk of the
// number that is there already. That one has no hours.
func (s *seeder) addLines() error {
	numbers, err := s.store.Numbers(s.ctx, s.ws.ID)
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		return fmt.Errorf("%w: the workspace has no number, so add one with ringdesk admin number", ErrNotReady)
	}
	p := &people.People{Store: s.store, Now: func() time.Time { return s.begin() }}
	n := &numbering.Numbering{Store: s.store, Now: p.Now}
	s.lines = []line{{Number: numbers[0], members: s.agents, share: 10}}
	for i, t := range teams {
		l := line{closes: true, share: t.share}
		var ids []string
		for j, a := range s.agents {
			if j%len(teams) == i || j%7 == i {
				l.members, ids = append(l.members, a), append(ids, a.ID)
			}
		}
		if l.team, err = p.AddTeam(s.ctx, verb.Operator, s.ws.ID, people.TeamChange{Name: &t.name, Members: &ids}); err != nil {
			return err
		}
		settings := fmt.Sprintf(t.settings, l.team)
		c := numbering.NumberChange{Label: &t.label, Record: new(false), Settings: &settings}
		if l.ID, err = n.AddNumber(s.ctx, verb.Operator, s.ws.ID, t.number, numbers[0].TrunkID, c); err != nil {
			return err
		}
		s.lines = append(s.lines, l)
	}
	return s.readLines()
}

// readLines reads the numbers and how their calls are handled.
func (s *seeder) readLines() error {
	return s.store.Tx(s.ctx, func(tx *models.Tx) error {
		for i := range s.lines {
			l := &s.lines[i]
			var err error
			if l.Number, err = tx.NumberByID(s.ws.ID, l.ID); err != nil {
				return err
			}
			ws, team, number, err := tx.RoutingOf(l.ID)
			if err != nil {
				return err
			}
			layers, err := dialplan.ParseLayers(number, team, ws)
			if err != nil {
				return err
			}
			l.settings = layers.Merge()
		}
		return nil
	})
}

// begin is when the business opened: before the first call.
func (s *seeder) begin() time.Time {
	return s.o.Now.AddDate(0, 0, -s.o.Days).Add(-time.Hour).Truncate(time.Millisecond)
}

// works says whether an agent is at their desk at a moment.
func (s *seeder) works(a *agent, at time.Time) bool {
	local := at.In(s.zone)
	minute := local.Hour()*60 + local.Minute()
	switch local.Weekday() {
	case time.Sunday:
		return false
	case time.Saturday:
		return a.lunch == 12 && minute >= 600 && minute < 900
	default:
		return minute >= 540 && minute < 1080 && local.Hour() != a.lunch
	}
}

// freeNow are the agents of a line who could take a call at a moment, who has
// been free the longest first.
func (s *seeder) freeNow(l *line, at time.Time) (free []*agent, somebody bool) {
	for _, a := range l.members {
		if s.works(a, at) {
			somebody = true
			if !a.free.After(at) {
				free = append(free, a)
			}
		}
	}
	slices.SortStableFunc(free, func(a, b *agent) int { return a.free.Compare(b.free) })
	return free, somebody
}

// nextFree is when the first of a line's agents has finished; zero when nobody is
// there.
func (s *seeder) nextFree(l *line, after time.Time) (at time.Time) {
	for _, a := range l.members {
		if a.free.After(after) && (at.IsZero() || a.free.Before(at)) && s.works(a, a.free) {
			at = a.free
		}
	}
	return at
}
