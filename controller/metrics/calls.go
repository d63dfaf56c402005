package metrics

import "time"

// Refusal is why a call from outside was not taken.
type Refusal string

// The refusals.
const (
	Overload     Refusal = "overload"     // too many calls in a second
	Unregistered Refusal = "unregistered" // nobody has the number, or it is not with the carrier that sends the call
	Failed       Refusal = "failure"      // the call could not be saved
)

// OfferResult is how an offer of a call to an agent ended.
type OfferResult string

// The results.
const (
	OfferAnswered OfferResult = "answered"
	OfferDeclined OfferResult = "declined"
	OfferMissed   OfferResult = "missed" // rang in vain
	OfferTaken    OfferResult = "taken"  // a colleague was faster
	OfferLost     OfferResult = "lost"   // the phone could not ring on
	OfferMoved    OfferResult = "moved"  // goes on at the agent's new phone
	OfferEnded    OfferResult = "ended"  // the caller was gone, or the call went elsewhere
)

// CallResult is how a call ended.
type CallResult string

// callResults are those of package call's Outcome; the last takes any other.
var callResults = []CallResult{"answered", "missed", "busy", "noAnswer", "rejected", "unreachable", "moved", "cancelled", "failed"}

// Calls counts what happens to calls.
type Calls struct {
	Inbound, Outbound *Set[CallResult] // calls that have ended
	Refused           *Set[Refusal]
	Offers            *Set[OfferResult] // offers that have ended
	Setup             *Histogram        // from a call's arrival until its first commands are on their way to the engine
	Steps             *Histogram        // of one input of a call: deciding and saving
	Reconnects        Counter           // of the link to the engine
}

// NewCalls makes a Calls in which nothing was counted.
func NewCalls() *Calls {
	const us, ms = time.Microsecond, time.Millisecond
	return &Calls{
		Inbound: NewSet(callResults...), Outbound: NewSet(callResults...),
		Refused: NewSet(Overload, Unregistered, Failed),
		Offers:  NewSet(OfferAnswered, OfferDeclined, OfferMissed, OfferTaken, OfferLost, OfferMoved, OfferEnded),
		Setup:   Durations(5*ms, 10*ms, 25*ms, 50*ms, 100*ms, 250*ms, 500*ms, time.Second, 2500*ms, 5*time.Second),
		Steps:   Durations(100*us, 250*us, 500*us, ms, 2500*us, 5*ms, 10*ms, 25*ms, 100*ms, 250*ms, time.Second),
	}
}

// Commits counts what the store's writer does.
type Commits struct {
	Took  *Histogram // of one commit
	Units *Histogram // how much work it carried
}

// NewCommits makes a Commits in which nothing was counted.
func NewCommits() *Commits {
	const us, ms = time.Microsecond, time.Millisecond
	return &Commits{
		Took:  Durations(500*us, ms, 2500*us, 5*ms, 10*ms, 25*ms, 50*ms, 100*ms, 250*ms, time.Second),
		Units: Sizes(1, 2, 4, 8, 16, 32, 64),
	}
}

// Committed counts one commit.
func (c *Commits) Committed(units int, took time.Duration) {
	c.Took.Took(took)
	c.Units.Observe(int64(units))
}
