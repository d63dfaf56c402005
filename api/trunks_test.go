package api_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringdesk/api"
	"ringdesk/controller/engine"
	"ringdesk/models"
)

const registering = `{"name":"Carrier","remote":"sip.example.com:5060","register":true,"username":"moa","password":"s3cret-word","codecs":["alaw"],"position":2}`

// Covers: ADM-3: the phone system knows a trunk as soon as the answer comes,
// and a number on it belongs to the workspace at once.
func TestTrunkAndNumberAtOnce_ADM_3(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	a := c.do("POST", "/trunks", registering).want(201)
	trunk := into[api.Trunk](a)
	if !trunk.HasPassword || trunk.Username != "moa" || trunk.Position != 2 || trunk.State != "unknown" || len(trunk.International) != 4 {
		t.Errorf("trunk: %+v", trunk)
	}
	got, _ := e.engine.trunk(trunk.Id)
	if got.Remote != "sip.example.com:5060" || !got.Register || got.Username != "moa" || got.Password != "s3cret-word" || len(got.Codecs) != 1 {
		t.Errorf("the engine has %+v", got)
	}
	body := fmt.Sprintf(`{"number":"070-7666-0009","trunkId":%q,"label":" Second ","settings":{"ringSeconds":30}}`, trunk.Id)
	n := into[api.BusinessNumber](c.do("POST", "/numbers", body).want(201))
	if n.Number != "+827076660009" || n.Label != "Second" || !n.Record || n.TrunkId != trunk.Id || *n.Settings.RingSeconds != 30 {
		t.Errorf("number: %+v", n)
	}
	e.tx(func(tx *models.Tx) error {
		found, ws, err := tx.Number("+827076660009")
		if err != nil || found.ID != n.Id || ws.ID != e.here.id {
			t.Errorf("an inbound call finds %+v of %+v, %v", found, ws, err)
		}
		return nil
	})
	for _, path := range []string{"/trunks", "/trunks/" + trunk.Id} {
		if a := c.do("GET", path, "").want(200); strings.Contains(string(a.body), "s3cret-word") {
			t.Errorf("%s shows the password", path)
		}
	}
	// What is left out stays, the password too.
	c.do("PATCH", "/trunks/"+trunk.Id, `{"hosts":["203.0.113.0/24"]}`).want(200)
	if got, _ = e.engine.trunk(trunk.Id); got.Password != "s3cret-word" || len(got.Hosts) != 1 {
		t.Errorf("the engine has %+v", got)
	}
	c.do("PATCH", "/trunks/"+trunk.Id, `{"register":false,"username":"","password":""}`).want(200)
	if got, _ = e.engine.trunk(trunk.Id); got.Password != "" || got.Register {
		t.Errorf("the engine has %+v", got)
	}
}

// TLS needs a certificate of SIP's own, and SRTP needs TLS; what a carrier's
// certificate lacks is the trunk's state.
//
// Covers: ADM-2, ADM-3, SEC-1.
func TestTrunkOverTLS(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	trunk := into[api.Trunk](c.do("POST", "/trunks", registering).want(201))
	if trunk.Transport != "udp" || trunk.MediaEncryption != "none" {
		t.Errorf("a new trunk is %+v", trunk)
	}
	path := "/trunks/" + trunk.Id
	if a := c.do("PATCH", path, `{"transport":"tls","mediaEncryption":"sdes"}`).want(400); !strings.Contains(string(a.body), "trunkWithoutTLS") || !strings.Contains(string(a.body), `"field":"transport"`) {
		t.Errorf("without a certificate: %s", a.body)
	}
	c.do("PATCH", path, `{"mediaEncryption":"sdes"}`).want(400)
	c.do("PATCH", path, `{"transport":"sctp"}`).want(400)
	trunk = into[api.Trunk](c.do("PATCH", path, `{"transport":"tcp"}`).want(200))
	if got, _ := e.engine.trunk(trunk.Id); trunk.Transport != "tcp" || got.Transport != engine.TransportTCP {
		t.Errorf("the changed trunk is %+v, the engine has %+v", trunk, got)
	}
}

