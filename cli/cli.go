// Package cli is the command line: what ringdesk does when it is started, and
// the verbs that an operator has.
package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	_ "time/tzdata" // workspaces' time zones, also where the machine has none

	"github.com/alecthomas/kong"

	"ringdesk/app"
	"ringdesk/configs"
)

// exitUsage tells a supervisor that starting again would not help (EX_CONFIG
// of sysexits.h).
const exitUsage = 78

// commands are what can be asked for, and what is asked of all of them.
type commands struct {
	Config string `help:"Settings file; without it ringdesk.yaml is read where it exists." type:"path" env:"RINGDESK_CONFIG"`

	Run        runCmd           `cmd:"" help:"Run everything on this machine: Asterisk (unless the engine is a FreeSWITCH, which runs already), the controller, a demo workspace on first start."`
	Serve      serveCmd         `cmd:"" help:"Run the controller and the desk, beside an Asterisk or a FreeSWITCH that runs already."`
	Testcall   testcallCmd      `cmd:"" help:"Let the engine call one of our numbers as a customer would."`
	Dialplan   dialplanCmd      `cmd:"" help:"Check, format and simulate flows."`
	Doctor     doctorCmd        `cmd:"" help:"Say what keeps calls away, and what to do about it."`
	Transcribe transcribeCmd    `cmd:"" help:"Make text of sound files, to try the speech-to-text server."`
	Backup     backupCmd        `cmd:"" help:"Write everything that is kept into one file, while calls run."`
	Restore    restoreBackupCmd `cmd:"" help:"Make an installation of a backup, in an empty data folder."`
	Admin      adminCmd         `cmd:"" help:"Make workspaces, agents, numbers and API keys, and take back what lets people in."`
	Render     renderCmd        `cmd:"" help:"Write Asterisk's configuration (for containers)."`
	Version    versionCmd       `cmd:"" help:"Print the version."`

	RenderFreeswitch renderFreeswitchCmd `cmd:"" help:"Write FreeSWITCH's configuration."`
}

type versionCmd struct{}

func (versionCmd) Run(version version) error {
	fmt.Println("ringdesk", version, runtime.Version())
	return nil
}

// version is what the build was stamped with.
type version string

// usageError is a failure that the operator must mend.
type usageError = app.OperatorError

// Main carries out the command line of the process and gives its exit status.
func Main(stamp string) int {
	// The supervisor's child dies with the thread that started it (Pdeathsig),
	// so the process keeps to one thread here.
	runtime.LockOSThread()
	var c commands
	k := kong.Parse(&c, kong.Name("ringdesk"), kong.Description("An on-premises call centre."), kong.UsageOnError())
	settings, err := configs.Load(cmp.Or(c.Config, "ringdesk.yaml"), c.Config != "", os.Getenv)
	if err == nil {
		err = k.Run(settings, &c, version(stamp))
	} else {
		err = usageError{Err: err}
	}
	if err == nil {
		return 0
	}
	for line := range strings.SplitSeq(err.Error(), "\n") { // several settings may be wrong
		fmt.Fprintln(os.Stderr, "ringdesk:", line)
	}
	if errors.As(err, new(usageError)) {
		return exitUsage
	}
	return 1
}
