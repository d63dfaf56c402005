package main

import (
	"context"
	"fmt"
	"time"

	"ringdesk/models"
)

// seed makes the lines: agents who are online for the calls that come now.
func seed(ctx context.Context, store *models.Store, lines int) error {
	const atOnce = 100 // lines in one transaction
	trunk := models.Trunk{ID: trunkID, Name: "Bench", CreatedAt: models.At(time.Now())}
	for from := 0; from < lines; from += atOnce {
		err := store.Tx(ctx, func(tx *models.Tx) error {
			for i := from; i < min(from+atOnce, lines); i++ {
				if err := seedLine(tx, i, trunk); err != nil {
					return fmt.Errorf("line %d: %w", i, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func seedLine(tx *models.Tx, i int, trunk models.Trunk) error {
	now := models.At(time.Now())
	name := linePhone(i)
	ws := models.Workspace{ID: models.NewID(), Name: name, Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 60, CreatedAt: now}
	if err := tx.AddWorkspace(ws); err != nil {
		return err
	}
	if i == 0 {
		trunk.WorkspaceID = ws.ID
		if err := tx.AddTrunk(trunk, []string{callersHost}); err != nil {
			return err
		}
	}
	account := models.Account{ID: models.NewID(), Email: name + "@bench.example", Name: name, Locale: "en", CreatedAt: now}
	if err := tx.AddAccount(account); err != nil {
		return err
	}
	if err := tx.AddAgent(models.Agent{ID: models.NewID(), WorkspaceID: ws.ID, AccountID: account.ID, Name: name, Role: "agent",
		Seat: true, TakesPhone: true, CreatedAt: now}); err != nil {
		return err
	}
	for _, recorded := range []bool{false, true} {
		e164, err := models.E164(lineNumber(i, recorded), "KR")
		if err != nil {
			return err
		}
		if err := tx.AddNumber(models.Number{ID: models.NewID(), WorkspaceID: ws.ID, TrunkID: trunk.ID, Number: e164, Label: name,
			Record: recorded, CreatedAt: now}); err != nil {
			return err
		}
	}
	_, err := tx.PutPhone(models.Phone{ID: name, AccountID: account.ID, Ready: true, SeenAt: now, CreatedAt: now})
	return err
}
