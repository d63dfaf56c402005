package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// callCenter is FreeSWITCH's own queue. Only the peer's FreeSWITCH loads it.
const callCenter = "mod_callcenter"

// configurePeer writes what FreeSWITCH's own applications shall do: their part
// of the configuration after the product's, and the dialplan beside it.
func (s *freeswitchServer) configurePeer(c *scene) error {
	f, err := os.OpenFile(s.Path("conf/core.xml"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(callCenterConfig(c, s.Path("recordings")))
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.settings.CustomDir, "bench.xml"), []byte(callCenterDialplan(s.Path("recordings"), s.music())), 0o600)
}

// startPeer configures and loads the module, which then makes its queues, agents
// and tiers.
func (s *freeswitchServer) startPeer(ctx context.Context, c *scene) error {
	if err := s.configurePeer(c); err != nil {
		return err
	}
	for _, command := range []string{"reloadxml", "load " + callCenter} {
		if _, err := s.Commands.API(ctx, command); err != nil {
			return fmt.Errorf("%s: %w", command, err)
		}
	}
	return nil
}

// callCenterConfig makes one queue with one agent for each line, and one that
// records; and the queues with many agents, where that agent is next who has been
// free the longest, or, where many decline, in turn, as with the product's
// longestIdle and roundRobin.
func callCenterConfig(c *scene, recordings string) string {
	var queues, agents, tiers strings.Builder
	queueOf := func(name, strategy string, record bool, members ...string) {
		fmt.Fprintf(&queues, "    <queue name=\"%s\"><param name=\"strategy\" value=\"%s\"/>", name, strategy)
		if record {
			fmt.Fprintf(&queues, "<param name=\"record-template\" value=\"%s/${uuid}.wav\"/>", recordings)
		}
		queues.WriteString("</queue>\n")
		for i, m := range members {
			fmt.Fprintf(&tiers, "    <tier agent=\"%s\" queue=\"%s\" level=\"1\" position=\"%d\"/>\n", m, name, i+1)
		}
	}
	for _, name := range c.phones() {
		fmt.Fprintf(&agents, "    <agent name=\"%s\" type=\"callback\" contact=\"[leg_timeout=20]sofia/trunks/sip:%s@%s\" status=\"Available\" "+
			"max-no-answer=\"0\" wrap-up-time=\"0\" reject-delay-time=\"0\" busy-delay-time=\"0\" no-answer-delay-time=\"0\"/>\n", name, name, c.address(name))
	}
	for i := range c.Lines {
		queueOf(fmt.Sprintf("q%04d", i), "ring-all", false, linePhone(i))
		queueOf(fmt.Sprintf("r%04d", i), "ring-all", true, linePhone(i))
	}
	if c.Team > 0 {
		queueOf(string(willing), "longest-idle-agent", false, c.members(willing)...)
		queueOf(string(reluctant), "round-robin", false, c.members(reluctant)...)
	}
	return "<configuration name=\"callcenter.conf\">\n  <settings/>\n  <queues>\n" + queues.String() + "  </queues>\n  <agents>\n" + agents.String() +
		"  </agents>\n  <tiers>\n" + tiers.String() + "  </tiers>\n</configuration>\n"
}

// callCenterDialplan sends the callers where they belong. The queue answers them
// at once; those who must wait hear music, as in the product's queue.
func callCenterDialplan(recordings, music string) string {
	var b strings.Builder
	extension := func(pattern string, actions ...string) {
		fmt.Fprintf(&b, "<extension name=\"bench-%s\"><condition field=\"destination_number\" expression=\"^%s$\">\n", pattern, pattern)
		for _, a := range append(actions, "hangup") {
			application, data, _ := strings.Cut(a, " ")
			fmt.Fprintf(&b, "  <action application=\"%s\" data=\"%s\"/>\n", application, data)
		}
		b.WriteString("</condition></extension>\n")
	}
	extension("0707600([0-9]{4})", "callcenter q$1")
	extension("0707601([0-9]{4})", "callcenter r$1")
	extension(queueNumber(willing), "callcenter "+string(willing))
	extension(queueNumber(reluctant), "callcenter "+string(reluctant))
	extension(crowdedNumber, "set cc_moh_override="+music, "callcenter "+string(willing))
	extension(plainRoom+"([0-9]{4})", "answer", "conference plain$1@ringdesk")
	extension(recordedRoom+"([0-9]{4})", "answer", "set conference_auto_record="+recordings+"/room$1-${uuid}.wav", "conference recorded$1@ringdesk")
	return "<include>\n" + b.String() + "</include>\n"
}
