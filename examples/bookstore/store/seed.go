package store

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
)

// A shelf of books in the public domain where the term is counted from publication: author, born, died, title, year,
// language. A year is that of the first edition as a book, in the original language, and so is the title.
//
//go:embed books.csv
var shelf string

// seed is the second migration: it fills the tables that the first has made.
func seed(ctx context.Context, tx *sql.Tx) error {
	lines, err := csv.NewReader(strings.NewReader(shelf)).ReadAll()
	if err != nil {
		return err
	}
	authors := map[string]int{}
	for i, line := range lines[1:] { // the first has the names of the columns
		name := line[0]
		if authors[name] == 0 {
			author := NewAuthor{Name: name, Born: year(line[1]), Died: year(line[2])}
			if authors[name], err = insertAuthor(ctx, tx, author); err != nil {
				return fmt.Errorf("seed %s: %w", name, err)
			}
		}
		published, err := strconv.Atoi(line[4])
		if err != nil {
			return fmt.Errorf("seed %s: %w", line[3], err)
		}
		_, err = insertBook(ctx, tx, NewBook{
			ISBN: madeUpISBN(i), Title: line[3], Year: published, AuthorID: authors[name], Language: line[5],
		})
		if err != nil {
			return fmt.Errorf("seed %s: %w", line[3], err)
		}
	}
	return nil
}

// year is nil for a year that nobody knows.
func year(s string) *int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return nil
	}
	return &n
}

// madeUpISBN numbers the books of the shelf. Their first editions are older than the ISBN and have none, so these are
// invented for the example: correct in form, check digit included, under 979-9, which belongs to no registration group.
func madeUpISBN(n int) string {
	digits := fmt.Sprintf("9799%08d", n)
	return digits + string('0'+checkDigit(digits))
}

// checkDigit completes the twelve digits of an ISBN-13: with weights 1, 3, 1, 3, … the sum is a multiple of ten.
func checkDigit(digits string) rune {
	sum := 0
	for i, d := range digits {
		sum += int(d-'0') * (1 + i%2*2)
	}
	return rune((10 - sum%10) % 10)
}
