package api_test

import (
	"errors"
	"fmt"
	"time"

	"ringdesk/controller/call"
	"ringdesk/controller/exchange"
	"ringdesk/dialplan"
	"ringdesk/models"
)

// person is an account as an agent of a workspace.
type person struct{ account, agent, workspace, email string }

// place is a workspace with one of everything.
type place struct {
	id                                  string
	owner, admin, agent                 *person
	accessKey, accessSecret             string
	number, contact, conversation, call string
	recording, trunk, team, block, rate string
	contactImport, merge, bulk          string
	session                             string // of the admin, in another browser
	webhook, delivery                   string
	tag                                 string // that no conversation has
	field                               string // the last profile field
}

// populate makes a workspace. Its ids are real ones that another workspace
// must not get at.
func (e *env) populate(name, country string) place {
	e.t.Helper()
	hash, err := passwordHash()
	if err != nil {
		e.t.Fatal(err)
	}
	now := models.At(time.Now())
	p := place{id: models.NewID(), accessKey: "key-" + name, accessSecret: "secret-" + name}
	e.tx(func(tx *models.Tx) error {
		add(e, tx.AddWorkspace(models.Workspace{ID: p.id, Name: name, Country: country, TimeZone: "Asia/Seoul", RingSeconds: 20,
			QueueSeconds: 60, CreatedAt: now}))
		add(e, tx.SetSumsZone(p.id, "Asia/Seoul"))
		for _, to := range []struct {
			role string
			who  **person
		}{{"owner", &p.owner}, {"admin", &p.admin}, {"agent", &p.agent}} {
			a := &person{account: models.NewID(), agent: models.NewID(), workspace: p.id, email: to.role + "@" + lower(name) + ".example"}
			add(e, tx.AddAccount(models.Account{ID: a.account, Email: a.email, Name: to.role, PasswordHash: hash, Locale: "ko", CreatedAt: now}))
			add(e, tx.AddAgent(models.Agent{ID: a.agent, WorkspaceID: p.id, AccountID: a.account, Name: name + " " + to.role, Role: to.role,
				Seat: true, TakesPhone: true, CreatedAt: now}))
			*to.who = a
		}
		other := models.Session{TokenHash: sha("other of " + name), AccountID: p.admin.account, WorkspaceID: p.id, CreatedAt: now, ExpiresAt: models.At(now.Add(24 * time.Hour))}
		add(e, tx.AddSession(other))
		add(e, tx.AddAPIKey(models.APIKey{AccessKey: p.accessKey, WorkspaceID: p.id, Name: "test", SecretHash: sha(p.accessSecret), CreatedAt: now}))
		p.trunk, p.team, p.block, p.rate = models.NewID(), models.NewID(), models.NewID(), models.NewID()
		add(e, tx.AddTrunk(models.Trunk{ID: p.trunk, WorkspaceID: p.id, Name: "trunk", CreatedAt: now}, []string{fmt.Sprintf("192.0.2.%d", len(name))}))
		add(e, tx.AddTeam(models.Team{ID: p.team, WorkspaceID: p.id, Name: "Support", CreatedAt: now}))
		add(e, tx.SetTeamMembers(p.id, p.team, []string{p.agent.agent}))
		add(e, tx.Block(models.Block{ID: p.block, WorkspaceID: p.id, Number: "+821099990000", Reason: "rude", AgentID: p.agent.agent, CreatedAt: now}))
		add(e, tx.AddRate(models.Rate{ID: p.rate, WorkspaceID: p.id, Prefix: "+49", RateMCU: 60_000, ValidFrom: models.At(now.Add(24 * time.Hour)), CreatedAt: now}))
		p.number = models.NewID()
		add(e, tx.AddNumber(models.Number{ID: p.number, WorkspaceID: p.id, TrunkID: p.trunk, Number: "+82707666000" + fmt.Sprint(len(name)),
			Label: "Main", Record: true, CreatedAt: now}))
		for i, key := range []string{"grade", "plan", "city", "memo"} {
			p.field = models.NewID()
			add(e, tx.AddProfileField(models.ProfileField{ID: p.field, WorkspaceID: p.id, FieldKey: key, Label: lower(key), Position: i}))
		}
		return nil
	})
	p.contact = e.addContact(p.id, "", "+821012345678")
	p.conversation, p.call = e.addCall(p, p.contact, "+821012345678", call.Talking)
	other := e.addContact(p.id, "Other")
	p.contactImport, p.merge, p.bulk = models.NewID(), models.NewID(), models.NewID()
	e.tx(func(tx *models.Tx) error {
		return errors.Join(tx.AddBulk(models.Bulk{ID: p.bulk, WorkspaceID: p.id, Request: `{"action":"close"}`, CreatedAt: now, FinishedAt: now}, nil), tx.AddImport(models.ContactImport{ID: p.contactImport, WorkspaceID: p.id, File: []byte("name\nKim\n"), Total: 1, CreatedAt: now}),
			tx.MergeContacts(models.Merge{ID: p.merge, WorkspaceID: p.id, KeptID: p.contact, At: now}, other, models.ContactUpdate{}))
	})
	sessions, err := e.store.SessionsOf(e.t.Context(), p.admin.account, p.id, now.Time)
	if err != nil || len(sessions) != 1 {
		e.t.Fatalf("%d sessions, %v", len(sessions), err)
	}
	p.session, p.recording, p.tag, p.webhook, p.delivery = sessions[0].ID, models.NewID(), models.NewID(), models.NewID(), models.NewID()
	e.tx(func(tx *models.Tx) error {
		event := models.WebhookEvent{ID: models.NewID(), WorkspaceID: p.id, CallID: p.call, Sequence: 1, Type: "call.ended", At: now, Body: "{}"}
		dead := models.WebhookDelivery{ID: p.delivery, HookID: p.webhook, EventID: event.ID, CallID: p.call, Sequence: 1, DueAt: now, ExpiresAt: now, CreatedAt: now}
		return errors.Join(tx.SaveWebhook(models.Webhook{ID: p.webhook, WorkspaceID: p.id, Name: "crm", URL: "https://crm.example/old", EventText: `["call.ended"]`, Enabled: true, Secret: "whsec_c2VjcmV0", Since: now, CreatedAt: now}),
			tx.AddWebhookEvents([]models.WebhookEvent{event}, []models.WebhookDelivery{dead}))
	})
	e.tx(func(tx *models.Tx) error {
		return tx.AddFlowVersion(models.FlowVersion{WorkspaceID: p.id, At: now, ByKind: "operator", Source: "command", FileText: "[]", Program: `{"version":1}`}, 0)
	})
	e.tx(func(tx *models.Tx) error {
		return tx.AddTag(models.Tag{ID: p.tag, WorkspaceID: p.id, Name: "vip", CreatedAt: now})
	})
	e.tx(func(tx *models.Tx) error {
		return tx.AddRecording(models.Recording{ID: p.recording, WorkspaceID: p.id, CallID: p.call, State: "recording", Peaks: "[]", CreatedAt: now})
	})
	return p
}

