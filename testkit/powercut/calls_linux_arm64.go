package powercut

// System calls that this architecture does not have.
var olderNames, olderOpens []uint64

func olderFlags(call) uint64 { return 0 }
