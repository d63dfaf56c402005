package journal

import (
	"maps"
	"slices"
)

// Types lists all types of entries.
func Types() []string { return slices.Sorted(maps.Keys(readers)) }
