// Package spreadsheet has what every table needs that people open in a spreadsheet.
package spreadsheet

import "strings"

// Mark goes before a CSV in UTF-8, so that spreadsheets read it as such.
const Mark = "\ufeff"

// Harmless keeps a spreadsheet from reading a cell as a formula (OWASP, CSV
// injection). A telephone number in E.164 begins with a + and stays.
func Harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if cell[0] == '+' && strings.Trim(cell[1:], "0123456789") == "" {
		return cell
	}
	return "'" + cell
}
