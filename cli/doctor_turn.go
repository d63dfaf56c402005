package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"ringdesk/configs"
)

// turnWait is how long a TURN server may take to answer, and how often it is asked: a
// datagram may be lost.
const (
	turnWait  = time.Second
	turnTries = 3
)

// lookAtTURN asks each TURN server whether it is there. Whether it takes our secret only
// a call shows.
func lookAtTURN(ctx context.Context, s configs.Settings) []finding {
	all := []finding{}
	for _, address := range s.Media.TURN {
		if err := askTURN(ctx, address); err != nil {
			all = append(all, found("TURN", wrong, "%s does not answer (%v): browsers behind strict firewalls have no sound. See whether it runs, and whether the firewall lets its port in", address, err)...)
			continue
		}
		all = append(all, found("TURN", well, "%s answers", address)...)
	}
	return all
}

// askTURN speaks to a server as RFC 7065 writes it: turn:host:port?transport=udp.
func askTURN(ctx context.Context, address string) error {
	scheme, rest, _ := strings.Cut(address, ":")
	at, query, _ := strings.Cut(rest, "?")
	port := map[string]string{"turn": "3478", "turns": "5349"}[scheme]
	if _, _, err := net.SplitHostPort(at); err != nil {
		at = net.JoinHostPort(strings.Trim(at, "[]"), port)
	}
	network := "udp"
	if scheme == "turns" || strings.Contains(query, "transport=tcp") {
		network = "tcp"
	}
	ctx, cancel := context.WithTimeout(ctx, doctorWait)
	defer cancel()
	if scheme == "turns" {
		conn, err := new(tls.Dialer).DialContext(ctx, network, at)
		if err != nil {
			return err
		}
		return conn.Close()
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, at)
	if err != nil {
		return err
	}
	return errors.Join(bind(conn), conn.Close())
}

// bind sends a binding request (RFC 8489, section 2) and waits for its answer.
func bind(conn net.Conn) error {
	request := append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, make([]byte, 12)...)
	if _, err := rand.Read(request[8:]); err != nil {
		return err
	}
	answer := make([]byte, 1500)
	var last error
	for range turnTries {
		if err := conn.SetDeadline(time.Now().Add(turnWait)); err != nil {
			return err
		}
		if _, err := conn.Write(request); err != nil {
			return err
		}
		n, err := conn.Read(answer)
		if err == nil && (n < len(request) || !bytes.Equal(answer[4:20], request[4:])) {
			return fmt.Errorf("another program answers with %d bytes", n)
		}
		if last = err; err == nil {
			return nil
		}
	}
	return last
}
