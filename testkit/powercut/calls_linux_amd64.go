package powercut

import "golang.org/x/sys/unix"

// System calls that newer architectures do not have.
var (
	olderNames = []uint64{unix.SYS_RENAME, unix.SYS_UNLINK, unix.SYS_RMDIR, unix.SYS_MKDIR, unix.SYS_LINK}
	olderOpens = []uint64{unix.SYS_OPEN, unix.SYS_CREAT}
)

func olderFlags(c call) uint64 {
	if c.number == unix.SYS_CREAT {
		return unix.O_CREAT | unix.O_TRUNC
	}
	return c.args[1]
}
