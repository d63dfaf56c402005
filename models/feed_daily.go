package models

import (
	"strconv"
	"strings"
)

// sameSlot finds the waits of a day's sums that were within Level.
var sameSlot = `w.workspace_id = h.workspace_id AND w.day = h.day AND w.number_id = h.number_id AND w.team_id = h.team_id
		AND w.kind = h.kind AND w.direction = h.direction AND w.seconds <= ` + strconv.Itoa(Level)

// sumsOf adds up columns of the hours.
func sumsOf(columns ...string) string {
	var b strings.Builder
	for _, c := range columns {
		b.WriteString("SUM(h." + c + ") AS " + c + ", ")
	}
	return b.String()
}

// sum is a column that sumsOf made, under its name or another.
func sum(column string, name ...string) FeedColumn {
	c := whole(column, "CAST(d."+column+" AS BIGINT)")
	if len(name) > 0 {
		c.Name = name[0]
	}
	return c
}
