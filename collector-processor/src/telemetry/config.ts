import { z } from 'zod';

const otlp = z.strictObject({
  /** An OTLP/gRPC receiver that is not this processor, `http://collector:4317`; `https://` uses TLS. */
  endpoint: z.url({ protocol: /^https?$/ }),
  /** Sent with every request, for example an API key. Unset: none. */
  headers: z.record(z.string(), z.string()).default({}),
  /** Seconds between two exports of metrics. Unset: 60. */
  metrics_interval_seconds: z.number().positive().default(60),
  /** Share of commits that become a span. Unset: 0.01. */
  trace_sample_ratio: z.number().min(0).max(1).default(0.01),
  /** Lets `endpoint` be one of this processor's own receivers, which then counts its telemetry as input. Unset: false. */
  allow_self: z.boolean().default(false),
});

/** The section `telemetry`: what the processor says about itself. */
export const TelemetryConfig = z.strictObject({
  /** Unset: info. */
  log_level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** Unset: logs go to stderr and metrics to `/metrics` alone. */
  otlp: otlp.optional(),
  /** `service.name` of what is exported. Unset: cnapp-slo-processor. */
  service_name: z.string().min(1).default('cnapp-slo-processor'),
});

export type TelemetryConfig = z.output<typeof TelemetryConfig>;
export type OtlpExportConfig = z.output<typeof otlp>;
