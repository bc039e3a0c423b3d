import type { ExplainRole, SliId } from '@cnapp-slo/model';
import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import type { Filter } from '../api/client.ts';

export const QUERY_TYPES = [
  'sli_value',
  'sli_series',
  'sli_budget',
  'sli_explain',
  'sli_segments',
  'sli_distribution',
  'sli_survival',
  'sli_open',
  'findings',
  'assets',
  'incidents',
  'changes',
  'sources',
  'stream',
] as const;

export type QueryType = (typeof QUERY_TYPES)[number];

/** What a panel, Explore or an annotation asks. Values may hold dashboard variables. */
export interface CnappQuery extends DataQuery {
  queryType: QueryType;
  /** For the types that begin with `sli_`. Absent or empty for `sli_value`: every SLI, a row each. */
  sli?: SliId | (string & {});
  filter?: Filter;
  /** Of findings (`open`, `closed` …) or incidents. */
  state?: string;
  /** Of `sli_explain`. */
  role?: ExplainRole | '';
  /** Rows, 1 to 5000; 100 when absent. */
  limit?: number;
}

/** What a variable asks: the values of a label. */
export interface LabelQuery extends DataQuery {
  label: LabelName;
}

export const LABELS = [
  'team',
  'environment',
  'criticality',
  'severity',
  'provider',
  'detector_class',
  'tenant',
  'sli',
] as const;
export type LabelName = (typeof LABELS)[number];

export interface CnappOptions extends DataSourceJsonData {
  /** Address of the processor as Grafana's server sees it, without a path: `http://127.0.0.1:8080`. */
  apiUrl?: string;
  /** Uid of the Tempo data source that has the traces of pipelines and workloads. */
  tempoUid?: string;
}

/** `apiToken` never reaches the browser: Grafana's proxy adds it. */
export interface CnappSecrets {
  apiToken?: string;
}

export const DEFAULT_QUERY = { queryType: 'sli_series', sli: 'mttr' } as const satisfies Partial<CnappQuery>;

/** What a query needs before it is worth sending. */
export function isComplete(query: CnappQuery): boolean {
  if (query.hide === true) return false;
  return !query.queryType.startsWith('sli_') || query.queryType === 'sli_value' || Boolean(query.sli);
}
