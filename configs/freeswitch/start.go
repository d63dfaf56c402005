package freeswitch

import (
	"fmt"
	"os"
	"path/filepath"
)

// unattended are the arguments of a FreeSWITCH that a program or a service
// manager starts: it stays in the foreground, reads no console (without a
// terminal it would read end of file for ever, at real-time priority, and print
// a prompt each time), and does not ask the network for a NAT gateway (16 s).
var unattended = []string{"-nf", "-nc", "-nonat"}

// Arguments start a FreeSWITCH with the configuration in dir/conf and all that it
// writes in folders below dir, which are made. It takes such folders only when
// all are named.
func Arguments(dir, modules string) ([]string, error) {
	args := append([]string{}, unattended...)
	args = append(args, "-mod", modules)
	for _, name := range []string{"conf", "log", "db", "run", "storage", "htdocs", "scripts", "temp", "certs", "recordings", "grammar", "sounds"} {
		folder := filepath.Join(dir, name)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("freeswitch: %w", err)
		}
		args = append(args, "-"+name, folder)
	}
	return args, nil
}
