// Command ringdesk is a call centre: see README.md.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime"
	_ "time/tzdata" // workspaces' time zones, also where the machine has none

	"github.com/alecthomas/kong"

	"ringdesk/configs"
)

// version is stamped by the build.
var version = "dev"

// exitUsage tells a supervisor that starting again would not help (EX_CONFIG
// of sysexits.h).
const exitUsage = 78

type cli struct {
	Config string `help:"Settings file; without it ringdesk.yaml is read where it exists." type:"path"`

	Run      runCmd      `cmd:"" help:"Run everything on this machine: Asterisk (unless the engine is a FreeSWITCH, which runs already), the controller, a demo workspace on first start."`
	Serve    serveCmd    `cmd:"" help:"Run the controller and the desk, beside an Asterisk or a FreeSWITCH that runs already."`
	Testcall testcallCmd `cmd:"" help:"Let the engine call one of our numbers as a customer would."`
	Admin    adminCmd    `cmd:"" help:"Make workspaces, agents, numbers and API keys."`
	Render   renderCmd   `cmd:"" help:"Write Asterisk's configuration (for containers)."`
	Version  versionCmd  `cmd:"" help:"Print the version."`

	RenderFreeswitch renderFreeswitchCmd `cmd:"" help:"Write FreeSWITCH's configuration."`
}

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println("ringdesk", version, runtime.Version())
	return nil
}

// usageError is a failure that the operator must mend.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func main() {
	// The supervisor's child dies with the thread that started it (Pdeathsig),
	// so main keeps to one thread.
	runtime.LockOSThread()
	var c cli
	k := kong.Parse(&c, kong.Name("ringdesk"), kong.Description("An on-premises call centre."), kong.UsageOnError())
	settings, err := configs.Load(cmp.Or(c.Config, "ringdesk.yaml"), c.Config != "", os.Getenv)
	if err == nil {
		err = k.Run(settings, &c)
	} else {
		err = usageError{err}
	}
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "ringdesk:", err)
	if errors.As(err, new(usageError)) {
		os.Exit(exitUsage)
	}
	os.Exit(1)
}
