-- +goose Up

-- SQLite's LIKE ignores case for ASCII letters only, so what is searched is kept a second time in lower case.

CREATE TABLE authors (
	id          INTEGER PRIMARY KEY AUTOINCREMENT, -- the number of a deleted row is not given out again
	name        TEXT NOT NULL,
	name_folded TEXT NOT NULL,
	born        INTEGER,
	died        INTEGER
) STRICT;

CREATE TABLE books (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	isbn         TEXT NOT NULL UNIQUE,
	title        TEXT NOT NULL,
	title_folded TEXT NOT NULL,
	year         INTEGER NOT NULL,
	author_id    INTEGER NOT NULL REFERENCES authors (id),
	pages        INTEGER,
	language     TEXT NOT NULL,
	created_at   INTEGER NOT NULL, -- milliseconds since 1970, as is updated_at
	updated_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX books_author ON books (author_id);
CREATE INDEX books_year ON books (year);

-- +goose Down
DROP TABLE books;
DROP TABLE authors;
