// Package cache keeps answers with what they were made of, within a bound of memory. An answer is given again as long
// as nothing that it was made of has changed: the records and columns that its statements read (store.Basis) and what
// rules and masks read of the user, so that users to whom the rules say the same share it. It is never stale: a commit
// counts before it is acknowledged. What the answers are is the caller's business. The package may import store and
// below.
package cache
