package attack

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net/http"
)

// uploads sends sounds that claim to be far more than they are. What becomes of
// the memory is for the caller to look at.
func uploads(ctx context.Context, at Target, full bool, n *Count) error {
	s := at.Owner
	random := rand.New(rand.NewPCG(7, 9))
	for i := range scale(full, 100) {
		code, _, err := s.raw(ctx, http.MethodPut, "/sounds/greeting?language=en", "audio/wav", hostileSound(random, i))
		if err != nil {
			return err
		}
		n.Sent.Add(1)
		switch {
		case code >= 500:
			n.wrong("an upload got %d", code)
		case code >= 400:
			n.Refused.Add(1)
		default:
			n.Answered.Add(1)
		}
	}
	// Callers hear the built-in greeting again; when every file was refused there is nothing to delete.
	_, _, err := s.raw(ctx, http.MethodDelete, "/sounds/greeting?language=en", "application/json", nil)
	return err
}

// hostileSound is a WAV (RIFF) of less than a kilobyte with numbers in its
// header that no sound has, or an MP3 that is cut off.
func hostileSound(random *rand.Rand, i int) []byte {
	huge := func() uint32 {
		return []uint32{0, 1, 0x7fff_ffff, 0xffff_ffff, 0x4000_0000, 192_000, 1 << 24}[random.IntN(7)]
	}
	if i%4 == 3 {
		b := []byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f\xff\xfb\x90\x00")
		return append(b, make([]byte, random.IntN(400))...)
	}
	var b []byte
	chunk := func(name string, size uint32) { b = binary.LittleEndian.AppendUint32(append(b, name...), size) }
	chunk("RIFF", huge())
	b = append(b, "WAVE"...)
	for range random.IntN(4) {
		chunk([]string{"LIST", "JUNK", "bext", "data", "fact"}[random.IntN(5)], huge()%1000)
		b = append(b, make([]byte, random.IntN(60))...)
	}
	chunk("fmt ", 16+2*uint32(random.IntN(3)))
	b = binary.LittleEndian.AppendUint16(b, []uint16{1, 3, 6, 7, 17, 0x11, 0x31, 0x55, 0xfffe, 0x270}[random.IntN(10)])
	b = binary.LittleEndian.AppendUint16(b, []uint16{1, 2, 0, 0xffff, 64}[random.IntN(5)])
	b = binary.LittleEndian.AppendUint32(b, huge())
	b = binary.LittleEndian.AppendUint32(b, huge())
	b = binary.LittleEndian.AppendUint16(b, uint16(huge()))
	b = binary.LittleEndian.AppendUint16(b, []uint16{8, 16, 0, 32, 0xffff}[random.IntN(5)])
	b = append(b, 0, 0, 0, 0)
	chunk("data", huge())
	return append(b, make([]byte, random.IntN(300))...)
}
