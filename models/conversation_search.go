package models

import (
	"context"
	"strings"

	"ringdesk/models/search"

	"gorm.io/gorm"
)

// fewFound is how many conversations a search may find for them to be collected
// and then put in order. Of more, a page is found sooner by going through the list.
var fewFound = 4000 // a test lowers it

// searched narrows conversations down to those that a text finds: each word in the
// name, the numbers or the fields of the contact, in a note or in a tag (INBOX-5).
// An empty text finds all.
func (s *Store) searched(ctx context.Context, db *gorm.DB, workspace, text string) (*gorm.DB, error) {
	if strings.TrimSpace(text) == "" {
		return db, nil
	}
	ws, err := s.Workspace(ctx, workspace)
	if err != nil {
		return nil, err
	}
	q := parseSearch(text, ws.Country)
	if q.Empty() {
		return db.Where("1 = 0"), nil
	}
	few, err := s.findsFew(ctx, q)
	if err != nil {
		return nil, err
	}
	f := fullTextOf(db)
	if few {
		db = db.Where(`conversations.id IN (SELECT conversations.id FROM conversations WHERE `+f.byContact()+`
			UNION SELECT conversations.id FROM conversations WHERE `+f.byText()+`)`, f.matchAll(q), f.matchAny(q))
	}
	if !few || len(q.Terms) > 1 {
		for _, t := range q.Terms {
			db = db.Where("("+f.whole(f.byContact())+" OR "+f.whole(f.byText())+")", f.match(t), f.match(t))
		}
	}
	return db, nil
}

// findsFew says whether a query finds no more conversations than fewFound: those
// whose contact has all of it, and those that have some of it in a note or tag.
func (s *Store) findsFew(ctx context.Context, q search.Query) (bool, error) {
	var n int
	f := fullTextOf(s.read)
	err := s.read.WithContext(ctx).Raw(`SELECT (SELECT count(*) FROM (SELECT 1 FROM conversations WHERE `+f.byContact()+` LIMIT ?) AS people) +
		(SELECT count(*) FROM (SELECT 1 FROM text_tokens WHERE `+f.found("text_tokens")+` LIMIT ?) AS texts)`,
		f.matchAll(q), fewFound+1, f.matchAny(q), fewFound+1).Scan(&n).Error
	return n <= fewFound, err
}
