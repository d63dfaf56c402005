// Package figures holds all ways to a figure against each other (STAT-0). A history of
// calls, such as one of testkit/sim's days, is moved to a moment at which clocks change
// or a day begins, and written into a database bit by bit, as time goes on. After each bit
// the live board and the report say what they know. In the end the facts, the facts made
// anew, the report in two time zones, both tables of raw data and the OData feed must give
// the same figures, each of which is counted from their rows by code of its own (count.go).
package figures
