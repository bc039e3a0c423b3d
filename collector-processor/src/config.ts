import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

/** Configuration as written: sections by name. Components validate their own. */
export type RawConfig = { [key: string]: unknown };

const storageSchema = z.strictObject({
  /** `sqlite` is the embedded default. */
  driver: z.enum(['sqlite']).default('sqlite'),
  /** The database file. Unset: `.cnapp/cnapp.db` in the working directory. `:memory:` forgets with the process. */
  path: z.string().min(1).default('.cnapp/cnapp.db'),
});

const sourcesSchema = z.strictObject({
  /** Seconds between messages, by source id or format; a source silent for twice that is stale. Unset: as observed. */
  intervals: z.record(z.string(), z.number().positive()).default({}),
});

const episodesSchema = z.strictObject({
  /** A failure that returns within this continues its episode. Unset: 900. Set it to a scan interval if that is longer. */
  flap_merge_seconds: z.number().nonnegative().default(900),
  /** A failure that returns within this makes the earlier fix non-durable. Unset: 7 days. */
  durability_seconds: z
    .number()
    .nonnegative()
    .default(7 * 86_400),
  /** How long a scope's first snapshot may take; what it brings without a known change is backlog. Unset: 3600. */
  baseline_span_seconds: z.number().nonnegative().default(3600),
});

const limitsSchema = z.strictObject({
  /** Bytes that wait for their commit; more is answered with a retryable refusal. Unset: 64 MiB. */
  max_queued_bytes: z
    .number()
    .int()
    .positive()
    .default(64 * 1024 * 1024),
});

/** Each component validates its own section. */
const receiversSchema = z.strictObject({
  otlp: z.strictObject({ grpc: z.unknown(), http: z.unknown() }).partial().default({}),
  /** Unset: nothing is consumed. */
  kafka: z.unknown().optional(),
});

const exportersSchema = z
  .strictObject({ otlp_traces: z.unknown(), otlp_logs: z.unknown(), kafka: z.unknown(), alertmanager: z.unknown() })
  .partial();

const schema = z.strictObject({
  receivers: receiversSchema.default(receiversSchema.parse({})),
  exporters: exportersSchema.default({}),
  api: z.unknown().optional(),
  metrics: z.unknown().optional(),
  telemetry: z.unknown().optional(),
  storage: storageSchema.default(storageSchema.parse({})),
  sources: sourcesSchema.default(sourcesSchema.parse({})),
  episodes: episodesSchema.default(episodesSchema.parse({})),
  slis: z.unknown().optional(),
  risk: z.unknown().optional(),
  policies: z.unknown().optional(),
  exercises: z.unknown().optional(),
  limits: limitsSchema.default(limitsSchema.parse({})),
  notifications: z.unknown().optional(),
  sampling: z.unknown().optional(),
});

export type Config = z.infer<typeof schema>;

/** Validates the whole; throws an Error whose message names every wrong key, and no value, which may be a secret. */
export function parseConfig(raw: RawConfig): Config {
  return parseSection(schema, '', raw);
}

/** The same for one component's section, `key` being its place in the whole. */
export function parseSection<T>(section: z.ZodType<T>, key: string, raw: unknown): T {
  const result = section.safeParse(raw ?? {});
  if (result.success) return result.data;
  const lines = result.error.issues.flatMap((issue) => {
    const path = [...(key === '' ? [] : [key]), ...issue.path.map(String)];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((name) => `${[...path, name].join('.')}: unknown key`);
    return [`${path.join('.')}: ${issue.message}`];
  });
  throw new Error(lines.join('\n'));
}

export interface ConfigSources {
  /** YAML or JSON. */
  file?: string | undefined;
  /** `CNAPP_A__B_C=v` sets `a.b_c`. */
  env: Readonly<Record<string, string | undefined>>;
  /** `key=value`, applied last. */
  set: readonly string[];
}

/** File, then environment, then `--set`: the later wins. Throws an Error that names the file or key. */
export function loadConfig({ file, env, set }: ConfigSources): RawConfig {
  const raw: RawConfig = {};
  if (file !== undefined) {
    const read: unknown = parseFile(file);
    if (!isRecord(read)) throw new Error(`${file}: must hold a mapping`);
    Object.assign(raw, read);
  }
  for (const [name, value] of Object.entries(env)) {
    const match = /^CNAPP_([A-Z0-9_]+)$/.exec(name);
    if (!match?.[1]?.includes('__') || value === undefined) continue;
    assign(raw, match[1].toLowerCase().split('__'), scalar(value), name);
  }
  for (const pair of set) {
    const at = pair.indexOf('=');
    if (at <= 0) throw new Error(`--set ${pair}: must be key=value`);
    assign(raw, pair.slice(0, at).split('.'), scalar(pair.slice(at + 1)), `--set ${pair.slice(0, at)}`);
  }
  return raw;
}

function parseFile(file: string): unknown {
  try {
    return parseYaml(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Numbers, booleans, lists and mappings (in braces) as YAML writes them; anything else is text, `:memory:` and addresses too. */
function scalar(text: string): unknown {
  try {
    const value: unknown = parseYaml(text);
    return value === null || (isRecord(value) && !text.trimStart().startsWith('{')) ? text : value;
  } catch {
    return text;
  }
}

function assign(raw: RawConfig, path: readonly string[], value: unknown, name: string): void {
  let here = raw;
  for (const key of path.slice(0, -1)) {
    if (key === '__proto__') throw new Error(`${name}: not a key`);
    const next = here[key] ?? {};
    if (!isRecord(next)) throw new Error(`${name}: ${key} is no section`);
    here[key] = next;
    here = next;
  }
  const last = path.at(-1);
  if (last === undefined || last === '' || last === '__proto__') throw new Error(`${name}: not a key`);
  here[last] = value;
}

function isRecord(value: unknown): value is RawConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
