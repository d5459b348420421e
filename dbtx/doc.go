// Package dbtx gives each request of a wend router a transaction of database/sql:
//
//	dbtx.Provide(api, db, nil)
//
//	type newNote struct {
//		Tx   *sql.Tx
//		Body Note
//	}
//
//	func createNote(ctx context.Context, in newNote) (created, error) {
//		… in.Tx.ExecContext(ctx, …)  // an error, or a panic: rolled back
//		return created{…}, nil        // committed, then answered
//	}
//
// Who handles a request says only what it does; when the transaction ends follows from
// how the request ends:
//
//	the handler returns nil            committed, before the first byte of the answer
//	it returns an error, or panics     rolled back
//	the client has gone                rolled back
//	the deadline of Timeout is over    rolled back, 503
//	the answer cannot be encoded       rolled back, 500
//	the commit fails                   500, or what Errors and MapError say of its error
//
// A part of the work that may fail by itself goes into a [Savepoint].
package dbtx
