package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	"ringdesk/controller/asterisk/local"
)

// asteriskEngine is Asterisk, from a root file system or the machine's own.
type asteriskEngine struct{ root string }

func (asteriskEngine) names() names {
	return names{Engine: "Asterisk", Queue: "app_queue", Rooms: "ConfBridge", Record: "MixMonitor", Mixes: "softmix", goals: asteriskGoals, parts: allParts}
}

func (a asteriskEngine) start(ctx context.Context, dir string, firstRTP int, peer *scene) (server, error) {
	if peer != nil {
		if err := peerConfig(dir, peer); err != nil {
			return nil, err
		}
	}
	port, err := freePort("127.0.0.1")
	if err != nil {
		return nil, err
	}
	s, err := local.Start(ctx, local.Options{Root: a.root, Data: dir, SIP: fmt.Sprintf("127.0.0.1:%d", port), RTPFrom: firstRTP, RTPTo: firstRTP + rtpPorts - 1})
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	pid, err := processWith(filepath.Join(abs, "asterisk", "etc", "asterisk.conf"))
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return &asteriskServer{s, pid}, nil
}

// asteriskServer is a running Asterisk.
type asteriskServer struct {
	*local.Server
	process int
}

func (s *asteriskServer) sip() string { return s.SIP }
func (s *asteriskServer) pid() int    { return s.process }
func (s *asteriskServer) stop() error { return s.Stop() }

func (s *asteriskServer) environment() []string {
	return []string{"RINGDESK_ARI_URL=" + s.URL, "RINGDESK_ARI_USER=" + s.Username, "RINGDESK_ARI_PASSWORD=" + s.Password,
		"RINGDESK_SIP_SOCKET=" + s.SIPWebSocket, "RINGDESK_RECORDINGS=" + s.Recordings}
}

// ari sends one request. into may be nil.
func (s *asteriskServer) ari(ctx context.Context, method, path string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.URL+path, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(s.Username, s.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s", res.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// leftovers counts the channels and bridges.
func (s *asteriskServer) leftovers(ctx context.Context) (int, error) {
	n := 0
	for _, what := range []string{"/channels", "/bridges"} {
		var list []struct{}
		if err := s.ari(ctx, http.MethodGet, what, &list); err != nil {
			return 0, err
		}
		n += len(list)
	}
	return n, nil
}

func (s *asteriskServer) parties(ctx context.Context) ([]string, error) {
	var all []struct{ ID, Name, State string }
	if err := s.ari(ctx, http.MethodGet, "/channels", &all); err != nil {
		return nil, err
	}
	var ids []string
	for _, c := range all {
		if strings.HasPrefix(c.Name, "PJSIP/") && c.State == "Up" {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

func (s *asteriskServer) bridges(ctx context.Context) (count map[string]int, joined int, err error) {
	var all []struct {
		Technology string
		Channels   []string
	}
	if err := s.ari(ctx, http.MethodGet, "/bridges", &all); err != nil {
		return nil, 0, err
	}
	count = map[string]int{}
	for _, b := range all {
		if len(b.Channels) > 1 {
			count[b.Technology]++
			joined += len(b.Channels)
		}
	}
	return count, joined, nil
}

func (s *asteriskServer) packets(ctx context.Context, party string) (in, out int, err error) {
	var n struct {
		RXCount int `json:"rxcount"`
		TXCount int `json:"txcount"`
	}
	err = s.ari(ctx, http.MethodGet, "/channels/"+party+"/rtp_statistics", &n)
	return n.RXCount, n.TXCount, err
}
