package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// A ringdesk that runs carries out within a second what these commands take
// back: it looks for it in the database.

type passwordCmd struct {
	Email string `arg:"" help:"Whose; their e-mail address."`
}

func (c passwordCmd) Run(s configs.Settings) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		account, err := accountOf(ctx, v, c.Email)
		if err != nil {
			return err
		}
		password := people.NewPassword()
		if err := v.people.SetPassword(ctx, verb.Operator, account.ID, password); err != nil {
			return err
		}
		say("%s   %s\nAll sessions of this account have ended.", account.Email, password)
		return nil
	})
}

type signoutCmd struct {
	Email string `arg:"" help:"Whose sessions; their e-mail address."`
}

func (c signoutCmd) Run(s configs.Settings) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		account, err := accountOf(ctx, v, c.Email)
		if err != nil {
			return err
		}
		n, err := v.people.EndSessions(ctx, verb.Operator, account.ID)
		if err == nil {
			say("%d sessions of %s have ended.", n, account.Email)
		}
		return err
	})
}

// agentArgs names an agent at the command line.
type agentArgs struct {
	Workspace string `arg:"" help:"The workspace's id."`
	Email     string `arg:"" help:"The agent's e-mail address."`
}

// do carries out a verb on the agent and says what has happened.
func (c agentArgs) do(s configs.Settings, what string, do func(*people.People, context.Context, verb.By, string, string) error) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		account, err := accountOf(ctx, v, c.Email)
		if err != nil {
			return err
		}
		agent, err := v.people.AgentOf(ctx, c.Workspace, account)
		if err == nil {
			err = do(v.people, ctx, verb.Operator, c.Workspace, agent.ID)
		}
		if err == nil {
			say("%s %s.", account.Email, what)
		}
		return err
	})
}

type suspendCmd struct{ agentArgs }

func (c suspendCmd) Run(s configs.Settings) error {
	return c.do(s, "is suspended: signed out, and offered no calls", (*people.People).Suspend)
}

type restoreCmd struct{ agentArgs }

func (c restoreCmd) Run(s configs.Settings) error {
	return c.do(s, "may sign in again", (*people.People).Restore)
}

type removeCmd struct{ agentArgs }

func (c removeCmd) Run(s configs.Settings) error {
	return c.do(s, "is removed from the workspace", (*people.People).Remove)
}

type keysCmd struct {
	Workspace string `arg:"" help:"The workspace's id."`
}

func (c keysCmd) Run(s configs.Settings) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		keys, err := v.people.Store.APIKeys(ctx, c.Workspace)
		for _, k := range keys {
			say("%s   %s   %-5s   %s", k.AccessKey, k.CreatedAt.Local().Format(time.DateTime), k.Scope, k.Name)
		}
		if err == nil && len(keys) == 0 {
			say("this workspace has no API keys")
		}
		return err
	})
}

type unkeyCmd struct {
	AccessKey string `arg:"" help:"The access key, such as rd_…; never the secret."`
}

func (c unkeyCmd) Run(s configs.Settings) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		key, err := v.people.DeleteKeyAnywhere(ctx, verb.Operator, c.AccessKey)
		if errors.Is(err, models.ErrNotFound) {
			return usageError{Err: fmt.Errorf("there is no API key %q: `ringdesk admin keys` lists a workspace's", c.AccessKey)}
		}
		if err == nil {
			say("%s (%s) is deleted.", key.AccessKey, key.Name)
		}
		return err
	})
}

func accountOf(ctx context.Context, v verbs, email string) (models.Account, error) {
	account, err := v.people.Store.AccountByEmail(ctx, strings.ToLower(strings.TrimSpace(email)))
	if errors.Is(err, models.ErrNotFound) {
		err = usageError{Err: fmt.Errorf("nobody has an account with the e-mail address %q: look for a typing mistake", email)}
	}
	return account, err
}
