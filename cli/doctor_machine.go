package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"ringdesk/configs"
)

// lookAtClock asks the kernel whether something keeps its clock (adjtimex(2)).
// Certificates, sessions and the times of calls depend on it.
func lookAtClock(context.Context, configs.Settings) []finding {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	if err != nil {
		return found("clock", note, "whether the clock is right cannot be asked: %v", err)
	}
	return clockFinding(state == unix.TIME_ERROR || t.Status&unix.STA_UNSYNC != 0, time.Duration(t.Maxerror)*time.Microsecond)
}

func clockFinding(free bool, off time.Duration) []finding {
	if free {
		return found("clock", note, "nothing keeps this machine's clock: install chrony, or switch systemd-timesyncd on (timedatectl set-ntp true); on a virtual machine its host may keep it")
	}
	return found("clock", well, "it is kept, within %v", off.Round(time.Millisecond))
}

// ephemeralFile tells which ports the kernel gives to whoever asks for any (ip(7)).
const ephemeralFile = "/proc/sys/net/ipv4/ip_local_port_range"

// lookAtPorts looks whether the ports of sound can be had, and whether somebody takes
// calls where carriers send them. An engine on another machine or in a container of
// its own cannot be seen.
func lookAtPorts(ctx context.Context, s configs.Settings) []finding {
	const part = "ports"
	from, to, err := s.RTPPorts()
	if err != nil {
		return found(part, wrong, "%v", err)
	}
	all := []finding{}
	if text, err := os.ReadFile(ephemeralFile); err == nil {
		all = append(all, ephemeral(string(text), from, to)...)
	}
	if ownEngine(s) {
		all = append(all, sipPort(ctx, s)...)
	}
	if len(all) == 0 {
		return found(part, well, "%d to %d for sound, %d calls of two at most", from, to, (to-from+1)/4)
	}
	return all
}

// ephemeral says what is wrong when programs that ask for any port get one of those
// for sound.
func ephemeral(kernel string, from, to int) []finding {
	var low, high int
	if _, err := fmt.Sscan(kernel, &low, &high); err != nil || high < from || low > to {
		return nil
	}
	return found("ports", note, "other programs get ports out of %d-%d, which overlaps those for sound (%d-%d): choose others with RINGDESK_RTP, or reserve them with "+
		"sysctl net.ipv4.ip_local_reserved_ports=%[3]d-%[4]d", low, high, from, to)
}

// ownEngine says that the engine runs on this machine, in the same network.
func ownEngine(s configs.Settings) bool {
	return s.Asterisk.ARIURL == "" && s.Engine.Use != configs.FreeSWITCH
}

// sipPort looks who has the port that carriers send calls to.
func sipPort(ctx context.Context, s configs.Settings) []finding {
	var listen net.ListenConfig
	conn, err := listen.ListenPacket(ctx, "udp", s.SIP.Address)
	if err == nil {
		err = conn.Close()
	}
	_, _, _, running := engineLink(s)
	switch {
	case running == nil && err == nil:
		return found("ports", wrong, "nobody takes calls at %s: the engine runs no more, or on another address; see its log in the data folder, and set RINGDESK_SIP", s.SIP.Address)
	case running != nil && errors.Is(err, unix.EADDRINUSE):
		return found("ports", wrong, "another program has %s, where carriers send calls to: stop it, or choose another address with RINGDESK_SIP", s.SIP.Address)
	case err != nil && !errors.Is(err, unix.EADDRINUSE):
		return found("ports", wrong, "%s cannot be listened on: %v; choose an address of this machine with RINGDESK_SIP", s.SIP.Address, err)
	}
	return nil
}
