package main

import (
	"context"
	"fmt"
	"time"

	"ringdesk/dialplan"
	"ringdesk/models"
)

// furnish puts the scene into the store: agents who are online for the calls that come now, and
// webhooks to one receiver.
func furnish(ctx context.Context, store *models.Store, c *scene, receiver string) error {
	s := &seeder{receiver: receiver, trunk: models.Trunk{ID: trunkID, Name: "Bench", CreatedAt: models.At(time.Now())}}
	const atOnce = 100 // lines in one transaction
	for from := 0; from < c.Lines; from += atOnce {
		err := store.Tx(ctx, func(tx *models.Tx) error {
			s.tx = tx
			for i := from; i < min(from+atOnce, c.Lines); i++ {
				if err := s.line(i); err != nil {
					return fmt.Errorf("line %d: %w", i, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	err := store.Tx(ctx, func(tx *models.Tx) error {
		s.tx = tx
		for i := range c.FlowLines {
			if err := s.flowLine(i); err != nil {
				return fmt.Errorf("line %d with a flow: %w", i, err)
			}
		}
		return nil
	})
	if err != nil || c.Team == 0 {
		return err
	}
	return store.Tx(ctx, func(tx *models.Tx) error {
		s.tx = tx
		for _, q := range c.queues() {
			if err := s.queue(q, c.members(q)); err != nil {
				return fmt.Errorf("queue %s: %w", q, err)
			}
		}
		return nil
	})
}

type seeder struct {
	tx       *models.Tx
	receiver string // of webhooks
	trunk    models.Trunk
	added    bool // the trunk
}

func (s *seeder) line(i int) error {
	name := linePhone(i)
	ws, err := s.workspace(name)
	if err != nil {
		return err
	}
	if err := s.agent(ws, name); err != nil {
		return err
	}
	for _, recorded := range []bool{false, true} {
		if err := s.number(ws, lineNumber(i, recorded), recorded); err != nil {
			return err
		}
	}
	return nil
}

// queueSettings give calls to one agent at a time, with nothing between two
// calls: as app_queue is set, too. No number of calls is too many, and nothing is
// announced to callers who wait. The willing are chosen by how long they have been
// free; where many decline, in turn, so that both systems ask as many in vain.
func queueSettings(q queue) string {
	strategy := dialplan.LongestIdle
	if q == reluctant {
		strategy = dialplan.RoundRobin
	}
	return fmt.Sprintf(`{"automatic":true,"strategy":%q,"wrapUpSeconds":0,"queueCalls":1000,"inboundPerMinute":0,"announceSeconds":-1}`, strategy)
}

func (s *seeder) queue(q queue, members []string) error {
	ws, err := s.workspace(string(q))
	if err != nil {
		return err
	}
	if err := s.tx.SetWorkspaceSettings(ws, queueSettings(q)); err != nil {
		return err
	}
	for _, name := range members {
		if err := s.agent(ws, name); err != nil {
			return err
		}
	}
	if q == willing {
		if err := s.number(ws, crowdedNumber, false); err != nil {
			return err
		}
	}
	return s.number(ws, queueNumber(q), false)
}

// workspace makes a business, with a webhook. The first has the trunk.
func (s *seeder) workspace(name string) (string, error) {
	ws := models.Workspace{ID: models.NewID(), Name: name, Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 60, CreatedAt: models.At(time.Now())}
	err := s.tx.AddWorkspace(ws)
	if err == nil {
		err = s.tx.SaveWebhook(webhookTo(s.receiver, ws.ID))
	}
	if err != nil || s.added {
		return ws.ID, err
	}
	s.trunk.WorkspaceID, s.added = ws.ID, true
	return ws.ID, s.tx.AddTrunk(s.trunk, []string{callersHost})
}

func (s *seeder) agent(workspace, name string) error {
	now := models.At(time.Now())
	account := models.Account{ID: models.NewID(), Email: name + "@bench.example", Name: name, Locale: "en", CreatedAt: now}
	if err := s.tx.AddAccount(account); err != nil {
		return err
	}
	if err := s.tx.AddAgent(models.Agent{ID: models.NewID(), WorkspaceID: workspace, AccountID: account.ID, Name: name, Role: "agent",
		Seat: true, TakesPhone: true, CreatedAt: now}); err != nil {
		return err
	}
	_, err := s.tx.PutPhone(models.Phone{ID: name, AccountID: account.ID, Ready: true, SeenAt: now, CreatedAt: now})
	return err
}

func (s *seeder) number(workspace, number string, recorded bool) error {
	e164, err := models.E164(number, "KR")
	if err != nil {
		return err
	}
	return s.tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: workspace, TrunkID: trunkID, Number: e164, Label: number,
		Record: recorded, CreatedAt: models.At(time.Now())})
}
