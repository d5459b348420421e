// Package howto has the programs that the pages in docs/howto quote, as examples with
// their output.
package howto
