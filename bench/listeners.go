package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"ringdesk/controller/webhook"
	"ringdesk/models"
)

// receiver takes the webhooks of all businesses, as one other system.
type receiver struct {
	http.Server
	url   string
	taken atomic.Int64
}

// receiverIdle is how long the receiver keeps a connection that it gets nothing on, and one
// that was opened ahead and never used: shorter than quiet, as the controller's end of it
// counts as goroutines.
const receiverIdle = 5 * time.Second

func startReceiver() (*receiver, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receiver{url: "http://" + l.Addr().String() + "/"}
	r.IdleTimeout, r.ReadHeaderTimeout = receiverIdle, receiverIdle
	r.Handler = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { r.taken.Add(1) })
	go func() { _ = r.Serve(l) }() // ends when it is closed
	return r, nil
}

// webhookTo tells of everything that happens in a business.
func webhookTo(url, workspace string) models.Webhook {
	now := models.At(time.Now())
	w := models.Webhook{ID: models.NewID(), WorkspaceID: workspace, Name: "Bench", URL: url, Enabled: true, Secret: "whsec_YmVuY2hiZW5jaGJlbmNoYmVuY2hiZW5jaGJlbmNo", Since: now, CreatedAt: now}
	w.SetEvents(webhook.Types)
	return w
}

// openDesks are agents' desks that are connected and told of every change.
type openDesks struct {
	sockets []*websocket.Conn
	reading sync.WaitGroup
	closing atomic.Bool
	told    atomic.Int64 // messages
	failed  atomic.Pointer[error]
}

// connectDesks opens the desk of each session on an address of the API.
func connectDesks(ctx context.Context, address string, sessions []string) (*openDesks, error) {
	d := &openDesks{}
	for _, session := range sessions {
		header := http.Header{"Cookie": {"ringdesk_session=" + session}, "Origin": {"http://" + address}}
		dialing, cancel := context.WithTimeout(ctx, commandLimit)
		socket, _, err := websocket.Dial(dialing, "ws://"+address+"/api/v1/live", &websocket.DialOptions{HTTPHeader: header})
		cancel()
		if err != nil {
			return d, errors.Join(fmt.Errorf("a desk: %w", err), d.close())
		}
		socket.SetReadLimit(-1) // a snapshot is as long as there are calls
		d.sockets = append(d.sockets, socket)
		d.reading.Go(func() { d.read(socket) })
	}
	return d, nil
}

func (d *openDesks) read(socket *websocket.Conn) {
	for {
		if _, _, err := socket.Read(context.Background()); err != nil {
			if !d.closing.Load() {
				d.failed.CompareAndSwap(nil, &err)
			}
			return
		}
		d.told.Add(1)
	}
}

// close says goodbye. A desk that was left before then has not been told of everything.
func (d *openDesks) close() error {
	d.closing.Store(true)
	for _, s := range d.sockets {
		_ = s.CloseNow()
	}
	d.reading.Wait()
	if err := d.failed.Load(); err != nil {
		return fmt.Errorf("a desk was cut off: %w", *err)
	}
	return nil
}
