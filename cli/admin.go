package cli

import (
	"context"
	"errors"
	"time"

	"ringdesk/configs"
	"ringdesk/controller/numbering"
	"ringdesk/controller/people"
	"ringdesk/controller/verb"
	"ringdesk/models"
)

// adminCmd changes the database directly, so that a first owner can be made
// and a lost password replaced. It may be used while ringdesk runs.
type adminCmd struct {
	Workspace    workspaceCmd    `cmd:"" help:"Make a workspace with its owner; prints the owner's password."`
	Agent        agentCmd        `cmd:"" help:"Add an agent to a workspace; prints the password."`
	OwnerLink    ownerLinkCmd    `cmd:"" help:"Make a new link by which the owner begins an installation that has no workspace yet; the former one ends."`
	Invite       inviteCmd       `cmd:"" help:"Invite an agent, who chooses their own password; prints the link."`
	Number       numberCmd       `cmd:"" help:"Add a trunk's business number to a workspace."`
	Key          keyCmd          `cmd:"" help:"Make an API key; prints its secret once."`
	Refused      refusedCmd      `cmd:"" help:"List calls that no workspace took, such as to unknown numbers."`
	Tasks        tasksCmd        `cmd:"" help:"List work that was given up, such as recordings that could not be made."`
	Retry        retryCmd        `cmd:"" help:"Try work again that was given up."`
	RebuildStats rebuildStatsCmd `cmd:"" help:"Make the statistics of all calls anew from the journal, and tell what was missing or wrong. It may be used while ringdesk runs."`
	MigrateStore migrateStoreCmd `cmd:"" help:"Copy the database to another one, such as from SQLite to PostgreSQL, with counts and checksums. ringdesk must be stopped."`

	Seed seedCmd `cmd:"" help:"Fill a new installation with believable contacts and calls, for trying out and measuring."`

	Password passwordCmd `cmd:"" help:"Give somebody a new password, which is printed; all their sessions end."`
	Signout  signoutCmd  `cmd:"" help:"End all sessions of somebody."`
	Suspend  suspendCmd  `cmd:"" help:"Keep an agent out of a workspace until they are restored."`
	Restore  restoreCmd  `cmd:"" help:"Let a suspended agent in again."`
	Remove   removeCmd   `cmd:"" help:"Remove an agent from a workspace; their calls and notes stay."`
	Keys     keysCmd     `cmd:"" help:"List a workspace's API keys."`
	Unkey    unkeyCmd    `cmd:"" help:"Delete an API key."`
}

type workspaceCmd struct {
	Name     string `arg:"" help:"The business's name."`
	Owner    string `arg:"" help:"The owner's e-mail address."`
	TimeZone string `default:"Asia/Seoul" help:"IANA time zone."`
	Existing bool   `help:"The owner has an account already: they keep its password."`
}

func (c workspaceCmd) Run(s configs.Settings) error {
	owner, password, err := people.NewPerson(c.Owner, "Owner", "ko", "owner", true)
	if err != nil {
		return err
	}
	owner.Existing = c.Existing
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		id, kept, err := v.people.AddWorkspace(ctx, verb.Operator, people.NewWorkspace{Name: c.Name, Country: s.Calls.Country, TimeZone: c.TimeZone}, owner)
		if err == nil {
			say("workspace %s\nowner     %s   %s", id, owner.Email, printed(password, kept))
		}
		return err
	})
}

type agentCmd struct {
	Workspace string `arg:"" help:"The workspace's id."`
	Email     string `arg:"" help:"E-mail address."`
	Name      string `arg:"" help:"Name."`
	Role      string `enum:"owner,admin,agent" default:"agent" help:"owner, admin or agent."`
	Seat      bool   `default:"true" negatable:"" help:"Operator seat: may take calls."`
	Existing  bool   `help:"Of somebody who has an account already: they keep its password."`
}

func (c agentCmd) Run(s configs.Settings) error {
	who, password, err := people.NewPerson(c.Email, c.Name, "ko", c.Role, c.Seat)
	if err != nil {
		return err
	}
	who.Existing = c.Existing
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		kept, err := v.people.Add(ctx, verb.Operator, c.Workspace, who)
		if err == nil {
			say("%s   %s   %s", c.Role, who.Email, printed(password, kept))
		}
		return err
	})
}

type inviteCmd struct {
	Workspace string `arg:"" help:"The workspace's id."`
	Email     string `arg:"" help:"E-mail address."`
	Name      string `arg:"" help:"Name."`
	Role      string `enum:"owner,admin,agent" default:"agent" help:"owner, admin or agent."`
	Seat      bool   `default:"true" negatable:"" help:"Operator seat: may take calls."`
}

func (c inviteCmd) Run(s configs.Settings) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		in := people.Invitation{Email: c.Email, Name: c.Name, AgentChange: people.AgentChange{Role: &c.Role, Seat: &c.Seat}}
		_, link, err := v.people.Invite(ctx, verb.Operator, c.Workspace, in)
		if err == nil {
			say("%s   %s\nThey accept at %s%s%s until %s, once.", c.Role, c.Email, s.DeskURL(), joinPath, link.Token, link.ExpiresAt.Local().Format(time.DateTime))
		}
		return err
	})
}

// printed is what a new agent's password is, if they have a new one.
func printed(password string, kept bool) string {
	if kept {
		return "(the password that this account has)"
	}
	return password
}

type numberCmd struct {
	Workspace string   `arg:"" help:"The workspace's id."`
	Number    string   `arg:"" help:"The telephone number."`
	Hosts     []string `arg:"" help:"Addresses that the carrier's calls come from."`
	Label     string   `default:"" help:"What agents see beside the number."`
	Record    bool     `default:"true" negatable:"" help:"Record its calls."`
}

func (c numberCmd) Run(s configs.Settings) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		number, err := v.numbering.AddNumberFrom(ctx, verb.Operator, c.Workspace, c.Number, c.Hosts, numbering.NumberChange{Label: &c.Label, Record: &c.Record})
		if err == nil {
			say("%s is added. A ringdesk that runs takes its calls from now on.", number)
		}
		return err
	})
}

type keyCmd struct {
	Workspace string `arg:"" help:"The workspace's id."`
	Name      string `arg:"" help:"What it is for."`
	Scope     string `enum:"read,calls,admin" default:"admin" help:"read, calls (and conversations and contacts) or admin."`
	PerMinute int    `default:"600" help:"Requests that it may send in a minute."`
}

func (c keyCmd) Run(s configs.Settings) error {
	return withVerbs(s, func(ctx context.Context, v verbs) error {
		key, err := v.people.AddKey(ctx, verb.Operator, c.Workspace, people.KeyChange{Name: &c.Name, Scope: &c.Scope, PerMinute: &c.PerMinute})
		if err == nil {
			say("x-access-key: %s\nx-access-secret: %s", key.AccessKey, key.Secret)
		}
		return err
	})
}

type refusedCmd struct {
	Hours int `default:"24" help:"How far back to look."`
}

// Run helps whoever wonders where a carrier's calls have gone (MISS-1,
// unregisteredNumber).
func (c refusedCmd) Run(s configs.Settings) error {
	store, err := models.Open(s.Database())
	if err != nil {
		return usageError{Err: err}
	}
	es, err := store.RefusedSince(context.Background(), time.Now().Add(-time.Duration(c.Hours)*time.Hour), 1000)
	for _, e := range es {
		say("%s  %s", e.At.Local().Format(time.DateTime), e.Data)
	}
	if err == nil && len(es) == 0 {
		say("no call was refused in the last %d hours", c.Hours)
	}
	return errors.Join(err, store.Close())
}
