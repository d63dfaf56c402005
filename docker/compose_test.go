package docker_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// composeFiles start the product, on Asterisk and on FreeSWITCH; what both have
// in common stands in sharedServices.
var composeFiles = []string{"../docker-compose.yml", "../docker-compose.freeswitch.yml"}

const sharedServices = "docker/services.yml"

// service is what the tests below look at. A pointer or slice that is nil is
// not set, and then what the service extends says it.
type service struct {
	Extends     yaml.Node `yaml:"extends"`
	User        string    `yaml:"user"`
	ReadOnly    bool      `yaml:"read_only"`
	CapDrop     []string  `yaml:"cap_drop"`
	CapAdd      []string  `yaml:"cap_add"`
	Privileged  bool      `yaml:"privileged"`
	SecurityOpt []string  `yaml:"security_opt"`
	Ports       []string  `yaml:"ports"`
	Volumes     []string  `yaml:"volumes"`
}

func composeServices(t *testing.T, file string) map[string]service {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Services map[string]service }
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return parsed.Services
}

// whole is a service with what it extends, as Compose merges them: values of its
// own win, lists are joined.
func whole(t *testing.T, s service, shared map[string]service) service {
	t.Helper()
	if s.Extends.IsZero() {
		return s
	}
	var from struct{ File, Service string }
	name := s.Extends.Value // the short form names a service of the same file
	if s.Extends.Kind == yaml.MappingNode {
		if err := s.Extends.Decode(&from); err != nil || from.File != sharedServices {
			t.Fatalf("extends %+v, %v: only services of %s are looked at", from, err, sharedServices)
		}
		name = from.Service
	}
	base, ok := shared[name]
	if !ok {
		t.Fatalf("%s has no service %q", sharedServices, name)
	}
	base = whole(t, base, shared)
	if s.User == "" {
		s.User = base.User
	}
	s.ReadOnly, s.Privileged = s.ReadOnly || base.ReadOnly, s.Privileged || base.Privileged
	s.CapDrop, s.CapAdd = append(s.CapDrop, base.CapDrop...), append(s.CapAdd, base.CapAdd...)
	s.SecurityOpt, s.Ports = append(s.SecurityOpt, base.SecurityOpt...), append(s.Ports, base.Ports...)
	return s
}

// Every container runs as SECURITY.md says, and publishes only what carriers and
// browsers must reach: not ARI, and not the event socket.
func TestCompose_Hardened(t *testing.T) {
	shared := composeServices(t, filepath.Join("..", sharedServices))
	published := map[string][]string{"render": nil, "asterisk": {"5060/tcp", "5060/udp", "media"}, "freeswitch": {"5060/tcp", "5060/udp", "media"}, "ringdesk": nil, "edge": {"8080/tcp", "8443/tcp"}, "turn": {"3478/tcp", "3478/udp"}, "postgres": nil}
	for _, file := range composeFiles {
		services := composeServices(t, file)
		if len(services) != 6 {
			t.Errorf("%s has the services %v", file, slices.Sorted(maps.Keys(services)))
		}
		for name, s := range services {
			s = whole(t, s, shared)
			if s.User != "10001:10001" || !s.ReadOnly || s.Privileged || len(s.CapAdd) > 0 ||
				!slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) {
				t.Errorf("%s: %s is not hardened: %+v", file, name, s)
			}
			var ports []string
			for _, p := range s.Ports {
				if strings.HasPrefix(p, "0.0.0.0:${RINGDESK_RTP:-") {
					p = "x:media"
				}
				ports = append(ports, p[strings.LastIndexByte(p, ':')+1:])
			}
			slices.Sort(ports)
			want, known := published[name]
			if !known || !slices.Equal(ports, want) {
				t.Errorf("%s: %s publishes %v, want %v", file, name, ports, want)
			}
		}
	}
}

// SIP over TLS is published by choice: the file for it adds one port, and the files of
// the certificate, read-only, to who needs them.
//
// Covers: OPS-1.
func TestCompose_SIPOverTLS(t *testing.T) {
	for file, want := range map[string]map[string]string{
		"../docker-compose.sip-tls.yml":            {"render": "", "asterisk": "5061/tcp", "ringdesk": ""},
		"../docker-compose.freeswitch.sip-tls.yml": {"render": "", "freeswitch": "5061/tcp", "ringdesk": ""},
	} {
		services := composeServices(t, file)
		if len(services) != len(want) {
			t.Errorf("%s has the services %v", file, slices.Sorted(maps.Keys(services)))
		}
		for name, s := range services {
			ports := strings.Join(s.Ports, " ")
			if port, known := want[name]; !known || ports[strings.LastIndexByte(ports, ':')+1:] != port {
				t.Errorf("%s: %s publishes %q", file, name, ports)
			}
			for _, v := range s.Volumes {
				if v != "./docker/sip-tls:/etc/ringdesk-sip-tls:ro" {
					t.Errorf("%s: %s has the volume %s", file, name, v)
				}
			}
		}
	}
}

// One engine can take the other's place: database, recordings and sounds are in
// the same volumes.
func TestCompose_SameData(t *testing.T) {
	for _, file := range composeFiles {
		var kept []string
		for _, v := range composeServices(t, file)["ringdesk"].Volumes {
			if name, _, _ := strings.Cut(v, ":"); name == "data" || name == "spool" || name == "sounds" {
				kept = append(kept, name)
			}
		}
		if slices.Sort(kept); !slices.Equal(kept, []string{"data", "sounds", "spool"}) {
			t.Errorf("%s: the controller has the volumes %v", file, kept)
		}
	}
}
