package api_test

import (
	"errors"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/models"
)

// What cannot be a webhook is refused with what to do; agents see none; a workspace has at most twenty.
//
// Covers: ADM-6, SEC-2, SEC-4.
func TestWebhooksAreRefused_ADM_6(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	e.as(e.here.agent).do("GET", "/webhooks", "").problem(403, api.ProblemCodeForbidden)
	for body, reason := range map[string]api.ProblemReason{
		`{"name":" ","url":"https://crm.example/"}`:                           api.Required,
		`{"name":"a","url":"http://crm.example/"}`:                            api.BadWebhookUrl,
		`{"name":"a","url":"https://127.0.0.1/"}`:                             api.BadWebhookUrl,
		`{"name":"a","url":"https://crm.example/","events":[]}`:               api.TooFew,
		`{"name":"a","url":"https://crm.example/","events":["call.eaten"]}`:   api.NotOneOf,
		`{"name":"a","url":"https://crm.example/","events":["webhook.test"]}`: api.NotOneOf,
	} {
		if p := c.do("POST", "/webhooks", body).problem(400, api.ProblemCodeInvalid); p.Reason == nil || *p.Reason != reason {
			t.Errorf("%s: %+v", body, p)
		}
	}
	made := into[api.NewWebhook](c.do("POST", "/webhooks", `{"name":"crm","url":"https://crm.example/"}`).want(201)).Webhook
	c.do("PATCH", "/webhooks/"+made.Id, `{"enabled":false}`).want(200)
	for _, path := range []string{"/test", "/replay", "/deliveries/x/resend"} {
		body := ""
		if path == "/replay" {
			body = `{"from":"2026-01-01T00:00:00Z"}`
		}
		if p := c.do("POST", "/webhooks/"+made.Id+path, body).problem(409, api.ProblemCodeConflict); *p.Reason != api.WebhookOff {
			t.Errorf("%s: %+v", path, p)
		}
	}
	c.do("PATCH", "/webhooks/"+made.Id, `{"enabled":true}`).want(200)
	if p := c.do("POST", "/webhooks/"+made.Id+"/deliveries/x/resend", "").problem(404, api.ProblemCodeNotFound); *p.Reason != api.NoDelivery {
		t.Errorf("%+v", p)
	}
	for range 18 { // one more is the workspace's from the start
		c.do("POST", "/webhooks", `{"name":"crm","url":"https://crm.example/"}`).want(201)
	}
	if p := c.do("POST", "/webhooks", `{"name":"crm","url":"https://crm.example/"}`).problem(409, api.ProblemCodeConflict); *p.Reason != api.TooManyWebhooks {
		t.Errorf("%+v", p)
	}
}

// Deliveries come in pages, newest first, each once, and by how they stand; the counts say the same.
//
// Covers: ADM-6.
func TestDeliveriesComeInPages_ADM_6(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	now := models.At(time.Now())
	var events []models.WebhookEvent
	var ds []models.WebhookDelivery
	e.tx(func(tx *models.Tx) error {
		for n := range 25 {
			id := models.NewID()
			events = append(events, models.WebhookEvent{ID: id, WorkspaceID: e.here.id, CallID: id, Sequence: 1, Type: "call.ended", At: now, Body: "{}"})
			d := models.WebhookDelivery{ID: models.NewID(), HookID: e.here.webhook, EventID: id, CallID: id, Sequence: 1, DueAt: now, ExpiresAt: now, CreatedAt: now}
			switch n % 5 {
			case 0:
				d.Pending = true
			case 1:
			default:
				d.DeliveredAt = now
			}
			ds = append(ds, d)
		}
		return errors.Join(tx.AddWebhookEvents(events, ds))
	})
	for state, want := range map[string]int{"": 26, "&state=pending": 5, "&state=dead": 6, "&state=delivered": 15} {
		var got []string
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			at := "/webhooks/" + e.here.webhook + "/deliveries?limit=4" + state
			if cursor != "" {
				at += "&cursor=" + cursor
			}
			page := into[api.WebhookDeliveryList](c.do("GET", at, "").want(200))
			for _, d := range page.Items {
				if len(got) > 0 && d.Id >= got[len(got)-1] {
					t.Errorf("%q: %s comes behind %s", state, d.Id, got[len(got)-1])
				}
				got = append(got, d.Id)
			}
			cursor = ""
			if page.Next != nil {
				cursor = *page.Next
			}
		}
		if len(got) != want {
			t.Errorf("%q: %d deliveries, want %d", state, len(got), want)
		}
	}
	hooks := into[api.WebhookList](c.do("GET", "/webhooks", "").want(200)).Items
	if len(hooks) != 1 || hooks[0].Pending != 5 || hooks[0].Dead != 6 /* with the place's own */ {
		t.Errorf("%+v", hooks)
	}
	c.do("POST", "/webhooks/"+e.here.webhook+"/deliveries/"+ds[2].ID+"/resend", "").want(202)
	if d := into[api.WebhookDeliveryList](c.do("GET", "/webhooks/"+e.here.webhook+"/deliveries?state=pending", "").want(200)).Items; len(d) != 6 {
		t.Errorf("%d wait", len(d))
	}
}
