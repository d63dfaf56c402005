package e2e

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// plantedEnv is a text that scripts/test-compose.sh has written into files beside the
// sources before it built the images.
const plantedEnv = "RINGDESK_PLANTED"

// secretsAreKept: neither the containers' output, nor what Docker tells of containers and
// images, nor any layer of an image has a password or a key.
//
// Covers: SEC-5.
func (c *Compose) secretsAreKept(t *testing.T) {
	yaml := c.docker("exec", "-T", "ringdesk", "sh", "-c", "cat /etc/ringdesk-*/ringdesk.yaml 2>/dev/null")
	engine := regexp.MustCompile(`(?:ari_password|event_password|turn_secret): "?([^"\s]+)`).FindAllStringSubmatch(yaml, -1)
	if len(engine) != 2 {
		t.Fatalf("the settings hold %d secrets", len(engine))
	}
	secrets := []string{c.Owner.Password, c.AccessSecret, c.Agents[0].Password, engine[0][1], engine[1][1]}
	if planted := os.Getenv(plantedEnv); planted != "" {
		secrets = append(secrets, planted)
	}
	images := []string{"ringdesk", "ringdesk-edge", "ringdesk-turn"}
	if c.onAsterisk() { // whose image is the site's own
		images = append(images, "ringdesk-asterisk")
	}
	told := map[string]string{"the output": c.docker("logs", "--no-color")}
	ids := strings.Fields(c.docker("ps", "--quiet", "--all"))
	for what, args := range map[string][]string{"the containers": slices.Concat([]string{"inspect"}, ids), "the images": slices.Concat([]string{"image", "inspect"}, images)} {
		told[what] = dockerSays(t, args...)
	}
	for _, image := range images {
		told["the history of "+image] = dockerSays(t, "history", "--no-trunc", image)
	}
	for what, text := range told {
		for i, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("%s has secret %d", what, i)
			}
		}
	}
	files := layersWith(t, images, secrets)
	for file, secret := range files {
		t.Errorf("the images' file %s has secret %d", file, secret)
	}
}

func dockerSays(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", args...).Output()
	if err != nil {
		t.Fatalf("docker %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

// layersWith reads every file of every layer of images, and gives those that hold one
// of the texts, with its place in the list.
func layersWith(t testing.TB, images, texts []string) map[string]int {
	t.Helper()
	cmd := exec.Command("docker", slices.Concat([]string{"save"}, images)...)
	pipe, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	found, files := make(map[string]int), 0
	err = eachFile(pipe, func(blob string, in *bufio.Reader) error {
		return eachFile(in, func(name string, in *bufio.Reader) error {
			files++
			if i, err := firstText(in, texts); i >= 0 || err != nil {
				found[blob+": "+name] = i
				return err
			}
			return nil
		})
	})
	if err = errors.Join(err, cmd.Wait()); err != nil || files < 1000 {
		t.Fatalf("%d files of the images' layers were read, %v", files, err)
	}
	t.Logf("%d files of the layers of %v were looked at", files, images)
	return found
}

// eachFile visits the files of an archive, which may be compressed. What is no archive
// has none.
func eachFile(in io.Reader, visit func(name string, in *bufio.Reader) error) error {
	from := bufio.NewReader(in)
	if magic, _ := from.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(from)
		if err != nil {
			return err
		}
		from = bufio.NewReader(unzipped)
	}
	const signature = 262 // "ustar" ends there (tar(5))
	if head, _ := from.Peek(signature); !bytes.HasSuffix(head, []byte("ustar")) {
		return nil
	}
	archive := tar.NewReader(from)
	for {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			_, err = io.Copy(io.Discard, from) // or its writer waits for ever
			return err
		}
		if err == nil && head.Typeflag == tar.TypeReg {
			err = visit(head.Name, bufio.NewReaderSize(archive, 1<<16))
		}
		if err != nil {
			return err
		}
	}
}

// firstText gives which of some texts a file holds, -1 where it holds none.
func firstText(in io.Reader, texts []string) (int, error) {
	whole, err := io.ReadAll(in) // the largest, the programs, are some ten MB
	for i, text := range texts {
		if bytes.Contains(whole, []byte(text)) {
			return i, err
		}
	}
	return -1, err
}

// weakSecretsAreRefused: the controller does not start with a secret that stands in
// manuals, says what to do, and does not repeat it.
//
// Covers: SEC-5.
func (c *Compose) weakSecretsAreRefused(t *testing.T) {
	for name, value := range map[string]string{"RINGDESK_TURN_SECRET": "changeme-changeme", "RINGDESK_ARI_PASSWORD": "cluecon", "RINGDESK_EVENT_PASSWORD": "ClueCon"} {
		out, said, err := c.try(nil, "run", "--rm", "--no-deps", "-T", "-e", name+"="+value, "ringdesk", "serve")
		if text := out + said; err == nil || !containsAll(text, []string{name, "openssl rand"}) || strings.Contains(text, value) {
			t.Errorf("%s is an example: %v, %s", name, err, text)
		}
	}
}
