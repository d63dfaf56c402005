package whisper

import "math"

// filled is so many numbers of a value.
func filled(n int, value float32) []float32 {
	all := make([]float32, n)
	for i := range all {
		all[i] = value
	}
	return all
}

// scaled multiplies a vector; nil is one of zeros.
func scaled(v []float32, by float32) []float32 {
	all := make([]float32, state)
	for i := range v {
		all[i] = v[i] * by
	}
	return all
}

func product(size []int) int {
	n := 1
	for _, s := range size {
		n *= s
	}
	return n
}

// float16 is a number in 16 bits (IEEE 754 binary16), cut off; what is too small for it
// is 0, and no number of ours is too large.
func float16(v float32) uint16 {
	bits := math.Float32bits(v)
	sign, exponent := uint16(bits>>16&0x8000), int(bits>>23&0xff)-127+15
	if exponent <= 0 {
		return sign
	}
	return sign | uint16(exponent)<<10 | uint16(bits>>13&0x3ff)
}
