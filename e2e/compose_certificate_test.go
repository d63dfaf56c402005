package e2e

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ringdesk/testkit/pki"
)

// edgeUser is whom the edge runs as (docker/Dockerfile.edge).
const edgeUser = 10001

// runEdge starts an edge of the test's own in the project's network, as hardened as in
// the compose file, and gives its container. What follows the image, if anything, is
// run instead of the edge.
func (c *Compose) runEdge(t *testing.T, options []string, command ...string) string {
	t.Helper()
	args := slices.Concat([]string{"run", "--detach", "--network", composeProject + "_web", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true",
		"--tmpfs", "/tmp", "--tmpfs", fmt.Sprintf("/data:uid=%d,gid=%d", edgeUser, edgeUser)}, options, []string{"ringdesk-edge"}, command)
	id := strings.TrimSpace(dockerSays(t, args...))
	t.Cleanup(func() {
		if t.Failed() {
			said, err := exec.Command("docker", "logs", id).CombinedOutput()
			t.Logf("the edge's output, %v:\n%s", err, said)
		}
		dockerSays(t, "rm", "--force", id)
	})
	return id
}

// insideAddress is where a container is in the project's network.
func insideAddress(t *testing.T, id string) string {
	t.Helper()
	return strings.TrimSpace(dockerSays(t, "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", id))
}

// awaitCertified waits until a name is served by a certificate of an authority.
func awaitCertified(t *testing.T, name, at string, roots *x509.CertPool) {
	t.Helper()
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: actionTime, Transport: (&door{host: name, at: host, roots: roots}).transport()}
	Await(t, name+" has its certificate", startTime, func() (bool, string) {
		resp, err := client.Get("https://" + net.JoinHostPort(name, port) + "/healthz")
		if err != nil {
			return false, err.Error()
		}
		return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK, resp.Status
	})
}

// givenFiles: with RINGDESK_TLS=files the desk has the certificate of docker/tls; a
// file that is missing is named.
func (c *Compose) givenFiles(t *testing.T) {
	const name = "files.ringdesk.test"
	ca, dir := pki.New(t), t.TempDir()
	settings := []string{"--volume", dir + ":/etc/ringdesk-tls:ro", "--env", "RINGDESK_TLS=files", "--env", "RINGDESK_URL=https://" + name}
	none, err := exec.Command("docker", slices.Concat([]string{"run", "--rm"}, settings, []string{"ringdesk-edge"})...).CombinedOutput()
	if err == nil || !containsAll(string(none), []string{"docker/tls/cert.pem", "10001"}) {
		t.Errorf("without files: %v, %s", err, none)
	}
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	ca.Write(t, cert, key, time.Now().Add(time.Hour), name)
	for _, path := range []string{dir, cert, key} { // TempDir's folders are closed to others
		if err := os.Chown(path, edgeUser, edgeUser); err != nil {
			t.Fatal(err)
		}
	}
	awaitCertified(t, name, insideAddress(t, c.runEdge(t, settings))+":8443", ca.Pool)
}

// acme: with RINGDESK_TLS=acme the edge gets a certificate of an authority that reaches
// it at the ports 80 and 443 of its name.
func (c *Compose) acme(t *testing.T) {
	const name, authorityName = "acme.ringdesk.test", "authority.ringdesk.test"
	const config = `{
	admin off
	skip_install_trust
	https_port 8443
	http_port 8080
	storage file_system /data
}
https://` + authorityName + ` {
	tls internal
	acme_server
}
`
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(filepath.Join(dir, "Caddyfile"), []byte(config), 0o644)); err != nil {
		t.Fatal(err)
	}
	authority := c.runEdge(t, []string{"--volume", dir + ":/etc/acme:ro", "--add-host", name + ":" + c.address, "--entrypoint", "caddy"}, "run", "--config", "/etc/acme/Caddyfile", "--adapter", "caddyfile")
	var root []byte
	Await(t, "the authority has its root", startTime, func() (bool, string) {
		var err error
		root, err = exec.Command("docker", "exec", authority, "cat", "/data/pki/authorities/local/root.crt").Output()
		return err == nil, fmt.Sprint(err)
	})
	roots := x509.NewCertPool()
	if err := os.WriteFile(filepath.Join(dir, "root.crt"), root, 0o644); err != nil || !roots.AppendCertsFromPEM(root) {
		t.Fatalf("the authority's root is %s, %v", root, err)
	}
	at := insideAddress(t, authority)
	Await(t, "the authority answers", startTime, func() (bool, string) {
		conn, err := tls.Dial("tcp", at+":8443", &tls.Config{RootCAs: roots, ServerName: authorityName})
		return err == nil && conn.Close() == nil, fmt.Sprint(err)
	})
	c.runEdge(t, []string{"--publish", c.address + ":80:8080", "--publish", c.address + ":443:8443", "--add-host", authorityName + ":" + at, "--volume", dir + ":/etc/acme:ro",
		"--env", "SSL_CERT_FILE=/etc/acme/root.crt", "--env", "RINGDESK_TLS=acme", "--env", "RINGDESK_URL=https://" + name, "--env", "RINGDESK_ACME_EMAIL=owner@ringdesk.test",
		"--env", "RINGDESK_ACME_DIRECTORY=https://" + authorityName + ":8443/acme/local/directory"})
	awaitCertified(t, name, c.address+":443", roots)
}
