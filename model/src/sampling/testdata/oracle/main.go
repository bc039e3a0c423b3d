// Answers each line of standard input with what the reference implementation makes of it; see ../README.md.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.uber.org/multierr"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		fmt.Fprintln(out, answer(strings.Split(in.Text(), "\t")))
	}
}

func answer(fields []string) string {
	switch fields[0] {
	case "th":
		threshold, err := sampling.TValueToThreshold(text(fields[1]))
		if err != nil {
			return codes(err)
		}
		return fmt.Sprintf("%014x %s %s %s", threshold.Unsigned(), threshold.TValue(),
			bits(threshold.Probability()), bits(threshold.AdjustedCount()))
	case "rv":
		randomness, err := sampling.RValueToRandomness(text(fields[1]))
		if err != nil {
			return codes(err)
		}
		return randomness.RValue()
	case "p":
		precision, _ := strconv.Atoi(fields[2])
		return ofProbability(float(fields[1]), precision)
	case "proportional":
		threshold, _ := sampling.TValueToThreshold(fields[1])
		return ofProbability(threshold.Probability()*float(fields[2]), 4)
	case "keep":
		threshold, _ := sampling.TValueToThreshold(fields[1])
		var id pcommon.TraceID
		_, _ = hex.Decode(id[:], []byte(fields[2]))
		return strconv.FormatBool(threshold.ShouldSample(sampling.TraceIDToRandomness(id)))
	case "ot":
		state, err := sampling.NewOpenTelemetryTraceState(text(fields[1]))
		var w strings.Builder
		_ = state.Serialize(&w)
		return described(&state, err) + "\t" + w.String()
	case "update":
		state, _ := sampling.NewOpenTelemetryTraceState(text(fields[1]))
		threshold, _ := sampling.TValueToThreshold(fields[2])
		if err := state.UpdateTValueWithSampling(threshold); err != nil {
			return "inconsistent"
		}
		var w strings.Builder
		_ = state.Serialize(&w)
		return w.String()
	case "w3c":
		state, err := sampling.NewW3CTraceState(text(fields[1]))
		var w strings.Builder
		_ = state.Serialize(&w)
		return described(state.OTelValue(), err) + "\t" + w.String()
	}
	panic("no such question: " + fields[0])
}

func ofProbability(probability float64, precision int) string {
	threshold, err := sampling.ProbabilityToThresholdWithPrecision(probability, precision)
	if err != nil {
		return "error range"
	}
	return fmt.Sprintf("%014x %s", threshold.Unsigned(), threshold.TValue())
}

func described(state *sampling.OpenTelemetryTraceState, err error) string {
	rv, th := "-", "-"
	if randomness, ok := state.RValueRandomness(); ok {
		rv = randomness.RValue()
	}
	if threshold, ok := state.TValueThreshold(); ok {
		th = fmt.Sprintf("%014x", threshold.Unsigned())
	}
	return codes(err) + " " + rv + " " + th
}

func codes(err error) string {
	names := []string{}
	for _, one := range multierr.Errors(err) {
		switch {
		case errors.Is(one, sampling.ErrTValueSize), errors.Is(one, sampling.ErrRValueSize), errors.Is(one, sampling.ErrTraceStateSize):
			names = append(names, "size")
		case errors.Is(one, sampling.ErrTValueEmpty):
			names = append(names, "empty")
		case errors.Is(one, strconv.ErrSyntax):
			names = append(names, "syntax")
		default:
			names = append(names, one.Error())
		}
	}
	if len(names) == 0 {
		return "ok"
	}
	return "error " + strings.Join(names, ",")
}

func text(quoted string) (value string) {
	if err := json.Unmarshal([]byte(quoted), &value); err != nil {
		panic(err)
	}
	return value
}

func float(hexadecimal string) float64 {
	value, err := strconv.ParseUint(hexadecimal, 16, 64)
	if err != nil {
		panic(err)
	}
	return math.Float64frombits(value)
}

func bits(value float64) string {
	return fmt.Sprintf("%016x", math.Float64bits(value))
}
