-- What is searched for (INBOX-5): the tokens of package search. search_doc is the row of contact_tokens that a contact is found by;
-- NULL where there is none. A conversation has rows of text_tokens from search_doc * 2^20 on: the first for its tags, and as many as
-- search_texts says for its notes.
ALTER TABLE contacts ADD COLUMN search_doc INTEGER;
ALTER TABLE conversations ADD COLUMN search_doc INTEGER;
ALTER TABLE conversations ADD COLUMN search_texts INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX contacts_search ON contacts(search_doc) WHERE search_doc IS NOT NULL;
CREATE UNIQUE INDEX conversations_search ON conversations(search_doc) WHERE search_doc IS NOT NULL;
CREATE VIRTUAL TABLE contact_tokens USING fts5(tokens, content='', contentless_delete=1, tokenize='ascii', prefix='3 4 5');
CREATE VIRTUAL TABLE text_tokens USING fts5(tokens, content='', contentless_delete=1, tokenize='ascii');
