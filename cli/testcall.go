package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"ringdesk/configs"
	"ringdesk/models"
)

type testcallCmd struct {
	URL    string        `help:"ringdesk's address; default: the demo workspace's."`
	Key    string        `help:"API access key; default: the demo workspace's."`
	Secret string        `help:"API access secret; default: the demo workspace's."`
	Follow time.Duration `default:"30s" help:"How long to follow the call and say what becomes of it; 0s does not."`

	client *http.Client
}

// Run asks the running controller for a test call and follows it.
func (c testcallCmd) Run(s configs.Settings) error {
	c.client = ownClient(s, 10*time.Second)
	if c.URL != "" { // another ringdesk, known as browsers know it
		c.client = &http.Client{Timeout: 10 * time.Second}
	}
	if c.URL == "" || c.Key == "" || c.Secret == "" {
		d, err := loadDemo(s)
		if err != nil {
			return usageError{Err: fmt.Errorf("the demo workspace's access key cannot be read: %w; start `ringdesk run` first, or give --url, --key and --secret", err)}
		}
		c.URL, c.Key, c.Secret = d.URL, d.AccessKey, d.AccessSecret
	}
	before, err := c.calls()
	if err != nil {
		return err
	}
	if err := c.ask(http.MethodPost, "/calls/test", "{}", nil); err != nil {
		return fmt.Errorf("no test call: %w", err)
	}
	say("The call is on its way: answer it in the desk at %s", c.URL)
	if c.Follow <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.Follow)
	defer cancel()
	return c.follow(ctx, before, models.TestCaller(s.Calls.Country))
}

// testCall is what is told of a call.
type testCall struct {
	ID, Direction, State, From, MissedReason, EndedBy string
	Participants                                      []struct{ Kind, Name, State string }
}

// follow says what becomes of the newest inbound call that was not there
// before: the one from the test caller, if there are several.
func (c testcallCmd) follow(ctx context.Context, before []testCall, caller string) error {
	said := ""
	for {
		now, err := c.calls()
		if err != nil {
			return err
		}
		fresh := slices.DeleteFunc(now, func(n testCall) bool {
			return n.Direction != "inbound" || slices.ContainsFunc(before, func(b testCall) bool { return b.ID == n.ID })
		})
		if i := slices.IndexFunc(fresh, func(n testCall) bool { return n.From == caller }); i > 0 {
			fresh = fresh[i:]
		}
		if len(fresh) > 0 {
			line, over := fresh[0].becomes()
			if line != "" && line != said {
				say("%s", line)
				said = line
			}
			if over {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			if said == "" {
				return fmt.Errorf("no call came in within %v: see the log of ringdesk, and `ringdesk admin refused`", c.Follow)
			}
			return nil
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// whyMissed says what to do about a test call that nobody took.
var whyMissed = map[string]string{
	"noOperator":         "no agent is logged in and ready for calls. Log in as an agent in the desk, then try again",
	"notInOperation":     "it is outside the operating hours",
	"ringTimeOver":       "it rang, and no agent answered in time",
	"userLeft":           "the caller hung up before an agent answered",
	"exceededQueue":      "the queue is full",
	"abandonedInQueue":   "it waited for as long as a caller may",
	"inboundRateLimit":   "the workspace takes no more calls in a minute",
	"blockedUser":        "the test caller's number is blocked",
	"workflow":           "the settings end every call after the greeting",
	"managerLeft":        "the agent left before the caller could speak",
	"unregisteredNumber": "the number belongs to no workspace",
}

// becomes says how the call stands, and whether nothing more is to be waited for.
func (t testCall) becomes() (line string, over bool) {
	names := func(state string) string {
		var list []string
		for _, p := range t.Participants {
			if p.Kind == "agent" && p.State == state {
				list = append(list, p.Name)
			}
		}
		return strings.Join(list, ", ")
	}
	switch t.State {
	case "greeting":
		return "The caller hears the greeting.", false
	case "queued":
		return "It waits in the queue: every agent who is logged in is busy, or none takes calls at the moment.", false
	case "ringing":
		if who := names("ringing"); who != "" {
			return "It rings: " + who + ".", false
		}
		return "", false
	case "talking":
		return "Answered: " + names("joined") + ".", true
	case "missed":
		return fmt.Sprintf("Nobody took it: %s (%s).", whyMissed[t.MissedReason], t.MissedReason), true
	case "voicemail":
		return "Nobody took it: the caller is asked to leave a message.", true
	default:
		return "The call is over.", true
	}
}

func (c testcallCmd) calls() ([]testCall, error) {
	var list struct{ Items []testCall }
	err := c.ask(http.MethodGet, "/calls?limit=20", "", &list)
	return list.Items, err
}

// ask makes one request to the API. An error holds what the answer says.
func (c testcallCmd) ask(method, path, body string, into any) error {
	req, err := http.NewRequest(method, c.URL+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return usageError{Err: err}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("x-access-key", c.Key)
	req.Header.Set("x-access-secret", c.Secret)
	resp, err := c.client.Do(req)
	if err != nil {
		return fmt.Errorf("ringdesk cannot be reached: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	switch {
	case err != nil:
		return err
	case resp.StatusCode >= 300:
		var problem struct{ Title string }
		if json.Unmarshal(text, &problem) != nil || problem.Title == "" {
			problem.Title = resp.Status
		}
		return fmt.Errorf("%s", problem.Title)
	case into == nil:
		return nil
	default:
		return json.Unmarshal(text, into)
	}
}
