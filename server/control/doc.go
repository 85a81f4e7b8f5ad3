// Package control lets a command reach the server that has a data folder open: HTTP over a unix socket in that folder,
// which only the folder's owner can open, and who can could read the database as well. It carries requests, their
// input and their output, and knows nothing of what they mean. It imports nothing of Couplet.
package control