// How keys come and how long a carrier may be silent are the trunk's own settings.
// Covers: ADM-3.
func TestTrunkKeysAndFirstAnswer(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	trunk := into[api.Trunk](c.do("POST", "/trunks", registering).want(201))
	if got, _ := e.engine.trunk(trunk.Id); trunk.Dtmf != "auto" || trunk.FirstAnswerSeconds != 6 || got.DTMF != engine.DTMFAuto || got.FirstAnswer != 6*time.Second {
		t.Errorf("a new trunk is %+v, the engine has %+v", trunk, got)
	}
	trunk = into[api.Trunk](c.do("PATCH", "/trunks/"+trunk.Id, `{"dtmf":"inband","firstAnswerSeconds":12}`).want(200))
	if got, _ := e.engine.trunk(trunk.Id); trunk.Dtmf != "inband" || trunk.FirstAnswerSeconds != 12 || got.DTMF != engine.DTMFInband || got.FirstAnswer != 12*time.Second {
		t.Errorf("the changed trunk is %+v, the engine has %+v", trunk, got)
	}
	for _, body := range []string{`{"dtmf":"loud"}`, `{"firstAnswerSeconds":0}`, `{"firstAnswerSeconds":33}`} {
		c.do("PATCH", "/trunks/"+trunk.Id, body).want(400)
	}
}

func TestTrunkInUseStays(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	if p := c.do("DELETE", "/trunks/"+e.here.trunk, "").problem(409, api.ProblemCodeConflict); !strings.Contains(p.Title, "+827076660003") {
		t.Errorf("title %q", p.Title)
	}
	if p := c.do("DELETE", "/numbers/"+e.here.number, "").problem(409, api.ProblemCodeConflict); !strings.Contains(p.Title, "turn") {
		t.Errorf("title %q", p.Title)
	}
	trunk := into[api.Trunk](c.do("POST", "/trunks", registering).want(201))
	n := into[api.BusinessNumber](c.do("POST", "/numbers", fmt.Sprintf(`{"number":"02-123-4567","trunkId":%q}`, trunk.Id)).want(201))
	c.do("DELETE", "/trunks/"+trunk.Id, "").problem(409, api.ProblemCodeConflict)
	c.do("DELETE", "/numbers/"+n.Id, "").want(204)
	c.do("DELETE", "/trunks/"+trunk.Id, "").want(204)
	if _, there := e.engine.trunk(trunk.Id); there {
		t.Error("the engine still has the trunk")
	}
	c.do("GET", "/trunks/"+trunk.Id, "").problem(404, api.ProblemCodeNotFound)
}

// A trunk that the phone system cannot be told of is kept: it gets all trunks
// when its link is up again.
func TestTrunkIsKeptWhileTheEngineIsAway(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	e.engine.fail = &engine.Error{Op: "PutTrunk", Kind: engine.KindUnreachable, Err: errors.New("refused")}
	late := into[api.Trunk](c.do("POST", "/trunks", registering).want(202))
	c.do("PATCH", "/trunks/"+late.Id, `{"position":3}`).want(202)
	c.do("POST", "/numbers", fmt.Sprintf(`{"number":"02-123-4568","trunkId":%q}`, late.Id)).want(202)
	list := into[api.TrunkList](c.do("GET", "/trunks", "").want(200))
	if len(list.Items) != 2 || list.Items[1].Name != "Carrier" || list.Items[1].State != "unknown" {
		t.Fatalf("trunks: %+v", list)
	}
	gone := into[api.Trunk](c.do("POST", "/trunks", registering).want(202))
	c.do("DELETE", "/trunks/"+gone.Id, "").want(202)
	c.do("GET", "/trunks/"+gone.Id, "").problem(404, api.ProblemCodeNotFound)
	e.engine.fail = nil
	// A number on it makes up for it, should the link have been up all the time.
	c.do("POST", "/numbers", fmt.Sprintf(`{"number":"02-123-4567","trunkId":%q}`, list.Items[1].Id)).want(201)
	if _, there := e.engine.trunk(list.Items[1].Id); !there {
		t.Error("the engine has no trunk for the number")
	}
}

