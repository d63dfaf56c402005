// Package outbound decides who may call where, and what it costs (OUT-1 and
// OUT-5 to OUT-9). It denies by default: a call needs an agent who may place
// calls, a caller id that the agent may use, a country on the allow-list, a
// rate, a trunk, and room under every cap. Emergency numbers need a trunk only.
//
// It is pure: it reads no clock and no store. The exchange asks in the transaction
// that notes the call, so that two calls cannot have the same room.
package outbound

import (
	"strconv"
	"time"

	"github.com/nyaruka/phonenumbers"

	"ringdesk/controller/reason"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// Request is a call that an agent wants to place.
type Request struct {
	Text     string // the number, as typed or pasted
	NumberID string // of the number to show; "" takes the first that fits
	At       time.Time
}

// Grant is what may be done.
type Grant struct {
	Dialled
	Number models.Number // whose number is shown; empty only for an emergency call of a workspace without numbers
	Routes []Route       // trunks to try, in order; at least one
	Rate   models.Rate   // empty for calls that cost nothing
	// MaxDuration is the longest that the talk may last before the controller
	// ends it; 0 means no limit (emergency).
	MaxDuration time.Duration

	workspace, agent string
	at               time.Time
	increment        int
}

// Route is one way for a call to go out.
type Route struct {
	TrunkID  string
	CallerID string // as the trunk's carrier wants it; digits with an optional leading +
}

// hangUpTime is what is held back besides MaxDuration for hanging up.
const hangUpTime = time.Second

// Call is what is noted of the granted call (models.Tx.AddOutbound). id is the
// call's.
func (g Grant) Call(id string) models.OutboundCall {
	c := models.OutboundCall{CallID: id, WorkspaceID: g.workspace, AgentID: g.agent, TrunkID: g.Routes[0].TrunkID, NumberID: g.Number.ID,
		Prefix: g.Rate.Prefix, Country: g.Country, Emergency: g.Emergency, RateMCU: g.Rate.RateMCU, Increment: g.increment,
		StartedAt: models.At(g.at)}
	if !g.Emergency {
		c.MaxSeconds = int64(g.reserved() / time.Second)
	}
	return c
}

func (g Grant) reserved() time.Duration { return g.MaxDuration + hangUpTime }

// Day is the day of caps and sums: the one of the time zone (IANA name) that a
// moment belongs to, from its first moment until before the next day's.
func Day(at time.Time, zone string) (from, to time.Time, err error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return from, to, err
	}
	y, m, d := at.In(loc).Date()
	return dialplan.DayBegins(y, m, d, loc), dialplan.DayBegins(y, m, d+1, loc), nil
}

// Check decides about a call. The error is a *Refusal.
func Check(req Request, f models.OutboundFacts) (Grant, error) {
	g, r := check(req, f)
	if r != nil {
		return Grant{}, r
	}
	return g, nil
}

func check(req Request, f models.OutboundFacts) (Grant, *Refusal) {
	d, err := ParseDialled(req.Text, f.Workspace.Country)
	if err != nil {
		return Grant{}, refuse(NotANumber, reason.NotANumber, "%s", err).naming("text", short(req.Text))
	}
	g := Grant{Dialled: d, workspace: f.Workspace.ID, agent: f.Agent.ID, at: req.At, increment: 1}
	if d.Emergency {
		return g.emergency(req, f)
	}
	s, err := f.Workspace.OutboundSettings()
	if err != nil {
		return Grant{}, refuse(Settings, reason.OutboundDamaged, "the workspace's settings for calling are damaged (%s): an admin can save them again", err)
	}
	g.increment = s.Increment
	var r *Refusal
	if r = permit(f.Agent); r == nil {
		r = permitCountry(d, s, f.Workspace.Country)
	}
	if r == nil {
		g.Number, r = chooseNumber(req, f, g.abroad(f))
	}
	if r == nil {
		g.Rate, r = findRate(d, f, req.At)
	}
	if r == nil {
		r = g.route(f, s)
	}
	return g, r
}

func (d Dialled) abroad(f models.OutboundFacts) bool { return d.Country != f.Workspace.Country }

// permit checks the agent (OUT-1).
func permit(a models.Agent) *Refusal {
	switch {
	case !a.Seat:
		return refuse(NoSeat, reason.NoSeat, "placing calls needs an operator seat: an admin can give you one")
	case !a.PlacesCalls:
		return refuse(NoPermission, reason.MayNotCall, "you may not place calls: an admin can give you the permission")
	}
	return nil
}

// permitCountry checks where the call goes (OUT-6). Numbers of the +1 zone
// belong to the country of their area code, so that Jamaica or Puerto Rico are
// not the USA.
func permitCountry(d Dialled, s models.OutboundSettings, home string) *Refusal {
	switch {
	case d.Premium && !s.Premium:
		r := refuse(PremiumNumber, reason.PremiumNotAllowed, "%s is a number of extra cost (premium rate, shared cost, personal, satellite, or a service abroad), "+
			"which this workspace does not allow: an admin can allow them", d.Dial()).naming("number", d.Dial())
		r.Country = d.Country
		return r
	case d.Country == home && !s.National:
		return refuse(National, reason.NationalNotAllowed, "this workspace does not allow calls inside the country: an admin can allow them")
	case d.Country == home:
		return nil
	}
	for _, c := range s.Countries {
		if c == d.Country {
			return nil
		}
	}
	r := refuse(Country, reason.CountryNotAllowed, "calls to %s (%s) are not allowed: an admin can add the country to the list of those that may be called",
		d.Country, d.E164).naming("country", d.Country, "prefix", areaPrefix(d))
	r.Country = d.Country
	return r
}

// findRate finds what the call costs (OUT-7). A call inside the country costs
// nothing when no rate is about it. Numbers of extra cost need a rate of their
// own: the one of a whole country would be wrong.
func findRate(d Dialled, f models.OutboundFacts, at time.Time) (models.Rate, *Refusal) {
	number := d.E164
	if d.Short != "" {
		number = "+" + strconv.Itoa(phonenumbers.GetCountryCodeForRegion(d.Country)) + d.Short
	}
	rate, ok := models.RateOf(f.Rates, number, d.Country, at)
	if ok && (!d.Premium || d.Country == noCountry || len(rate.Prefix) > len(countryPrefix(d))) {
		return rate, nil
	}
	if !d.Premium && !d.abroad(f) {
		return models.Rate{}, nil
	}
	r := refuse(NoRate, reason.NoRate, "there is no rate for %s: an admin can add one", number).naming("number", number)
	r.Country = d.Country
	return models.Rate{}, r
}

// most is how much of what was typed a refusal repeats.
const most = 100

func short(text string) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// areaPrefix is how people know where a number is: the country code, and in the
// +1 zone outside the USA and Canada the area code, too, as in +1 876.
func areaPrefix(d Dialled) string {
	const zone1, area = "+1", 3
	prefix := countryPrefix(d)
	if prefix == zone1 && d.Country != "US" && d.Country != "CA" && len(d.E164) >= len(zone1)+area {
		return zone1 + " " + d.E164[len(zone1):len(zone1)+area]
	}
	return prefix
}

// countryPrefix is the country code with its plus.
func countryPrefix(d Dialled) string {
	n, err := phonenumbers.Parse(d.E164, "ZZ")
	if err != nil {
		return ""
	}
	return "+" + strconv.Itoa(int(n.GetCountryCode()))
}
