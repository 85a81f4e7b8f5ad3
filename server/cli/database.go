package cli

import (
	"fmt"
	"os"
	"strings"
)

const databaseUsage = "PostgreSQL database, as postgres://user:password@host:5432/name; without one SQLite in the data folder"

// databaseVariable is where hosting services put the address of the database that they provide.
const databaseVariable = "DATABASE_URL"

// databaseOf returns the address of the PostgreSQL database to work on, of --database or DATABASE_URL; "" for SQLite.
func databaseOf(flag string) (string, error) {
	from, address := "--database", flag
	if address == "" {
		from, address = databaseVariable, os.Getenv(databaseVariable)
	}
	if address == "" || strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return address, nil
	}
	return "", fmt.Errorf("%w: %s is written as postgres://user:password@host:5432/name", errUsage, from)
}
