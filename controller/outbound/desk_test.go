package outbound_test

import (
	"errors"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"ringdesk/controller/outbound"
	"ringdesk/models"
)

// morning is a Monday in Seoul.
var morning = time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)

// desk is a workspace in a store: two trunks with remotes, three numbers (one
// of which may call abroad by its pattern), two agents.
type desk struct {
	*models.Store
	ws     string
	agents [2]string
	// trunks are in the order of their positions.
	trunks [2]string
	// abroad is 070-7666-0001 on the first trunk, home 070-1234-0001 on the
	// first, other 070-7174-0001 on the second.
	abroad, home, other string
}

type fataler interface {
	Helper()
	Fatal(...any)
}

func must(t fataler, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openStore(t *testing.T) *models.Store {
	t.Helper()
	s, err := models.Open(filepath.Join(t.TempDir(), "ringdesk.db"))
	must(t, err)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// numbersMade keeps the numbers and the carriers of several desks in one store
// apart.
var numbersMade int

func newDesk(t fataler, s *models.Store, country string) *desk {
	t.Helper()
	d := &desk{Store: s, ws: models.NewID()}
	at := models.At(morning.AddDate(0, -1, 0))
	numbersMade++
	carrier := netip.AddrFrom4([4]byte{100, 64, byte(numbersMade / 256), byte(numbersMade)}).String() // RFC 6598
	must(t, s.Tx(ctx, func(tx *models.Tx) error {
		err := tx.AddWorkspace(models.Workspace{ID: d.ws, Name: "w", Country: country, TimeZone: "Asia/Seoul", CreatedAt: at})
		for i := range d.trunks {
			d.trunks[i] = models.NewID()
			tr := models.Trunk{ID: d.trunks[i], WorkspaceID: d.ws, Name: "t", CreatedAt: at}
			set := models.DefaultTrunk()
			set.Remote, set.Position = carrier+":5060", i
			err = errors.Join(err, tr.SetSettings(set), tx.AddTrunk(tr, []string{carrier}))
		}
		add := func(number, trunk string) string {
			n := models.Number{ID: models.NewID(), WorkspaceID: d.ws, TrunkID: trunk, Number: number, CreatedAt: at}
			err = errors.Join(err, tx.AddNumber(n))
			return n.ID
		}
		tail := string([]byte{'0' + byte(numbersMade/1000%10), '0' + byte(numbersMade/100%10), '0' + byte(numbersMade/10%10), '0' + byte(numbersMade%10)})
		d.abroad, d.home, d.other = add("+82707666"+tail, d.trunks[0]), add("+82701234"+tail, d.trunks[0]), add("+82707174"+tail, d.trunks[1])
		for i := range d.agents {
			acc := models.Account{ID: models.NewID(), Email: models.NewID(), CreatedAt: at}
			a := models.Agent{ID: models.NewID(), WorkspaceID: d.ws, AccountID: acc.ID, Name: "a", Role: "agent", Seat: true, PlacesCalls: true, CreatedAt: at}
			d.agents[i] = a.ID
			err = errors.Join(err, tx.AddAccount(acc), tx.AddAgent(a))
		}
		return err
	}))
	return d
}

// facts reads what Check needs, for a moment.
func (d *desk) facts(t fataler, agent string, at time.Time) models.OutboundFacts {
	t.Helper()
	from, to, err := outbound.Day(at, "Asia/Seoul")
	must(t, err)
	var f models.OutboundFacts
	must(t, d.Tx(ctx, func(tx *models.Tx) (err error) {
		f, err = tx.OutboundFacts(d.ws, agent, at, from, to)
		return err
	}))
	return f
}

func (d *desk) setTrunk(t fataler, id string, change func(*models.TrunkSettings)) {
	t.Helper()
	tr, err := d.Trunk(ctx, d.ws, id)
	must(t, err)
	set, err := tr.Settings()
	must(t, err)
	change(&set)
	must(t, tr.SetSettings(set))
	must(t, d.Tx(ctx, func(tx *models.Tx) error { return tx.UpdateTrunk(tr) }))
}

func (d *desk) setOutbound(t fataler, change func(*models.OutboundSettings)) {
	t.Helper()
	set := models.DefaultOutbound()
	change(&set)
	must(t, d.Tx(ctx, func(tx *models.Tx) error { return tx.UpdateOutbound(d.ws, set) }))
}

// codeOf is the reason of a refusal.
func codeOf(err error) outbound.Code {
	var r *outbound.Refusal
	if !errors.As(err, &r) {
		return ""
	}
	return r.Code
}