func TestTrunkStatesAreAskedRarely(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	e.engine.states = map[string]engine.TrunkState{engine.TrunkID(e.here.trunk): engine.TrunkReachable}
	state := func() api.TrunkState {
		t.Helper()
		return into[api.Trunk](c.do("GET", "/trunks/"+e.here.trunk, "").want(200)).State
	}
	for range 5 {
		if s := state(); s != "reachable" {
			t.Fatalf("state %q", s)
		}
	}
	if e.engine.asked != 1 {
		t.Errorf("the engine was asked %d times", e.engine.asked)
	}
	e.engine.states = map[string]engine.TrunkState{engine.TrunkID(e.here.trunk): engine.TrunkUnreachable}
	e.clock.advance(5 * time.Second)
	if s := state(); s != "unreachable" {
		t.Errorf("state %q after 5 s", s)
	}
}

func TestBadTrunksAndNumbers(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	number := func(rest string) string {
		return fmt.Sprintf(`{"number":"02-123-4567","trunkId":%q%s}`, e.here.trunk, rest)
	}
	for name, tc := range map[string]struct {
		path, body  string
		status      int
		field, says string
	}{
		"no way in":            {"/trunks", `{"name":"C"}`, 400, "hosts", "No call could come in"},
		"host name":            {"/trunks", `{"name":"C","hosts":["sip.example.com"]}`, 400, "hosts", "203.0.113.0/24"},
		"everybody":            {"/trunks", `{"name":"C","hosts":["0.0.0.0/0"]}`, 400, "hosts", "too wide"},
		"everybody, IPv6":      {"/trunks", `{"name":"C","hosts":["::/0"]}`, 400, "hosts", "too wide"},
		"a zone with a line":   {"/trunks", `{"name":"C","hosts":["fe80::1%x\nmatch=1"]}`, 400, "hosts", "203.0.113.5"},
		"this machine":         {"/trunks", `{"name":"C","hosts":["127.1.0.0/16"]}`, 400, "hosts", "this machine"},
		"calling this machine": {"/trunks", `{"name":"C","hosts":["203.0.113.5"],"remote":"127.0.0.1:5060"}`, 400, "remote", "this machine"},
		"another's address":    {"/trunks", `{"name":"C","hosts":["192.0.2.4/31"]}`, 409, "hosts", "another workspace"},
		"no port":              {"/trunks", `{"name":"C","hosts":["203.0.113.5"],"remote":"sip.example.com"}`, 400, "remote", "host:port"},
		"registering as none":  {"/trunks", `{"name":"C","remote":"sip.example.com:5060","register":true}`, 400, "register", "username and password"},
		"password alone":       {"/trunks", `{"name":"C","hosts":["203.0.113.5"],"password":"x"}`, 400, "password", "username"},
		"line break":           {"/trunks", `{"name":"C","hosts":["203.0.113.5"],"username":"a\nb"}`, 400, "username", "letters"},
		"unknown codec":        {"/trunks", `{"name":"C","hosts":["203.0.113.5"],"codecs":["mp3"]}`, 400, "codecs.0", "alaw, ulaw"},
		"pattern":              {"/trunks", `{"name":"C","hosts":["203.0.113.5"],"international":["070"]}`, 400, "international", "+82707666xxxx"},
		"blank name":           {"/trunks", `{"name":" ","hosts":["203.0.113.5"]}`, 400, "name", "empty"},
		"too many calls":       {"/trunks", `{"name":"C","hosts":["203.0.113.5"],"maxCalls":10001}`, 400, "maxCalls", "0 to 10000"},
		"no number":            {"/numbers", strings.Replace(number(""), "02-123-4567", "hello", 1), 400, "number", "letters"},
		"number that exists":   {"/numbers", strings.Replace(number(""), "02-123-4567", "070-7666-0003", 1), 409, "number", "already"},
		"another's number":     {"/numbers", strings.Replace(number(""), "02-123-4567", "070-7666-0005", 1), 409, "number", "already"},
		"another's trunk":      {"/numbers", strings.Replace(number(""), e.here.trunk, e.away.trunk, 1), 400, "trunkId", "no trunk"},
		"another's agent":      {"/numbers", number(fmt.Sprintf(`,"allowedAgents":[%q]`, e.away.agent.agent)), 400, "allowedAgents", "no agent"},
		"another's team":       {"/numbers", number(fmt.Sprintf(`,"settings":{"team":%q}`, e.away.team)), 400, "settings.team", "does not have"},
		"misspelt setting":     {"/numbers", number(`,"settings":{"ringSecond":5}`), 400, "settings", "no field \"ringSecond\""},
		"setting out of range": {"/numbers", number(`,"settings":{"ringSeconds":500}`), 400, "settings.ringSeconds", "5 to 120"},
	} {
		t.Run(name, func(t *testing.T) {
			code := map[int]api.ProblemCode{400: api.ProblemCodeInvalid, 409: api.ProblemCodeConflict}[tc.status]
			p := c.do("POST", tc.path, tc.body).problem(tc.status, code)
			if p.Field == nil || *p.Field != tc.field || !strings.Contains(p.Title, tc.says) {
				t.Errorf("%+v (field %v); want field %q, saying %q", p, p.Field, tc.field, tc.says)
			}
		})
	}
	if list := into[api.NumberList](c.do("GET", "/numbers", "").want(200)); len(list.Items) != 1 {
		t.Errorf("a refused number was added: %+v", list)
	}
}

