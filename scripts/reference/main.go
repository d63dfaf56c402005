// Command reference prints what is made from the program itself:
//
//	go run ./scripts/reference settings > docs/settings.md
//	go run ./scripts/reference metrics > docs/metrics.md
//	go run ./scripts/reference flows > docs/flows.md
//	go run ./scripts/reference statistics > docs/statistics.md
//	go run ./scripts/reference figures en > web/src/features/stats/figures.en.ts
package main

import (
	"fmt"
	"os"
	"strings"

	"ringdesk/configs"
	"ringdesk/controller/metrics/scrape"
	"ringdesk/controller/stats"
	"ringdesk/dialplan/lang"
)

var pages = map[string]func() string{"settings": configs.Reference, "metrics": scrape.Reference, "flows": lang.Reference, "statistics": stats.Reference,
	"figures en": func() string { return stats.Words("en") }, "figures ko": func() string { return stats.Words("ko") }}

func main() {
	page := pages[strings.Join(os.Args[1:], " ")]
	if page == nil {
		fmt.Fprintln(os.Stderr, "usage: reference settings|metrics|flows|statistics|figures en|figures ko")
		os.Exit(2)
	}
	fmt.Print(page())
}
