package models

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// What a workspace of a year holds.
const (
	benchContacts      = 20_000
	benchConversations = 100_000
)

// benchStore has contacts and conversations with notes and tags, which the index
// does not know yet.
func benchStore(b *testing.B, contacts, conversations int) (*Store, Workspace) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "ringdesk.db")
	s, err := Open(file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	ws := Workspace{ID: NewID(), Name: "w", Country: "KR", TimeZone: "Asia/Seoul", RingSeconds: 20, QueueSeconds: 3600, CreatedAt: At(now)}
	random := rand.New(rand.NewPCG(1, 1))
	pick := func(of []string) string { return of[random.IntN(len(of))] }
	family, given := []string{"김", "이", "박", "최", "정", "강", "조", "윤", "장", "임"}, []string{"민준", "서연", "도윤", "지우", "하준", "서준", "하윤", "지호", "수아", "예준", "철수", "영희"}
	latin := []string{"Anna", "Bob", "Carol", "Dave", "Erin", "Frank"}
	words := []string{"환불", "배송", "결제", "카드로", "취소했어요", "문의", "내일", "다시", "전화", "주문번호", "확인 후", "회신", "교환", "refund", "invoice", "callback", "오류가", "로그인이", "안 돼요", "감사합니다"}
	tags := []string{"환불", "배송", "VIP", "불만", "결제", "기술지원"}
	var cs []Contact
	var ns []ContactNumber
	for i := range contacts {
		c := Contact{ID: NewID(), WorkspaceID: ws.ID, Kind: "member", Name: pick(family) + pick(given), Email: fmt.Sprintf("user%d@example.com", i), Profile: encode(map[string]string{"company": pick(words) + " 상사"}), CreatedAt: At(now)}
		if random.IntN(5) == 0 {
			c.Name = pick(latin) + " " + pick(latin) + fmt.Sprint(i)
		}
		cs, ns = append(cs, c), append(ns, ContactNumber{WorkspaceID: ws.ID, Number: fmt.Sprintf("+8210%08d", random.IntN(100_000_000)/10*10+i%10), ContactID: c.ID})
	}
	ns = slices.CompactFunc(sorted(ns), func(a, b ContactNumber) bool { return a.Number == b.Number })
	var vs []Conversation
	var notes []Note
	type tag struct{ ConversationID, Tag string }
	var tagged []tag
	for i := range conversations {
		at := At(now.Add(time.Duration(i) * time.Minute))
		v := Conversation{ID: NewID(), WorkspaceID: ws.ID, ContactID: cs[random.IntN(len(cs))].ID, Kind: "phone", Direction: "inbound", State: pick([]string{"open", "closed", "closed", "missed"}), CreatedAt: at, UpdatedAt: at}
		vs = append(vs, v)
		if random.IntN(10) < 6 {
			text := ""
			for range 4 + random.IntN(20) {
				text += pick(words) + " "
			}
			notes = append(notes, Note{ID: NewID(), WorkspaceID: ws.ID, ConversationID: v.ID, Text: text, Mentions: "[]", CreatedAt: at})
		}
		if random.IntN(10) < 3 {
			tagged = append(tagged, tag{v.ID, pick(tags)})
		}
	}
	err = s.Tx(b.Context(), func(tx *Tx) error {
		for _, rows := range []any{&[]Workspace{ws}, &cs, &ns, &vs, &notes} {
			if err := tx.db.CreateInBatches(rows, 500).Error; err != nil {
				return err
			}
		}
		return tx.db.Table("conversation_tags").CreateInBatches(&tagged, 500).Error
	})
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := s.Tx(b.Context(), func(tx *Tx) error { return fillSearch(tx.db) }); err != nil {
		b.Fatal(err)
	}
	if info, err := os.Stat(file); err == nil {
		b.Logf("the index was filled in %s, the database has %d MiB", time.Since(began).Round(time.Millisecond), info.Size()>>20)
	}
	return s, ws
}

func sorted(ns []ContactNumber) []ContactNumber {
	slices.SortFunc(ns, func(a, b ContactNumber) int {
		if a.Number < b.Number {
			return -1
		}
		return 1
	})
	return ns
}

// BenchmarkSearch searches what a workspace of a year holds. The slowest of each
// hundred must be shown within 150 ms.
func BenchmarkSearch(b *testing.B) {
	s, ws := benchStore(b, benchContacts, benchConversations)
	queries := []string{"김", "김철수", "환불", "환", "anna", "a", "이 박", "김철수 환불", "환불 배송 VIP", "refund", "0102", "010", "01", "010-1234", "8210", "1234", "없는말", "user199", "anna refund 결제", "정수아 invoice"}
	measure := func(name string, do func(q string) (int, error)) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			worst := map[string]time.Duration{}
			for i := 0; b.Loop(); i++ {
				q := queries[i%len(queries)]
				began := time.Now()
				if _, err := do(q); err != nil {
					b.Fatal(err)
				}
				d := time.Since(began)
				took, worst[q] = append(took, d), max(worst[q], d)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.Log(worst)
		})
	}
	for _, list := range []string{"all", "missed"} {
		measure("conversations-"+list, func(q string) (int, error) {
			vs, err := s.Conversations(b.Context(), ws.ID, ConversationFilter{List: list, Query: q, Limit: 51})
			return len(vs), err
		})
	}
	measure("contacts", func(q string) (int, error) {
		cs, err := s.Contacts(b.Context(), ws.ID, ContactFilter{Query: q, ByName: true, Limit: 51})
		return len(cs), err
	})
}

// BenchmarkLongNote writes notes of 100 kB. Nobody else can write meanwhile, so that
// none may take 50 ms.
func BenchmarkLongNote(b *testing.B) {
	s, ws := benchStore(b, 10, 10)
	var ids []string
	if err := s.read.Raw("SELECT id FROM conversations").Scan(&ids).Error; err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("카드로 결제한 환불은 언제 되나요? Refund of order 20431, call 010-1234-5678. ", 1100)
	b.ReportMetric(float64(len(text))/1000, "kB")
	for b.Loop() {
		err := s.Tx(b.Context(), func(tx *Tx) error {
			return tx.AddNote(Note{ID: NewID(), WorkspaceID: ws.ID, ConversationID: ids[0], Text: text, CreatedAt: At(now)}, nil)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
