package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ringdesk/configs"
)

// The media engines that ringdesk can be measured on.
const (
	onAsterisk   = "asterisk"
	onFreeSWITCH = "freeswitch"
)

// mediaEngine is one of them, with what it has of its own for the same jobs.
type mediaEngine interface {
	names() names
	// start starts one with the product's configuration and its data below dir,
	// and returns when it takes commands. For one that serves no controller, peer
	// says whom its own applications shall serve, if they must know by then.
	start(ctx context.Context, dir string, firstRTP int, peer *scene) (server, error)
}

// names says what is measured, and what ringdesk is compared with.
type names struct {
	Engine string `json:"engine"`
	Queue  string `json:"queue"`
	Rooms  string `json:"rooms"`
	Record string `json:"record"` // what records the queue's calls
	// AnswersAtOnce says that the queue answers its callers before an agent does,
	// so that they cannot know when the talk begins: the agents end calls then,
	// and the time from an agent's answer to a caller's means nothing.
	AnswersAtOnce bool `json:"answersAtOnce"`
	// Mixes is the technology of bridges that mix sound, rather than pass it on.
	Mixes string `json:"mixes"`
	// goals are the targets on this engine.
	goals goals
	// parts are those that can be measured.
	parts []string
}

// server is one running media engine.
type server interface {
	sip() string // host:port for callers
	pid() int
	environment() []string // how a controller reaches it, as the product's settings
	// startPeer lets the engine's own applications take calls.
	startPeer(ctx context.Context, c *scene) error
	// leftovers counts what there is of calls.
	leftovers(ctx context.Context) (int, error)
	// parties lists the ids of the phones that are connected.
	parties(ctx context.Context) ([]string, error)
	// bridges counts what joins two or more of them, by technology, and how many
	// are joined.
	bridges(ctx context.Context) (count map[string]int, joined int, err error)
	// packets counts the RTP that a party has sent and was sent so far.
	packets(ctx context.Context, party string) (in, out int, err error)
	stop() error
}

// productSettings reads the product's settings from an environment. Every call is
// taken, and the callers' trunk and the webhooks' receiver are on this machine.
func productSettings(environment []string) (configs.Settings, error) {
	env := map[string]string{"RINGDESK_NEW_CALLS_PER_SECOND": "0", "RINGDESK_LOCAL_TRUNKS": "true", "RINGDESK_WEBHOOKS_ALLOW": "127.0.0.1"}
	for _, line := range environment {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	return configs.Load("", false, func(name string) string { return env[name] })
}

// mediaEngine finds the engine that the options name.
func (o *options) mediaEngine() (mediaEngine, error) {
	switch o.engineName {
	case onAsterisk:
		return asteriskEngine{root: o.root}, nil
	case onFreeSWITCH:
		return newFreeSWITCH(o.prefix)
	}
	return nil, fmt.Errorf("there is no engine %q: take %s or %s", o.engineName, onAsterisk, onFreeSWITCH)
}

// withoutPostgres are parts that do not ask the controller's database, or make one of their own.
var withoutPostgres = []string{partRooms, partStatistics, partGrowth}

// chooseParts leaves out of the parts that are wanted those that the engine or
// the store cannot be measured in, and says so.
func chooseParts(wanted []string, n names, store string) ([]string, error) {
	var chosen []string
	for _, part := range wanted {
		switch {
		case !slices.Contains(n.parts, part):
			say("The part %s is not measured on %s", part, n.Engine)
		case store == onPostgres && slices.Contains(withoutPostgres, part):
			say("The part %s says nothing of %s", part, store)
		default:
			chosen = append(chosen, part)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("on %s with %s none of these parts is measured; on %s there are %s", n.Engine, store, n.Engine, strings.Join(n.parts, ","))
	}
	return chosen, nil
}