func add(e *env, err error) {
	e.t.Helper()
	if err != nil {
		e.t.Error(err)
	}
}

func lower(s string) string { return string(s[0]|0x20) + s[1:] }

func (e *env) addContact(workspace, name string, numbers ...string) string {
	e.t.Helper()
	kind := "member"
	if name == "" {
		kind = "lead"
	}
	c := models.FullContact{Contact: models.Contact{ID: models.NewID(), WorkspaceID: workspace, Kind: kind, Name: name,
		Profile: `{"plan":"gold"}`, CreatedAt: models.At(time.Now())}, Numbers: numbers}
	e.tx(func(tx *models.Tx) error { return tx.AddContact(c) })
	return c.ID
}

// addCall makes a conversation with one call, taken by the place's agent
// unless it was missed.
func (e *env) addCall(p place, contact, from string, state call.State, change ...func(*call.Call)) (conversation, id string) {
	e.t.Helper()
	now := time.Now().UTC().Truncate(time.Microsecond)
	c := call.Call{ID: models.NewID(), WorkspaceID: p.id, ConversationID: models.NewID(), NumberID: p.number, Kind: "phone",
		Direction: "inbound", From: from, To: "+827076660001", State: state, StartedAt: now, Version: 1, Seq: 1,
		Customer: call.Customer{Party: call.Party{ID: models.NewID(), State: call.PartyJoined, JoinedAt: now}, ContactID: contact}}
	conv := models.Conversation{ID: c.ConversationID, WorkspaceID: p.id, ContactID: contact, NumberID: &p.number, Kind: "phone",
		Direction: "inbound", State: "open", Live: !state.Over(), CreatedAt: models.At(now), UpdatedAt: models.At(now)}
	switch state {
	case call.Missed:
		c.MissedReason, c.EndedAt, c.EndedBy = dialplan.UserLeft, now.Add(time.Second), call.ByCustomer
		conv.State, conv.MissedReason = "missed", string(dialplan.UserLeft)
	default:
		c.AnsweredAt = now.Add(time.Second)
		c.Agents = []call.Agent{{Party: call.Party{ID: models.NewID(), Name: "agent", State: call.PartyJoined, RingingAt: now, JoinedAt: c.AnsweredAt},
			AgentID: p.agent.agent, AccountID: p.agent.account}}
		conv.AssigneeID = &p.agent.agent
	}
	if state == call.Ended {
		c.EndedAt = now.Add(time.Minute)
	}
	for _, do := range change {
		do(&c)
	}
	e.tx(func(tx *models.Tx) error {
		add(e, tx.AddConversation(conv))
		add(e, tx.AddCall(row(e, c)))
		add(e, tx.PutParticipants(exchange.Participants(nil, &c, now)))
		return tx.AddJournal([]models.JournalEntry{{CallID: c.ID, Seq: 1, WorkspaceID: p.id, At: models.At(now), Type: "call.created", Data: `{"from":"x"}`}})
	})
	return c.ConversationID, c.ID
}

func row(e *env, c call.Call) models.Call {
	e.t.Helper()
	data, err := c.Encode()
	if err != nil {
		e.t.Fatal(err)
	}
	r := exchange.Row(&c)
	r.Live, r.Data = !c.State.Over(), data
	return r
}

// saveCall writes a call's next version.
func (e *env) saveCall(p place, id string, change func(*call.Call)) call.Call {
	e.t.Helper()
	old, err := e.store.Call(e.t.Context(), p.id, id)
	if err != nil {
		e.t.Fatal(err)
	}
	c, err := call.Decode(old.Data)
	if err != nil {
		e.t.Fatal(err)
	}
	change(&c)
	c.Version++
	e.tx(func(tx *models.Tx) error {
		add(e, tx.SaveCall(row(e, c), nil))
		return tx.PutParticipants(exchange.Participants(nil, &c, time.Now()))
	})
	return c
}
