import * as z from 'zod';

/** `host:port`; an IPv6 host in brackets. */
export interface Endpoint {
  host: string;
  port: number;
}

/** A listener's or server's address, `127.0.0.1:9464`; port 0 picks a free one. */
export const endpoint = z.string().transform((text, context): Endpoint => {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:\s/]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match?.[1] || port > 65_535) {
    context.addIssue({ code: 'custom', message: 'must be host:port' });
    return z.NEVER;
  }
  return { host: match[1].replace(/^\[|\]$/g, ''), port };
});

/** A duration in whole milliseconds, written as `250ms`, `30s`, `5m`, `1h`. */
export const durationMs = z.string().transform((text, context) => {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text);
  if (!match?.[1] || !match[2]) {
    context.addIssue({ code: 'custom', message: 'must be a duration such as 30s' });
    return z.NEVER;
  }
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2]] ?? Number.NaN;
  return Number(match[1]) * unit;
});

/**
 * The validated section `key` of the configuration. Throws an Error whose message names every wrong key in full
 * (`exporters.kafka.brokers: …`) and never holds a value, which may be a secret.
 */
export function parseSection<T>(schema: z.ZodType<T>, key: string, raw: unknown): T {
  const result = schema.safeParse(raw ?? {});
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const path = [key, ...issue.path.map(String)].join('.');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((name) => `${path}.${name}: unknown key`).join('\n')
      : `${path}: ${issue.message}`;
  });
  throw new Error(lines.join('\n'));
}

/** An `http` or `https` address without the slashes at its end. */
export const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
