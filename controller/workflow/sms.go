package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"ringdesk/controller/audit"
	"ringdesk/controller/reason"
	"ringdesk/controller/verb"
	"ringdesk/controller/webhook"
	"ringdesk/dialplan/flow"
	"ringdesk/models"
)

// Message puts a text message into a gateway's request: ${to}, ${text}, ${from} and ${secret}
// stand in its address, headers and body, ${to.local} for a Korean number as it is dialled
// there. In the address they are escaped, in the body as its Content-Type wants it.
func Message(g models.SMSGateway, a flow.Act) (to string, headers map[string]string, body string) {
	from := a.From
	if from == "" {
		from = g.Sender
	}
	local := a.To
	if rest, ok := strings.CutPrefix(a.To, "+82"); ok {
		local = "0" + rest
	}
	put := func(text string, escape func(string) string) string {
		return strings.NewReplacer("${to}", escape(a.To), "${to.local}", escape(local), "${text}", escape(a.Text), "${from}", escape(from), "${secret}", escape(g.Secret)).Replace(text)
	}
	kind, headers := "application/json", map[string]string{}
	for name, value := range g.Headers() {
		headers[name] = put(value, plain)
		if strings.EqualFold(name, "Content-Type") {
			kind = value
		}
	}
	switch escape := url.QueryEscape; {
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		body = put(g.Body, escape)
	case strings.HasPrefix(kind, "application/json"):
		body = put(g.Body, inJSON)
	default:
		body = put(g.Body, plain)
	}
	return put(g.URL, url.QueryEscape), headers, body
}

// plain is a text as it may stand in a header: on one line.
func plain(text string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(text) }

// inJSON is a text as it stands between quotes.
func inJSON(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil { // a text always is JSON
		panic(err)
	}
	return string(quoted[1 : len(quoted)-1])
}

// Gateway is what an admin sets of the gateway for text messages. A nil Secret stays as it is.
type Gateway struct {
	URL     string
	Headers map[string]string
	Body    string
	Sender  string
	Secret  *string
}

// Verbs are what may be done to a workspace's gateway for text messages.
type Verbs struct {
	Store *models.Store
	Now   func() time.Time
	Guard webhook.Guard
}

// SetGateway sets how text messages are sent.
func (v *Verbs) SetGateway(ctx context.Context, by verb.By, workspace string, want Gateway) (g models.SMSGateway, err error) {
	if err := by.NeedAdmin("set the gateway for text messages"); err != nil {
		return g, err
	}
	address, _, _ := Message(models.SMSGateway{URL: want.URL, HeaderText: "{}"}, flow.Act{To: "+821012345678", Text: "x"})
	if err := v.Guard.Check(address); err != nil {
		return g, verb.Refuse(verb.Invalid, "url", "url cannot be used: %s.", err).Because(reason.BadWebhookURL, "text", err.Error()+".")
	}
	if !strings.Contains(want.URL+want.Body, "${text}") {
		return g, verb.Refuse(verb.Invalid, "body", "body must have ${text} in it: what the message says.").Because(reason.Malformed)
	}
	return g, v.Store.Tx(ctx, func(tx *models.Tx) error {
		before, err := tx.SMSGateway(workspace)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		g = models.SMSGateway{WorkspaceID: workspace, URL: want.URL, Body: want.Body, Sender: want.Sender, Secret: before.Secret, ChangedAt: models.At(v.Now())}
		if want.Headers == nil {
			want.Headers = map[string]string{}
		}
		g.SetHeaders(want.Headers)
		changes := audit.Diff(fields(before), fields(g))
		if want.Secret != nil && *want.Secret != before.Secret {
			g.Secret = *want.Secret
			changes = append(changes, models.AuditChange{Field: "secret", Hidden: true})
		}
		if err := tx.SaveSMSGateway(g); err != nil {
			return err
		}
		return audit.Write(tx, by, workspace, v.Now(), audit.Entry{Action: audit.Changed, Kind: audit.SMSGateway, ID: workspace, Changes: changes})
	})
}

// RemoveGateway removes how text messages are sent: workflows send none.
func (v *Verbs) RemoveGateway(ctx context.Context, by verb.By, workspace string) error {
	if err := by.NeedAdmin("remove the gateway for text messages"); err != nil {
		return err
	}
	return v.Store.Tx(ctx, func(tx *models.Tx) error {
		if err := tx.DeleteSMSGateway(workspace); err != nil {
			return verb.Missing(err, "There is no gateway for text messages.", reason.NotThere)
		}
		return audit.Write(tx, by, workspace, v.Now(), audit.Entry{Action: audit.Removed, Kind: audit.SMSGateway, ID: workspace})
	})
}

// fields are what the audit log tells of a gateway.
func fields(g models.SMSGateway) audit.Fields {
	return audit.Fields{"url": g.URL, "headers": slices.Sorted(maps.Keys(g.Headers())), "body": g.Body, "sender": g.Sender}
}
