// Command couplet is a backend and a frontend in one executable. See README.md.
package main

import (
	"os"

	"github.com/couplet/couplet/server/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], adminFiles())) }
