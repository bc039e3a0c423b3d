module oracle

go 1.25.0

require (
	github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling v0.164.1
	go.uber.org/multierr v1.11.0
)
