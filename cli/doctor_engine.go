package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"ringdesk/app"
	"ringdesk/configs"
	asteriskconf "ringdesk/configs/asterisk"
	freeswitchconf "ringdesk/configs/freeswitch"
	"ringdesk/controller/asterisk/local"
	"ringdesk/controller/engine"
)

// doctorWait is how long one question to a part may take.
const doctorWait = 5 * time.Second

// mostSkew is how far the engine's clock may be from ours, which decides about leases:
// it tells seconds only, and asking takes a moment.
const mostSkew = 2 * time.Second

// engineLink says how the engine is reached: by the settings, or by what the one that
// `ringdesk run` has started left. An error means that there is none.
func engineLink(s configs.Settings) (url, user, password string, err error) {
	if s.Asterisk.ARIURL != "" {
		return s.Asterisk.ARIURL, s.Asterisk.ARIUser, s.Asterisk.ARIPassword, nil
	}
	url, user, password, err = local.Link(s.Storage.Data)
	if err == nil && url == "" {
		err = fmt.Errorf("none was ever started on %s", s.Storage.Data)
	}
	if err == nil {
		err = answers(url)
	}
	return url, user, password, err
}

// answers says whether something is there.
func answers(url string) error {
	client := http.Client{Timeout: doctorWait}
	resp, err := client.Get(url)
	if err == nil {
		err = resp.Body.Close()
	}
	return err
}

// examiner is an engine that tells of itself.
type examiner interface {
	Examine(ctx context.Context, modules []string) (engine.Facts, error)
}

// lookAtEngine asks the engine itself, whatever the controller thinks of it.
func lookAtEngine(ctx context.Context, s configs.Settings) []finding {
	const part = "engine"
	modules := freeswitchconf.Modules
	if s.Engine.Use != configs.FreeSWITCH {
		modules = asteriskconf.Modules
		url, user, password, err := engineLink(s)
		if err != nil {
			return found(part, wrong, "no Asterisk answers (%v): start it with ringdesk run, or set RINGDESK_ARI_URL to where it is", err)
		}
		s.Asterisk.ARIURL, s.Asterisk.ARIUser, s.Asterisk.ARIPassword = url, user, password
	}
	wanted, err := modules()
	if err != nil {
		return found(part, wrong, "%v", err)
	}
	x, ok := app.NewEngine(s).(examiner)
	if !ok {
		return found(part, note, "it cannot be asked")
	}
	ctx, cancel := context.WithTimeout(ctx, doctorWait)
	defer cancel()
	facts, err := x.Examine(ctx, wanted)
	if err != nil {
		return found(part, wrong, "it does not answer as it should: %v; see whether it runs, and whether its address and password are those of the settings", err)
	}
	return engineFindings(facts, time.Now())
}

// codecs are the modules that codecs are, by what is lost without them.
var codecs = map[string]string{
	"codec_opus_open_source.so": "browsers then send G.711, which suffers more from a bad network", "mod_opus": "browsers then send G.711, which suffers more from a bad network",
	"codec_g722.so": "carriers' wideband is then not used", "codec_alaw.so": "most carriers send it", "codec_ulaw.so": "most carriers send it",
}

func engineFindings(facts engine.Facts, now time.Time) []finding {
	all := found("engine", well, "version %s", facts.Version)
	if facts.Unfit != "" {
		all = found("engine", wrong, "%s", facts.Unfit)
	}
	missing := slices.Clone(facts.Missing)
	for _, name := range facts.Missing {
		if lost := codecs[name]; lost != "" {
			all = append(all, found("codecs", wrong, "the engine runs without %s: %s. Install the package that has it, and start the engine again", name, lost)...)
			missing = slices.DeleteFunc(missing, func(m string) bool { return m == name })
		}
	}
	if len(missing) > 0 {
		all = append(all, found("modules", wrong, "the engine runs without %s: install the packages that have them, let ringdesk write the configuration (run, render), and start the engine again", strings.Join(missing, ", "))...)
	}
	if skew := facts.Clock.Sub(now).Abs(); !facts.Clock.IsZero() && skew > mostSkew {
		all = append(all, found("clock", wrong, "the engine's clock is %v away from ours: let both machines keep theirs by NTP; recordings and queues go by both", skew.Round(time.Second))...)
	}
	return all
}

// trunkLine is one in the figures of a controller (docs/metrics.md).
var trunkLine = regexp.MustCompile(`^ringdesk_trunk\{name="((?:[^"\\]|\\.)*)",state="(\w+)",workspace="((?:[^"\\]|\\.)*)"\} 1$`)

// trunkAdvice is what to do about a trunk, by its state (engine.TrunkState).
var trunkAdvice = map[string]string{
	string(engine.TrunkRejected):     "the carrier refuses our registration: check user, password and domain",
	string(engine.TrunkUnreachable):  "the carrier answers nothing: check its address, the firewall, and whether it lets this address in",
	string(engine.TrunkUntrusted):    "the carrier's certificate is of no authority that is trusted here: ask the carrier for its authority's certificate and name the file in RINGDESK_SIP_TLS_CA. Should it have worked before, somebody may stand between",
	string(engine.TrunkExpired):      "the carrier's certificate has ended, or has not begun: see whether this machine's clock is right, else tell the carrier",
	string(engine.TrunkMisnamed):     "the carrier's certificate is for another name than the trunk's remote: write the name that the carrier says, not an address. Should it have worked before, somebody may stand between",
	string(engine.TrunkUnregistered): "it is not registered (yet): look again in a minute, then check address, user and password",
}

// lookAtTrunks asks the controller that runs how its trunks are.
func lookAtTrunks(ctx context.Context, s configs.Settings) []finding {
	const part = "trunks"
	if s.Metrics.Address == configs.Off {
		return found(part, note, "how they are cannot be asked, since the figures are off: see Trunks in the desk's settings")
	}
	ctx, cancel := context.WithTimeout(ctx, doctorWait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Metrics.Address+"/metrics", nil)
	if err != nil {
		return found(part, wrong, "RINGDESK_METRICS: %v", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return found(part, note, "how they are cannot be asked, as nobody shows figures at %s: see above whether ringdesk runs, or set RINGDESK_METRICS", s.Metrics.Address)
	}
	defer resp.Body.Close()
	return trunkFindings(resp.Body)
}

func trunkFindings(figures io.Reader) []finding {
	all, n := []finding{}, 0
	for lines := bufio.NewScanner(figures); lines.Scan(); {
		m := trunkLine.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		n++
		if advice := trunkAdvice[m[2]]; advice != "" {
			all = append(all, found("trunks", wrong, "%s of %s is %s: %s", m[1], m[3], m[2], advice)...)
		}
	}
	if len(all) == 0 {
		return found("trunks", well, "%d, none in trouble", n)
	}
	return all
}
