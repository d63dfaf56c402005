package powercut_test

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"ringdesk/testkit/powercut"
)

// diskMiB holds the store of a short record and ext4's journal.
const diskMiB = 32

// The store works on a real file system, ext4, whose disk loses power: of what it was sent since its last flush some sectors are there.
// RINGDESK_POWERCUT_DISK=1 runs it, as root.
//
// Covers: SYS-3.
func TestPowerCut_Disk_SYS_3(t *testing.T) {
	if os.Getenv("RINGDESK_POWERCUT_DISK") == "" {
		t.Skip("makes loop devices and mounts them, as root: RINGDESK_POWERCUT_DISK=1")
	}
	log := recordDisk(t)
	images := chosen("RINGDESK_POWERCUTS", 40)
	if err := cutDisk(t, log, images); err != nil {
		t.Error(err)
	}
	if err := cutDisk(t, log.Without(func(string) bool { return true }), 10*images); err == nil {
		t.Error("nothing was lost of a disk that forgets what it was told to flush")
	} else {
		t.Logf("a disk that does not flush was found: %v", err)
	}
}

// recordDisk has the store work on a disk of its own.
func recordDisk(t *testing.T) *powercut.Log {
	t.Helper()
	file := filepath.Join(t.TempDir(), "disk")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Truncate(file, diskMiB<<20)); err != nil {
		t.Fatal(err)
	}
	tool(t, "mkfs.ext4", "-q", "-F", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", "-J", "size=4", file)
	disk, err := powercut.NewDisk(file)
	if err != nil {
		t.Fatal(err)
	}
	err = onDisk(t, file, func(folder string) error {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), programName+"=store", programFolder+"="+folder, fmt.Sprintf("%s=%d", storeSeed, chosen("RINGDESK_SEED", 1)))
		c.Stderr = os.Stderr
		says, err := c.StdoutPipe()
		if err != nil {
			return err
		}
		if err := c.Start(); err != nil {
			return err
		}
		for in := bufio.NewScanner(says); in.Scan(); {
			disk.Tell(in.Text() + "\n")
		}
		return c.Wait()
	})
	log, closed := disk.Close()
	if err := errors.Join(err, closed); err != nil {
		t.Fatal(err)
	}
	return log
}

// onDisk mounts the file system in a file for a while.
func onDisk(t *testing.T, file string, do func(folder string) error) error {
	t.Helper()
	device := tool(t, "losetup", "--find", "--show", file)
	folder := t.TempDir()
	err := unix.Mount(device, folder, "ext4", unix.MS_NOATIME, "")
	if err == nil {
		err = errors.Join(do(folder), unix.Unmount(folder, 0))
	} else {
		err = fmt.Errorf("mount: %w", err)
	}
	tool(t, "losetup", "--detach", device)
	return err
}

func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return strings.TrimSpace(string(out))
}

func cutDisk(t *testing.T, log *powercut.Log, images uint64) error {
	began, seed := time.Now(), chosen("RINGDESK_SEED", 1)
	for n := range images {
		dice := rand.New(rand.NewPCG(seed, n))
		cut, to := dice.IntN(log.Cuts()), scratch(t)
		err := log.Image(cut, dice, to)
		if err == nil {
			err = onDisk(t, filepath.Join(to, "disk"), func(folder string) error {
				return opens(t.Context(), filepath.Join(folder, "data", "ringdesk.db"), log.Told(cut))
			})
		}
		if err != nil {
			return fmt.Errorf("seed %d, image %d, cut before event %d of %d: %w", seed, n, cut, log.Cuts(), err)
		}
		if err := os.RemoveAll(to); err != nil {
			return err
		}
	}
	t.Logf("seed %d: nothing lost in %d power cuts of ext4 at %d moments with %d acknowledgements, in %v", seed, images, log.Cuts(), len(log.Told(log.Cuts()-1)), time.Since(began))
	return nil
}
