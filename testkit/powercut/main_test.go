package powercut_test

import (
	"fmt"
	"os"
	"testing"
)

// programs are what is recorded: this test's own executable runs one when programName names it.
var programs = map[string]func(folder string) error{"store": storeProgram, "reopen": reopenProgram, "files": filesProgram}

const (
	programName   = "RINGDESK_POWERCUT_PROGRAM"
	programFolder = "RINGDESK_POWERCUT_FOLDER"
)

func TestMain(m *testing.M) {
	program := programs[os.Getenv(programName)]
	if program == nil {
		os.Exit(m.Run())
	}
	if err := program(os.Getenv(programFolder)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
