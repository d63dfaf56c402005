package cli

import (
	"bufio"
	"os/exec"
	"testing"
	"time"
)

// A controller that hangs is killed, and is gone when the next is started: it
// would find the port and the data folder taken, and end the engine with it.
//
// Covers: SYS-3
func TestStopChildAwaitsTheKill_SYS_3(t *testing.T) {
	for name, script := range map[string]string{"goes": "echo ready; read x", "hangs": "trap '' TERM; echo ready; read x"} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
			stdin, err := cmd.StdinPipe() // held open, so that it waits
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
				t.Fatal(line, err)
			}
			exited := make(chan error, 1)
			go func() { exited <- cmd.Wait() }()
			if err := stopChild(cmd, exited, 100*time.Millisecond); err != nil {
				t.Error(err)
			}
			if cmd.ProcessState == nil {
				t.Error("the process is still there")
			}
		})
	}
}
