// Command ringdesk is a call centre: see README.md.
package main

import (
	"os"

	"ringdesk/cli"
)

// version is stamped by the build.
var version = "dev"

func main() { os.Exit(cli.Main(version)) }
