package sim

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"ringdesk/controller/engine"
	"ringdesk/controller/stats"
	"ringdesk/testkit/memory"
	"ringdesk/testkit/memstore"
)

// Options of a day.
type Options struct {
	Seed  uint64
	Calls int       // the day closes after so many
	Flows bool      // some businesses have flows; without them a seed is the history that it was before there were any
	Trace io.Writer // if set, is told all that happens
	Only  string    // with Trace: of this call only
	// Over is told what has happened when a day is over on which nothing went wrong, and what was counted meanwhile; nil is none.
	Over func(memstore.History, stats.Figures)
}

// Result is what a day came to.
type Result struct {
	Calls int // that were taken in or placed
	Steps int // inputs that the calls took
	Day   time.Duration
	// Figures are the statistics as the journal gives them.
	Figures stats.Figures
}

// Violation is an invariant that did not hold.
type Violation struct {
	Seed uint64
	At   time.Duration // since the day began
	Step int
	Call string // "" where it is none's alone
	Text string
}

func (v *Violation) Error() string {
	return fmt.Sprintf("seed %d, step %d, %s into the day, call %q: %s", v.Seed, v.Step, v.At, v.Call, v.Text)
}

// world is one day.
type world struct {
	clock
	dice  dice
	opt   Options
	ctx   context.Context
	sw    *memory.Switch
	store *memstore.Store
	ctl   *controller // nil while it is dead

	began      time.Time
	businesses []*business
	accounts   []*account
	owners     map[string]*account // by phone
	views      map[string]*view    // of live calls
	lines      map[engine.LegID]*memory.Line
	tones      map[*memory.Line]int // of customers
	every      time.Duration        // between two arrivals, on average
	parties    map[string]bool
	missed     []string // the latest missed calls

	admitted int // inbound calls a second; 0 means any number

	failing    int // commands of a thousand
	faulty     bool
	stalled    bool // the link is half-open
	linked     bool
	mended     time.Time
	crashing   bool
	full       bool      // the store takes nothing
	emptied    time.Time // when it last began to take something again
	low        bool      // no new recordings
	deadTrunks map[string]bool

	ids, phones, customers, calls, steps int
	touched                              []string               // calls
	latest                               map[string]*decision   // by call: the step under way
	unsaved                              map[string][]*decision // by call: steps that are in no transaction yet
	within                               *noted                 // the transaction that is being carried out
	hangUps                              map[engine.LegID]*hangUp
	savedAt                              map[string]time.Time    // by call: the latest transaction
	went                                 map[wentTo]bool         // who was taken out of which call by another
	headAt                               map[string]time.Time    // by call: when its next command could be sent
	unsent                               map[string]int          // by call: commands that the engine has not answered
	dialled                              map[string][]dialledLeg // by phone
	idle                                 map[string]time.Time    // by account: when it was last marked idle
	offers                               map[string]int          // phones of an account that ring
	complaints                           map[string]time.Time
	figures                              *stats.Fold
	seen                                 *seen
	bad                                  *Violation
	busy                                 time.Time // when there was last something to do
}

// newID makes ids that sort by age, in the shape of UUIDs.
func (w *world) newID() string {
	w.ids++
	return fmt.Sprintf("00000000-0000-7000-8000-%012x", w.ids)
}

func (w *world) business(id string) *business {
	for _, b := range w.businesses {
		if b.ID == id {
			return b
		}
	}
	return nil
}

// closing says whether the day is over: nobody calls any more, nothing breaks.
func (w *world) closing() bool { return w.calls >= w.opt.Calls }

func (w *world) trace(id, format string, args ...any) {
	if w.opt.Trace != nil && (w.opt.Only == "" || id == "" || strings.HasSuffix(id, w.opt.Only)) {
		fmt.Fprintf(w.opt.Trace, "%10.3f %s %s\n", w.now.Sub(w.began).Seconds(), id[len(id)-min(4, len(id)):], fmt.Sprintf(format, args...))
	}
}

