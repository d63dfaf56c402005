package e2e

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// smallDisk is a file system of its own, unmounted when the test ends.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Fatalf("a small disk cannot be mounted, which takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves so many bytes free.
func fill(t *testing.T, dir string, leave uint64) {
	t.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "filler"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for piece, more := make([]byte, 64<<10), int64(fs.Bavail)*fs.Bsize-int64(leave); more > 0; more -= int64(len(piece)) {
		if _, err := f.Write(piece); err != nil {
			if errors.Is(err, syscall.ENOSPC) {
				return
			}
			t.Fatal(err)
		}
	}
}

// The disk fills up: first new calls are no longer recorded, and it is said so;
// then nothing can be written at all, and calls go on. When there is room
// again the calls' records are complete, and the next call is recorded.
//
// Covers: SEC-4, OPS-3, SYS-3, END-1
func TestDiskFills_SYS_3_END_1(t *testing.T) {
	const looked = 15 * time.Second // the disk is looked at every 10 s
	dir := smallDisk(t, "96m")
	in := Start(t, Options{Data: dir, Env: []string{"RINGDESK_KEEP_FREE_MIB=8"}})
	mina := in.Browser(t, in.Agents[0], MinaHz)
	in.awaitAvailable(t, mina)
	api := in.API(t)

	fill(t, dir, 5<<20)
	awaitDisk(t, in, http.StatusOK, "nearly full", looked)
	caller := in.call(t, "01077770001", CallerHz)
	first := mina.Answer()
	AwaitHears(t, "the caller", caller, MinaHz)
	AwaitHears(t, "Mina", mina, CallerHz)

	fill(t, dir, 0)
	awaitDisk(t, in, http.StatusServiceUnavailable, "full", looked)
	AwaitHears(t, "the caller, the disk being full", caller, MinaHz)
	AwaitHears(t, "Mina, the disk being full", mina, CallerHz)
	caller.Hangup()

	if err := os.Remove(filepath.Join(dir, "filler")); err != nil {
		t.Fatal(err)
	}
	awaitDisk(t, in, http.StatusOK, "ok", looked)
	call := api.AwaitCall(first, "ended", 30*time.Second)
	if call.EndedBy != "customer" {
		t.Errorf("the call is %+v", call)
	}
	mina.WaitGone("call-box", first)
	Await(t, "the first call's recording says why there is none", 30*time.Second, func() (bool, string) {
		var rec struct{ State, Error string }
		api.Get("/recordings/"+api.Call(first).Recording.ID, &rec)
		return rec.State == "failed" && strings.Contains(rec.Error, "nearly full"), rec.State + ": " + rec.Error
	})

	again := in.call(t, "01077770002", CallerHz)
	second := mina.Answer()
	AwaitHears(t, "the second caller", again, MinaHz)
	AwaitHears(t, "Mina", mina, CallerHz)
	again.Hangup()
	mina.WaitGone("call-box", second)
	in.awaitNothingLeft(t, actionTime)
	api.AwaitRecording(second, 10*time.Second)
}

// awaitDisk waits until /readyz tells of the disk.
func awaitDisk(t *testing.T, in *Instance, code int, says string, within time.Duration) {
	t.Helper()
	Await(t, "/readyz says of the disk: "+says, within, func() (bool, string) {
		resp, err := http.Get(in.URL + "/readyz")
		if err != nil {
			return false, err.Error()
		}
		defer resp.Body.Close()
		var said struct{ Disk string }
		err = json.NewDecoder(resp.Body).Decode(&said)
		return err == nil && resp.StatusCode == code && strings.Contains(said.Disk, says), said.Disk
	})
}
