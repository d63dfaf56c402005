//go:build amd64 || arm64

package powercut

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Disk is a disk in memory, which records what is written to it and when it is told to flush. It appears as a
// file, of which a loop device can be made, by FUSE (Documentation/filesystems/fuse in Linux): that needs root.
type Disk struct {
	file   string
	fuse   int
	ended  chan struct{}
	of     *file
	mu     sync.Mutex
	now    []byte // what a reader sees
	log    *Log
	failed error
}

// diskName is what the disk is called in an image of the log.
const diskName = "disk"

// NewDisk makes a file that exists into a disk that holds what is in it.
func NewDisk(path string) (*Disk, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Open("/dev/fuse", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Mount("powercut", path, "fuse", unix.MS_NOSUID|unix.MS_NODEV, fmt.Sprintf("fd=%d,rootmode=100000,user_id=0,group_id=0", fd)); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	of, root := &file{first: diskName}, &file{folder: true, first: "."}
	d := &Disk{file: path, fuse: fd, ended: make(chan struct{}), of: of, now: append([]byte(nil), text...),
		log: &Log{root: root, start: map[*file]contents{root: {names: map[string]*file{diskName: of}}, of: {bytes: text}}}}
	go d.serve()
	return d, nil
}

// Tell notes an acknowledgement, after everything that was written until now.
func (d *Disk) Tell(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log.events = append(d.log.events, event{told: what})
}

// Close takes the disk away and gives its record, whose images have one file, "disk".
func (d *Disk) Close() (*Log, error) {
	err := unix.Unmount(d.file, 0)
	if err != nil {
		err = errors.Join(err, unix.Unmount(d.file, unix.MNT_DETACH))
	}
	<-d.ended
	return d.log, errors.Join(err, d.failed, unix.Close(d.fuse))
}

// FUSE's requests (linux/fuse.h) that a single file gets.
const (
	fuseForget      = 2
	fuseGetattr     = 3
	fuseSetattr     = 4
	fuseOpen        = 14
	fuseRead        = 15
	fuseWrite       = 16
	fuseStatfs      = 17
	fuseRelease     = 18
	fuseFsync       = 20
	fuseFlush       = 25
	fuseInit        = 26
	fuseInterrupt   = 36
	fuseDestroy     = 38
	fuseBatchForget = 42

	headerBytes = 40 // before each request
	writeBytes  = 40 // before what is written
	mostWritten = 1 << 17
)

var le = binary.NativeEndian

func (d *Disk) serve() {
	defer close(d.ended)
	request := make([]byte, mostWritten+4096)
	for {
		n, err := unix.Read(d.fuse, request)
		if err == unix.ENODEV { // unmounted
			return
		}
		if err == unix.EINTR || err == unix.EAGAIN || err == unix.ENOENT { // the request was taken back
			continue
		}
		if err != nil {
			d.failed = err
			return
		}
		code := le.Uint32(request[4:])
		if code == fuseForget || code == fuseBatchForget || code == fuseInterrupt { // these get no answer
			continue
		}
		body, failed := d.answer(code, request[headerBytes:n])
		answer := make([]byte, 16, 16+len(body))
		le.PutUint32(answer, uint32(16+len(body)))
		le.PutUint32(answer[4:], uint32(-int32(failed)))
		copy(answer[8:], request[8:16]) // which request this answers
		if _, err := unix.Write(d.fuse, append(answer, body...)); err != nil && err != unix.ENOENT {
			d.failed = err
			return
		}
	}
}

func (d *Disk) answer(code uint32, in []byte) ([]byte, unix.Errno) {
	switch code {
	case fuseInit:
		return initAnswer(), 0
	case fuseGetattr, fuseSetattr:
		return d.attributes(), 0
	case fuseOpen:
		out := make([]byte, 16)
		le.PutUint32(out[8:], 1) // FOPEN_DIRECT_IO: nothing is kept back in memory on the way
		return out, 0
	case fuseRead:
		at, size := le.Uint64(in[8:]), uint64(le.Uint32(in[16:]))
		at = min(at, uint64(len(d.now)))
		return d.now[at:min(at+size, uint64(len(d.now)))], 0
	case fuseWrite:
		return d.write(int64(le.Uint64(in[8:])), in[writeBytes:][:le.Uint32(in[16:])])
	case fuseFsync:
		d.mu.Lock()
		defer d.mu.Unlock()
		d.log.events = append(d.log.events, event{of: d.of, synced: new(len(d.log.events))})
		return nil, 0
	case fuseFlush, fuseRelease, fuseDestroy:
		return nil, 0
	case fuseStatfs:
		return make([]byte, 80), 0
	default:
		return nil, unix.ENOSYS
	}
}

func initAnswer() []byte {
	out := make([]byte, 64)
	le.PutUint32(out, 7)      // FUSE 7.31
	le.PutUint32(out[4:], 31) //
	le.PutUint32(out[12:], 1<<5)
	le.PutUint32(out[20:], mostWritten)
	le.PutUint32(out[24:], 1)
	return out
}

func (d *Disk) attributes() []byte {
	out := make([]byte, 104)
	le.PutUint64(out, uint64(time.Hour/time.Second)) // how long this holds
	attr := out[16:]
	le.PutUint64(attr, 1)
	le.PutUint64(attr[8:], uint64(len(d.now)))
	le.PutUint64(attr[16:], uint64(len(d.now)/sectorBytes))
	le.PutUint32(attr[60:], unix.S_IFREG|0o600)
	le.PutUint32(attr[64:], 1)
	le.PutUint32(attr[80:], 4096)
	return out
}

func (d *Disk) write(at int64, text []byte) ([]byte, unix.Errno) {
	if at+int64(len(text)) > int64(len(d.now)) {
		return nil, unix.ENOSPC
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	copy(d.now[at:], text)
	d.log.events = append(d.log.events, event{of: d.of, write: &write{at: at, bytes: append([]byte(nil), text...)}})
	out := make([]byte, 8)
	le.PutUint32(out, uint32(len(text)))
	return out, 0
}