// fail notes the first invariant that does not hold.
func (w *world) fail(id, format string, args ...any) {
	if w.bad == nil {
		w.bad = &Violation{Seed: w.opt.Seed, At: w.now.Sub(w.began), Step: w.steps, Call: id, Text: fmt.Sprintf(format, args...)}
		w.trace(id, "VIOLATED: %s", w.bad.Text)
	}
}

func (w *world) touch(id string) { w.touched = append(w.touched, id) }

// evening is how long a closed day may take until nothing is left.
const evening = 4 * time.Hour

// Run plays one day. The error is a *Violation.
func Run(o Options) (Result, error) {
	w := &world{dice: newDice(o.Seed), opt: o, ctx: context.Background(), owners: map[string]*account{}, views: map[string]*view{},
		lines: map[engine.LegID]*memory.Line{}, tones: map[*memory.Line]int{}, parties: map[string]bool{}, deadTrunks: map[string]bool{},
		latest: map[string]*decision{}, unsaved: map[string][]*decision{}, hangUps: map[engine.LegID]*hangUp{}, savedAt: map[string]time.Time{}, went: map[wentTo]bool{}, headAt: map[string]time.Time{},
		unsent: map[string]int{}, dialled: map[string][]dialledLeg{}, idle: map[string]time.Time{},
		offers: map[string]int{}, complaints: map[string]time.Time{}, figures: stats.NewFold(), seen: newSeen(), linked: true}
	w.now = time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC).Add(w.dice.between(0, 14*time.Hour)) // 7 to 21 o'clock in Seoul
	w.began, w.mended = w.now, w.now
	w.store = memstore.New(w.clock.Now, w.newID)
	w.sw = memory.New(memory.Options{Clock: &w.clock, MusicHz: musicTone, AnySound: memory.Sound{Hz: soundTone, Length: 3 * time.Second}})
	w.invent()
	agents := 0
	for _, acc := range w.accounts {
		if w.dice.chance(850) {
			w.signIn(acc)
		}
		w.lives(acc)
		agents++
	}
	w.every = time.Duration(float64(time.Minute) / float64(agents) / (0.3 + 1.5*w.dice.Float64()))
	w.trouble()
	w.start()
	w.heartbeats()
	w.after(time.Second, w.arrivals)
	w.after(auditInterval, w.audit)
	w.play()
	if w.ctl != nil {
		w.ctl.bury()
	}
	r := Result{Calls: w.calls, Steps: w.steps, Day: w.now.Sub(w.began), Figures: w.figures.Figures()}
	if w.bad != nil {
		return r, w.bad
	}
	if o.Over != nil {
		o.Over(w.store.History(), w.seen.figures)
	}
	return r, nil
}

// play lets everything happen, one after the other, until nothing is left.
func (w *world) play() {
	var until time.Time
	for w.bad == nil {
		if until.IsZero() && w.closing() {
			until = w.now.Add(evening)
			w.faulty = false
		}
		if w.closing() && w.quiet() {
			break
		}
		horizon := until
		if horizon.IsZero() {
			horizon = w.now.Add(evening)
		}
		if !w.next(horizon) {
			break
		}
		w.pump()
		w.check()
	}
	if w.bad == nil {
		w.finalCheck()
	}
}

// quiet says whether the day has been without calls for long enough that nothing
// is under way any more.
func (w *world) quiet() bool {
	switch {
	case w.ctl == nil || !w.ctl.up() || !w.linked || w.full || w.ctl.Live() > 0:
		w.busy = w.now
	case w.busy.IsZero():
		w.busy = w.now
	}
	return w.now.Sub(w.busy) > nightfall
}

// nightfall is how long nothing may happen until the day is over.
const nightfall = time.Minute

// pump gives the controller the engine's events.
func (w *world) pump() {
	for w.ctl != nil {
		ev, ok := w.ctl.eng.Next()
		if !ok {
			return
		}
		w.ctl.handle(ev)
	}
}

// DayCalls is how many calls a day usually has.
const DayCalls = 500
