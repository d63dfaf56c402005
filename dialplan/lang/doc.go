// Package lang reads the language of flows: HCL 2 with blocks for hours, flows
// and workflows (DP-1).
//
// Compile makes a flow.Program of texts, or says what is wrong with them, each
// mistake with file, line and column. What the steps are called and may hold
// stands in the tags of package flow's types: this package reads texts by them,
// and Reference writes the page about them. Format gives a text its one form, and
// FromSettings says what settings do as a flow.
//
// It is pure: files are read by whoever calls it.
package lang
