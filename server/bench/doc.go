// Command bench measures Couplet from outside: it starts the real executable on a project of its own, fills it over
// HTTP, and sends requests from 32 connections. Each scenario's answer is checked once before it is timed.
//
// With -pocketbase or -drf it does the same with PocketBase or with Django REST Framework, the products taking turns in
// one run, and prints the ratio: figures from another day or another machine say nothing. Beside them stands bare
// Fiber, which gives Couplet's own answers back from memory. Each row says what is to be reached; that something is
// missed is told, and is no failure of the command. With -database Couplet and Django have their tables on that
// PostgreSQL server, each in a database of its own. Load, servers and PostgreSQL share the machine's cores, as they do
// in the published figures. `make bench` runs it.
package main
