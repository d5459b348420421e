// Benchmarks compares wend with other routers and frameworks, in process and on one
// core.
//
//	go run . router      routing alone
//	go run . endpoint    requests bound, validated and answered
//
// Each command first proves that all contenders give the same answers. Then it times
// them in turn, round after round, in processor time, so that a slow moment of the
// machine hits all of them, and prints the medians. Compare ratios of one run only; below 10 % is a tie.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"regexp"
	"runtime"
	"runtime/pprof"
	"time"
)

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1:], os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// plan is what the flags say.
type plan struct {
	rounds   int
	duration time.Duration // of one contender in one round
	only     *regexp.Regexp
	with     *regexp.Regexp // names of contenders
	out      io.Writer
}

var errUsage = errors.New("usage: benchmarks router|endpoint [-rounds n] [-duration d] [-only regexp] [-with regexp]")

func run(args []string, out io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	rounds := flags.Int("rounds", 15, "rounds")
	duration := flags.Duration("duration", 30*time.Millisecond, "of each contender in each round")
	only := flags.String("only", "", "regular expression of row names")
	with := flags.String("with", "", "regular expression of contender names")
	profile := flags.String("cpuprofile", "", "file for a CPU profile")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	p := plan{rounds: *rounds, duration: *duration, out: out}
	var err error
	if p.only, err = regexp.Compile(*only); err != nil {
		return err
	}
	if p.with, err = regexp.Compile(*with); err != nil {
		return err
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Fprintf(out, "%s, %s/%s, one core; %d rounds of %v; median ns (allocations)\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, p.rounds, p.duration)
	switch args[0] {
	case "router":
		return routers(p)
	case "endpoint":
		return endpoints(p)
	}
	return errUsage
}
