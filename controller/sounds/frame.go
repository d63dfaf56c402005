package sounds

// mostFrame is the longest frame of MPEG audio layer III, bytes: 320 kbit/s at
// 32 kHz, padded.
const mostFrame = 1441

// kbits are the bit rates of layer III by their index, of version 1 and of the later
// versions 2 and 2.5 (ISO/IEC 11172-3, 2.4.2.3, and 13818-3, 2.4.2.3). Those that
// are 0 have no length of their own.
var kbits = [2][16]int{
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0},
}

// beginsWithFrames says whether two frames of one kind follow one another: noise
// often looks like one, and hardly ever like two.
func beginsWithFrames(head []byte) bool {
	n := frameLength(head)
	return n > 0 && len(head) >= n+4 && frameLength(head[n:]) > 0 && head[1] == head[n+1] && head[2]&0x0C == head[n+2]&0x0C
}

// frameLength gives the length of the frame that begins here, bytes; 0 when none
// does.
func frameLength(b []byte) int {
	if len(b) < 4 || b[0] != 0xFF || b[1]&0xE6 != 0xE2 { // sync, and layer III
		return 0
	}
	version, index, padded := b[1]>>3&3, b[2]>>2&3, int(b[2]>>1&1)
	if version == 1 || index == 3 { // reserved
		return 0
	}
	hertz := [3]int{44100, 48000, 32000}[index]
	if version == 3 { // version 1, of 1,152 samples
		return framed(144, kbits[0][b[2]>>4], hertz, padded)
	}
	if version == 2 {
		return framed(72, kbits[1][b[2]>>4], hertz/2, padded)
	}
	return framed(72, kbits[1][b[2]>>4], hertz/4, padded)
}

func framed(slots, kbit, hertz, padded int) int {
	if kbit == 0 {
		return 0
	}
	return slots*kbit*1000/hertz + padded
}