// A trunk that is changed is held to the same as a new one.
//
// Covers: SEC-3
func TestChangedTrunkAddresses_SEC_3(t *testing.T) {
	e := start(t)
	c := e.as(e.here.admin)
	for body, status := range map[string]int{
		`{"hosts":["127.0.0.1"]}`: 400, `{"hosts":["192.0.2.5"]}`: 409, `{"remote":"[::1]:5060"}`: 400, `{"hosts":["10.0.0.0/8"]}`: 400, `{"hosts":["198.51.100.1"]}`: 200,
	} {
		c.do("PATCH", "/trunks/"+e.here.trunk, body).want(status)
	}
	if got, _ := e.engine.trunk(e.here.trunk); len(got.Hosts) != 1 || got.Hosts[0] != "198.51.100.1" {
		t.Errorf("the engine has %+v", got)
	}
}

func TestOnlyAdminsAdminister(t *testing.T) {
	e := start(t)
	c, only := e.as(e.here.agent), adminOperations(t)
	operations(t, func(t *testing.T, method, path, id string) {
		if !only[id] {
			return
		}
		before, after, has := strings.Cut(path, "{id}")
		if has {
			path = before + ids(t, e.here, path) + after
		}
		path = strings.NewReplacer("{name}", string(api.JobNameTasks), "{version}", "1").Replace(path)
		c.do(method, path+queries[id], bodies[id]).problem(403, api.ProblemCodeForbidden)
	})
}

// adminOperations are those whose summary says that they are for owners and
// admins.
func adminOperations(t *testing.T) map[string]bool {
	t.Helper()
	doc, err := contract()
	if err != nil {
		t.Fatal(err)
	}
	only := map[string]bool{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			only[op.OperationID] = strings.Contains(op.Summary, "(owner, admin)")
		}
	}
	return only
}
