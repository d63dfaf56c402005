//go:build amd64 || arm64

package powercut

import (
	"slices"

	"golang.org/x/sys/unix"
)

// call is a system call of a traced thread.
type call struct {
	number uint64
	args   [6]uint64
	result int64
	from   int // how many events there were when it began
}

// namesChange says that a system call may have changed names.
func namesChange(n uint64) bool {
	return slices.Contains([]uint64{unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_UNLINKAT, unix.SYS_MKDIRAT, unix.SYS_LINKAT}, n) || slices.Contains(olderNames, n)
}

func opens(n uint64) bool { return n == unix.SYS_OPENAT || slices.Contains(olderOpens, n) }

func openFlags(c call) uint64 {
	if c.number == unix.SYS_OPENAT {
		return c.args[2]
	}
	return olderFlags(c)
}

// writes gives the argument of a system call that says which file it has written to.
func writes(n uint64) (argument int, ok bool) {
	switch n {
	case unix.SYS_WRITE, unix.SYS_PWRITE64, unix.SYS_WRITEV, unix.SYS_PWRITEV, unix.SYS_SENDFILE:
		return 0, true
	case unix.SYS_COPY_FILE_RANGE, unix.SYS_SPLICE:
		return 2, true
	}
	return 0, false
}

// placed is where something was written, when the program has said so.
func placed(c call) (at int64, ok bool) {
	if c.number == unix.SYS_PWRITE64 || c.number == unix.SYS_PWRITEV {
		return int64(c.args[3]), true
	}
	return 0, false
}

// unheard says that a system call may have changed a file in a way that is not recorded.
func unheard(n uint64) bool {
	return slices.Contains([]uint64{unix.SYS_PWRITEV2, unix.SYS_IO_SUBMIT, unix.SYS_IO_URING_ENTER, unix.SYS_OPENAT2}, n)
}
