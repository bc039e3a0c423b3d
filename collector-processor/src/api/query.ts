import type { ListQuery, NowMs, Severity, SliFilter, SliQuery } from '@cnapp-slo/model';
import { tenantFor } from './auth.ts';
import { invalidParameter } from './problem.ts';
import { type JsonSchema, severities } from './schemas/shape.ts';
import type { Caller } from './tokens.ts';

const label = { type: 'string', maxLength: 200 };
/** A choice that may be left empty, as a form or a dashboard variable set to "all" sends it. */
export const choice = (...values: readonly string[]): JsonSchema => ({ type: 'string', enum: ['', ...values] });

const filterProperties = {
  tenant: label,
  team: label,
  environment: label,
  severity: choice(...severities),
  criticality: choice('c0', 'c1', 'c2', 'c3'),
  provider: choice('aws', 'azure', 'gcp', 'kubernetes', 'github', 'gitlab', 'oci', 'other'),
  detector_class: choice(
    ...['posture', 'iac', 'identity_config', 'vulnerability', 'secret', 'sast', 'drift', 'runtime', 'identity'],
  ),
  detector: label,
};
const cursor = { type: 'string', maxLength: 2000, description: 'next_cursor of the page before' };
const limit = { type: 'integer', minimum: 1, maximum: 500, description: '100 when absent' };

/** No parameter that is not named is let through: a misspelt filter must not answer for everything. */
export function querySchema(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, additionalProperties: false };
}

const sliProperties = {
  window: { type: 'string', description: 'such as 1h, 7d, 28d; the definition’s own when absent' },
  as_of: { type: 'string', description: 'RFC 3339: what was known then; now when absent' },
  until: {
    type: 'string',
    description: 'RFC 3339: where the window ends, with all that is known as_of; as_of when absent',
  },
  ...filterProperties,
};
export const sliQuerySchema = querySchema(sliProperties);
export const seriesQuerySchema = querySchema({ ...sliProperties, step: { type: 'string', description: 'such as 1h' } });
export const explainQuerySchema = querySchema({
  ...sliProperties,
  role: choice('good', 'bad', 'excluded', 'pending'),
  cursor,
  limit,
});
export const listQuerySchema = (extra: Record<string, JsonSchema> = {}) =>
  querySchema({ ...filterProperties, ...extra, cursor, limit });
export const findingQueryProperties = {
  state: choice(...['open', 'closed', 'acked', 'remediating', 'fixed_unverified', 'suspended', 'unknown']),
  asset: { type: 'string', maxLength: 2000 },
  sort: choice('risk', 'severity'),
  detector: label,
};
export const incidentQueryProperties = { state: choice('firing', 'acknowledged', 'resolved') };

export interface FilterParams {
  tenant?: string;
  team?: string;
  environment?: string;
  severity?: Severity | '';
  criticality?: string;
  provider?: string;
  detector_class?: string;
  detector?: string;
}

export interface SliParams extends FilterParams {
  window?: string;
  as_of?: string;
  until?: string;
}

export interface ListParams extends FilterParams {
  cursor?: string;
  limit?: number;
  state?: string;
  asset?: string;
}

/** Empty is absent. */
export function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function toFilter(params: FilterParams, caller: Caller): SliFilter {
  const filter: SliFilter = {};
  const tenant = tenantFor(caller, given(params.tenant));
  if (tenant !== undefined) filter.tenant = tenant;
  if (params.team) filter.team = params.team;
  if (params.environment) filter.environment = params.environment;
  if (params.severity) filter.severity = params.severity;
  if (params.criticality) filter.criticality = params.criticality;
  if (params.provider) filter.provider = params.provider;
  if (params.detector_class) filter.detector_class = params.detector_class;
  if (params.detector) filter.detector = params.detector;
  return filter;
}

export function toSliQuery(params: SliParams, caller: Caller, now: NowMs): SliQuery {
  const query: SliQuery = { filter: toFilter(params, caller) };
  if (params.window !== undefined) {
    durationSeconds('window', params.window);
    query.window = params.window;
  }
  if (params.as_of !== undefined) query.asOfMs = instant('as_of', params.as_of, now);
  if (params.until !== undefined) query.untilMs = instant('until', params.until, now);
  return query;
}

export function toListQuery(params: ListParams, caller: Caller): ListQuery {
  const query: ListQuery = toFilter(params, caller);
  if (params.cursor) query.cursor = params.cursor;
  if (params.limit !== undefined) query.limit = params.limit;
  if (params.state) query.state = params.state;
  if (params.asset) query.asset = params.asset;
  return query;
}

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };
/** What the ledger keeps as facts (SLI-DEFINITIONS 0). */
const longestSeconds = 400 * 86_400;

/** `28d` → 2419200. 1 m to 400 d, else a problem that names the parameter. */
export function durationSeconds(name: string, text: string): number {
  const [, amount, unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const seconds = Number(amount) * (unitSeconds[unit] ?? Number.NaN);
  if (!(seconds <= longestSeconds))
    throw invalidParameter(name, 'must be a duration such as 1h, 7d or 28d, at most 400d');
  return seconds;
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
/** Clocks of callers may be a little ahead of ours. */
const aheadMs = 5 * 60_000;

/** An RFC 3339 time in the past as epoch ms, else a problem that names the parameter. */
export function instant(name: string, text: string, now: NowMs): number {
  const ms = timeOf(name, text);
  if (ms > now() + aheadMs) throw invalidParameter(name, 'lies in the future');
  return ms;
}

/** An RFC 3339 time, also one to come; epoch ms. */
export function timeOf(name: string, text: string): number {
  const ms = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw invalidParameter(name, 'must be an RFC 3339 time such as 2026-01-31T12:00:00Z');
  return ms;
}
