package lang

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"ringdesk/dialplan"
	"ringdesk/dialplan/flow"
)

// hours reads operating hours (IN-10): blocks day, holiday and override.
func (c *compiler) hours(b *hclsyntax.Block) {
	if len(b.Labels) != 1 {
		return
	}
	h := flow.Hours{Name: b.Labels[0], At: pos(b.TypeRange)}
	for _, name := range attributes(b.Body) {
		c.fault(b.Body.Attributes[name].NameRange, "hours have no %s: they have the blocks day, holiday and override", name)
	}
	days := map[time.Weekday]bool{}
	for _, k := range b.Body.Blocks {
		label, at := "", k.TypeRange
		if len(k.Labels) == 1 {
			label, at = k.Labels[0], k.LabelRanges[0]
		}
		switch k.Type {
		case "day":
			open := c.periods(k)
			for _, d := range c.days(label, at) {
				if days[d] {
					c.fault(at, "%s is there twice", strings.ToLower(d.String()[:3]))
				}
				days[d] = true
				h.Hours.Week[d] = open
			}
		case "holiday":
			c.holiday(k, label, at, &h.Hours)
		case "override":
			c.override(k, label, at, &h)
		default:
			c.fault(k.TypeRange, "hours have no block %s: they have day, holiday and override", k.Type)
		}
	}
	if len(h.Hours.Holidays) > 1000 {
		c.fault(b.TypeRange, "there may be at most 1000 holidays, not %d", len(h.Hours.Holidays))
	}
	if !slices.ContainsFunc(b.Body.Blocks, func(k *hclsyntax.Block) bool { return k.Type == "day" }) {
		c.warn(b.TypeRange, "these hours are never open: add day \"mon-fri\" { open = [\"09:00-18:00\"] }")
	}
	c.p.Hours = append(c.p.Hours, h)
}

// days reads days such as mon, mon-fri or sat,sun.
func (c *compiler) days(label string, at hcl.Range) []time.Weekday {
	var all []time.Weekday
	for part := range strings.SplitSeq(label, ",") {
		first, last, both := strings.Cut(strings.TrimSpace(part), "-")
		if !both {
			last = first
		}
		from, ok1 := flow.Weekday(first)
		to, ok2 := flow.Weekday(last)
		if !ok1 || !ok2 {
			c.fault(at, "%q are no days: write mon, tue, wed, thu, fri, sat, sun, such as \"mon-fri\" or \"sat,sun\"", label)
			return nil
		}
		for d := from; ; d = (d + 1) % 7 {
			all = append(all, d)
			if d == to {
				break
			}
		}
	}
	return all
}

// periods reads open = ["09:00-12:00", …].
func (c *compiler) periods(b *hclsyntax.Block) []dialplan.Period {
	for _, name := range attributes(b.Body) {
		if name != "open" && (b.Type != "holiday" || name != "name") {
			c.fault(b.Body.Attributes[name].NameRange, "%s has no %s", b.Type, name)
		}
	}
	a := b.Body.Attributes["open"]
	if a == nil {
		c.fault(b.TypeRange, "%s needs open: a list such as [\"09:00-12:00\", \"13:00-18:00\"], or [] for closed", b.Type)
		return nil
	}
	list, ok := c.list(value{e: a.Expr, name: "open"}, "a list of periods such as \"09:00-18:00\"")
	if !ok {
		return nil
	}
	if len(list) > 24 {
		c.fault(a.Expr.Range(), "a day may have at most 24 periods")
		return nil
	}
	var all []dialplan.Period
	for _, e := range list {
		text, ok := c.text(value{e: e, name: "a period"})
		if !ok {
			continue
		}
		first, last, _ := strings.Cut(text, "-")
		from, ok1 := flow.Clock(strings.TrimSpace(first))
		to, ok2 := flow.Clock(strings.TrimSpace(last))
		if !ok1 || !ok2 || from >= to {
			c.fault(e.Range(), "%q is no period: write it as 09:00-18:00, up to 24:00; one past midnight is two, each on its day", text)
			continue
		}
		for _, p := range all {
			if from < p.To && p.From < to {
				c.fault(e.Range(), "%q overlaps with another period", text)
			}
		}
		all = append(all, dialplan.Period{From: from, To: to})
	}
	return all
}

func (c *compiler) holiday(b *hclsyntax.Block, label string, at hcl.Range, h *dialplan.Hours) {
	d := dialplan.Holiday{Date: label, Periods: c.periods(b)}
	if _, err := time.Parse(time.DateOnly, label); err != nil {
		c.fault(at, "%q is no day: write it as 2026-12-25", label)
	}
	for _, other := range h.Holidays {
		if other.Date == label {
			c.fault(at, "the holiday %s is there twice", label)
		}
	}
	if a := b.Body.Attributes["name"]; a != nil {
		d.Name, _ = c.text(value{e: a.Expr, name: "name"})
	}
	h.Holidays = append(h.Holidays, d)
}

// override reads what was switched by hand: override "open" { until = "…" }.
func (c *compiler) override(b *hclsyntax.Block, label string, at hcl.Range, h *flow.Hours) {
	if label != "open" && label != "closed" {
		c.fault(at, "override needs one of open and closed: override \"closed\" { until = \"2026-12-25T18:00:00+09:00\" }")
	}
	o := dialplan.Override{Open: label == "open"}
	for _, name := range attributes(b.Body) {
		a := b.Body.Attributes[name]
		if name != "until" {
			c.fault(a.NameRange, "override has no %s", name)
			continue
		}
		text, ok := c.text(value{e: a.Expr, name: "until"})
		until, err := time.Parse(time.RFC3339Nano, text)
		if ok && err != nil {
			c.fault(a.Expr.Range(), "%q is no moment: write it as 2026-12-25T18:00:00+09:00", text)
		}
		o.Until = until
	}
	h.Overrides = append(h.Overrides, o)
}
