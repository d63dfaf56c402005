package seed

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/journal"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// contact is a customer.
type contact struct {
	models.FullContact
}

// number is what the customer calls with; "" for one who withholds it.
func (c *contact) number() string {
	if len(c.Numbers) == 0 {
		return ""
	}
	return c.Numbers[0]
}

// callers are the customers so far.
type callers struct {
	all     []*contact
	blocked []*contact
	used    map[string]bool // numbers
	leads   int             // how many are still to come, each with their first call
	left    int             // how many calls they can come with
}

// leadShare is how many of a hundred contacts are known by their first call only.
const leadShare = 30

// addMembers makes the contacts that the business knew before, and blocks a few.
func (s *seeder) addMembers() error {
	s.used = map[string]bool{}
	s.leads = min(s.o.Contacts*leadShare/100, s.o.Conversations/2)
	members := max(2, s.o.Contacts-s.leads)
	s.left = s.o.Conversations * 7 / 10
	fields, err := s.store.ProfileFields(s.ctx, s.ws.ID)
	if err != nil {
		return err
	}
	first := s.begin().AddDate(-2, 0, 0)
	moments := make([]time.Time, members)
	for i := range moments {
		moments[i] = first.Add(s.between(0, s.begin().Sub(first)))
	}
	slices.SortFunc(moments, time.Time.Compare)
	for i, at := range moments {
		c := s.member(at, fields)
		s.later(func(tx *models.Tx) error { return tx.AddContact(c.FullContact) })
		if (i+1)%conversationsAtOnce == 0 {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	for range min(3+members/2000, members/2) {
		s.block(pick(s, s.all))
	}
	return s.flush()
}

// block keeps a contact away as long as the data goes back, and on.
func (s *seeder) block(c *contact) {
	if slices.Contains(s.blocked, c) {
		return
	}
	s.blocked = append(s.blocked, c)
	b := models.Block{ID: s.id(s.begin()), WorkspaceID: s.ws.ID, Number: c.number(), Reason: pick(s, blockReasons), AgentID: s.agents[0].ID,
		CreatedAt: models.At(s.begin())}
	s.later(func(tx *models.Tx) error { return tx.Block(b) })
}

// member makes a contact that somebody has entered.
func (s *seeder) member(at time.Time, fields []models.ProfileField) *contact {
	name, latin := s.name()
	c := models.Contact{ID: s.id(at), WorkspaceID: s.ws.ID, Kind: "member", Name: name, CreatedAt: models.At(at)}
	if s.chance(45) {
		c.Email = fmt.Sprintf("%s%d@%s", latin, s.rng.IntN(900)+100, pick(s, mailHosts))
	}
	values := map[string]string{}
	for _, f := range fields {
		if of := profiles[f.FieldKey]; of != nil && s.chance(70) {
			values[f.FieldKey] = pick(s, of)
		}
	}
	c.Profile = models.EncodeProfile(values)
	numbers := []string{s.newNumber()}
	if s.chance(12) {
		numbers = append(numbers, s.newNumber())
	}
	return s.add(models.FullContact{Contact: c, Numbers: numbers})
}

func (s *seeder) add(c models.FullContact) *contact {
	added := &contact{c}
	s.all = append(s.all, added)
	s.report.Contacts++
	return added
}

// newNumber draws a number that nobody has: a mobile one, of Seoul, or seldom of
// another country.
func (s *seeder) newNumber() string {
	for {
		var n string
		switch d := s.rng.IntN(100); {
		case d < 84:
			n = fmt.Sprintf("+8210%04d%04d", 2000+s.rng.IntN(8000), s.rng.IntN(10000))
		case d < 95:
			n = fmt.Sprintf("+822%04d%04d", 2000+s.rng.IntN(7000), s.rng.IntN(10000))
		case d < 98:
			n = fmt.Sprintf("+8190%04d%04d", 1000+s.rng.IntN(9000), s.rng.IntN(10000))
		default:
			n = fmt.Sprintf("+1212%03d%04d", 200+s.rng.IntN(800), s.rng.IntN(10000))
		}
		if !s.used[n] {
			s.used[n] = true
			return n
		}
	}
}

// caller is who calls next: somebody new, or somebody who is known, those who
// came last more often.
func (s *seeder) caller(at time.Time, blocked bool) *contact {
	s.left = max(1, s.left-1)
	switch {
	case blocked:
		return pick(s, s.blocked)
	case s.leads > 0 && s.chance(100*float64(s.leads)/float64(s.left)):
		s.leads--
		return s.lead(at, []string{s.newNumber()})
	default:
		return s.known(at)
	}
}

func (s *seeder) known(at time.Time) *contact {
	for {
		u := s.rng.Float64()
		c := s.all[int(u*u*float64(len(s.all)))%len(s.all)]
		if c.number() != "" && !slices.Contains(s.blocked, c) && !c.CreatedAt.After(at) {
			return c
		}
	}
}

// lead makes the contact of an unknown caller (IN-7).
func (s *seeder) lead(at time.Time, numbers []string) *contact {
	c := models.Contact{ID: s.id(at), WorkspaceID: s.ws.ID, Kind: "lead", Profile: "{}", CreatedAt: models.At(at)}
	if len(numbers) > 0 && s.chance(15) {
		_, latin := s.name()
		c.CallerName = strings.ToUpper(latin)
	}
	added := s.add(models.FullContact{Contact: c, Numbers: numbers})
	s.later(func(tx *models.Tx) error { return tx.AddContact(added.FullContact) })
	return added
}

// anonymous is a caller whose number is withheld.
func (s *seeder) anonymous(at time.Time) *contact { return s.lead(at, nil) }

// name draws a name, and the same in plain letters.
func (s *seeder) name() (name, latin string) {
	if s.chance(78) {
		family, given := pick(s, families), pick(s, givens)
		return family[0] + given[0], given[1] + "." + family[1]
	}
	first, last := pick(s, firstNames), pick(s, lastNames)
	return first + " " + last, strings.ToLower(first + "." + last)
}

// colleague is the name of the nth agent.
func (s *seeder) colleague(n int) string {
	family, given := families[(n*7+3)%len(families)], givens[(n*11+5)%len(givens)]
	if n%5 == 4 {
		return firstNames[(n*3)%len(firstNames)] + " " + lastNames[(n*7)%len(lastNames)]
	}
	return family[0] + given[0]
}

// byHour and byDay say how many calls come when, Sunday first.
var (
	byHour = [24]float64{.02, .01, .01, .01, .01, .02, .04, .08, .3, 1.1, 1.45, 1.3, .75, 1.05, 1.3, 1.2, 1.05, .8, .25, .14, .1, .07, .05, .03}
	byDay  = [7]float64{.1, 1.25, 1.05, 1, 1, 1.1, .42}
)

// notYet is how long before now the last call comes, so that all are over.
const notYet = 45 * time.Minute

// arrivals are the moments of all calls, in their order.
func (s *seeder) arrivals() []time.Time {
	begin, end := s.begin().Add(time.Hour), s.o.Now.Add(-notYet)
	var sums []float64
	var sum float64
	for at := begin; at.Before(end); at = at.Add(time.Hour) {
		local := at.In(s.zone)
		sum += byHour[local.Hour()] * byDay[local.Weekday()] * min(1, end.Sub(at).Hours())
		sums = append(sums, sum)
	}
	moments := make([]time.Time, s.o.Conversations)
	for i := range moments {
		hour, _ := slices.BinarySearch(sums, s.rng.Float64()*sum)
		from := begin.Add(time.Duration(hour) * time.Hour)
		moments[i] = from.Add(s.between(0, min(time.Hour, end.Sub(from))))
	}
	slices.SortFunc(moments, time.Time.Compare)
	return moments
}

// refusals are calls to numbers that nobody has: no workspace took them (MISS-1
// unregisteredNumber).
func (s *seeder) refusals() {
	for range max(1, s.o.Conversations/400) {
		at := s.begin().Add(s.between(time.Hour, s.o.Now.Sub(s.begin())-notYet))
		from, to := fmt.Sprintf("010%04d%04d", s.rng.IntN(10000), s.rng.IntN(10000)), fmt.Sprintf("0707666%04d", 1000+s.rng.IntN(9000))
		refused := journal.CallRefused{From: &from, Reason: string(dialplan.UnregisteredNumber), To: &to, Trunk: "trunk-" + s.lines[0].TrunkID}
		id := s.id(at)
		s.later(func(tx *models.Tx) error {
			data, err := journal.Encode(refused)
			if err != nil {
				return err
			}
			return tx.AddJournal([]models.JournalEntry{{CallID: id, Seq: 1, At: models.At(at), Type: refused.Type(), Data: data}})
		})
	}
}
