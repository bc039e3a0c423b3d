import type {
  AssetJson,
  ChangeJson,
  ExplainPage,
  ExplainRole,
  FindingJson,
  FrameworkJson,
  GateJson,
  IncidentJson,
  LabelsJson,
  Page,
  PolicyEvaluationJson,
  SeriesPoint,
  SliReport,
  SourceJson,
} from '@cnapp-slo/model';
import { config, type FetchResponse, getBackendSrv } from '@grafana/runtime';
import { finalize, lastValueFrom, type Observable, share } from 'rxjs';
import { ApiError, toApiError } from './api-error.ts';

/** Label filters; absent, empty and `*` are everything. */
export interface Filter {
  tenant?: string;
  team?: string;
  environment?: string;
  severity?: string;
  criticality?: string;
  provider?: string;
  detector_class?: string;
  detector?: string;
}

/** `window` like `28d`, the definition's own when absent; `until`, RFC 3339: where it ends, now when absent. */
export interface SliParams extends Filter {
  window?: string;
  until?: string;
}

export interface PageParams {
  cursor?: string;
  /** 1 to 500. */
  limit?: number;
}

type Params = Record<string, string | number | undefined>;

/** The processor's API through Grafana's data source proxy, which adds the token. Every method throws `ApiError`, and ends when `signal` aborts. */
export interface Client {
  slis(params: SliParams, signal?: AbortSignal): Promise<Page<SliReport>>;
  sli(id: string, params: SliParams, signal?: AbortSignal): Promise<SliReport>;
  /** Oldest first; `step` like `1h`. */
  series(id: string, params: SliParams & { step?: string }, signal?: AbortSignal): Promise<SeriesPoint[]>;
  explain(
    id: string,
    params: SliParams & PageParams & { role?: ExplainRole },
    signal?: AbortSignal,
  ): Promise<ExplainPage>;
  findings(
    params: Filter & PageParams & { state?: string; asset?: string; sort?: 'risk' | 'severity' },
    signal?: AbortSignal,
  ): Promise<Page<FindingJson>>;
  finding(id: string, signal?: AbortSignal): Promise<FindingJson>;
  assets(params: Filter & PageParams, signal?: AbortSignal): Promise<Page<AssetJson>>;
  changes(params: Filter & PageParams, signal?: AbortSignal): Promise<Page<ChangeJson>>;
  incidents(params: Filter & PageParams & { state?: string }, signal?: AbortSignal): Promise<Page<IncidentJson>>;
  incident(id: string, signal?: AbortSignal): Promise<IncidentJson>;
  asset(id: string, signal?: AbortSignal): Promise<AssetJson>;
  /** What assets can be filtered by. */
  labels(signal?: AbortSignal): Promise<LabelsJson>;
  sources(signal?: AbortSignal): Promise<Page<SourceJson>>;
  /** The latest evaluations of policies, newest first. */
  evaluations(params: PageParams, signal?: AbortSignal): Promise<Page<PolicyEvaluationJson>>;
  /** How the controls of each framework stand; of the filter only team and environment count. */
  compliance(params: Pick<Filter, 'team' | 'environment'>, signal?: AbortSignal): Promise<Page<FrameworkJson>>;
  gate(params: { service?: string; environment?: string }, signal?: AbortSignal): Promise<GateJson>;
  /** Somebody takes a finding, episode or incident on. */
  acknowledge(subjectId: string): Promise<void>;
  /** What a finding, episode or incident turned out to be. */
  giveVerdict(subjectId: string, verdict: Verdict, reason: string): Promise<void>;
  /** Address of the stream of server-sent events, for an `EventSource`. */
  streamUrl(): string;
}

/** True positive, false positive, benign true positive (SLI-DEFINITIONS 5), or the same as another. */
export const VERDICTS = ['tp', 'fp', 'btp', 'duplicate'] as const;
export type Verdict = (typeof VERDICTS)[number];

export function createClient(dataSourceUid: string): Client {
  const base = `/api/datasources/proxy/uid/${encodeURIComponent(dataSourceUid)}/v1`;
  const one = <T>(path: string, params: Params, signal?: AbortSignal) => get<T>(base + path, params, signal, isObject);
  const page = <T>(path: string, params: Params, signal?: AbortSignal) => get<T>(base + path, params, signal, hasItems);
  const at = (id: string) => `/${encodeURIComponent(id)}`;
  return {
    slis: (params, signal) => page('/slis', given(params), signal),
    sli: (id, params, signal) => one(`/slis${at(id)}`, given(params), signal),
    series: (id, params, signal) => get(`${base}/slis${at(id)}/series`, given(params), signal, Array.isArray),
    explain: (id, params, signal) => page(`/slis${at(id)}/explain`, given(params), signal),
    findings: (params, signal) => page('/findings', given(params), signal),
    finding: (id, signal) => one(`/findings${at(id)}`, {}, signal),
    assets: (params, signal) => page('/assets', given(params), signal),
    changes: (params, signal) => page('/changes', given(params), signal),
    incidents: (params, signal) => page('/incidents', given(params), signal),
    incident: (id, signal) => one(`/incidents${at(id)}`, {}, signal),
    asset: (id, signal) => one(`/assets${at(id)}`, {}, signal),
    labels: (signal) => one('/labels', {}, signal),
    sources: (signal) => page('/sources', {}, signal),
    evaluations: (params, signal) => page('/policies/evaluations', given(params), signal),
    compliance: ({ team, environment }, signal) => page('/compliance', given({ team, environment }), signal),
    gate: (params, signal) => one('/gate', given(params), signal),
    acknowledge: (subject_id) => post(`${base}/acknowledgements`, { subject_id, actor: actor() }),
    giveVerdict: (subject_id, verdict, reason) =>
      post(`${base}/verdicts`, { subject_id, verdict, actor: actor(), ...(reason === '' ? {} : { reason }) }),
    streamUrl: () => `${config.appSubUrl}${base}/stream`,
  };
}

/** Without what is not set: the API refuses parameters it does not know, and so do we send none for nothing. */
function given(params: object): Params {
  return Object.fromEntries(
    Object.entries(params as Params).filter(([, value]) => value !== undefined && value !== '' && value !== '*'),
  );
}

async function get<T>(
  url: string,
  params: Params,
  signal: AbortSignal | undefined,
  hasShape: (data: unknown) => boolean,
): Promise<T> {
  const data = await fetchOnce<T>(url, params, signal);
  if (!hasShape(data)) throw new ApiError('nonsense', `${url} did not answer with what was asked for`);
  return data;
}

/** Who is signed in. The processor believes it only where it has no tokens; else the token says who acts. */
const actor = (): string => config.bootData.user.login || 'grafana';

async function post(url: string, data: object): Promise<void> {
  try {
    await lastValueFrom(
      getBackendSrv().fetch({ url, method: 'POST', data, showErrorAlert: false, showSuccessAlert: false }),
    );
  } catch (reason) {
    throw toApiError(reason);
  }
}

/** One answer; unsubscribing on abort cancels the request, unless somebody else still waits for it. */
function fetchOnce<T>(url: string, params: Params, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const subscription = answerOf<T>(url, params).subscribe({
      next: ({ data }) => resolve(data),
      error: (error: unknown) => reject(toApiError(error)),
    });
    signal?.addEventListener('abort', () => {
      subscription.unsubscribe();
      reject(signal.reason);
    });
  });
}

const underway = new Map<string, Observable<FetchResponse>>();
let whenQuiet: (() => void)[] = [];

/** Resolves when nothing that was asked waits for its answer. */
export const answered = (): Promise<void> =>
  new Promise((resolve) => {
    if (underway.size === 0) resolve();
    else whenQuiet.push(resolve);
  });

function answerCame(key: string): void {
  underway.delete(key);
  if (underway.size > 0) return;
  for (const resolve of whenQuiet) resolve();
  whenQuiet = [];
}

/** Panels of a page ask the same at the same time: it is asked once. */
function answerOf<T>(url: string, params: Params): Observable<FetchResponse<T>> {
  const key = `${url} ${JSON.stringify(params)}`;
  const answer =
    underway.get(key) ??
    getBackendSrv()
      .fetch({ url, params, method: 'GET', showErrorAlert: false, showSuccessAlert: false })
      .pipe(
        finalize(() => answerCame(key)),
        share(),
      );
  underway.set(key, answer);
  return answer as Observable<FetchResponse<T>>;
}

const isObject = (data: unknown): data is object => typeof data === 'object' && data !== null && !Array.isArray(data);
const hasItems = (data: unknown) => isObject(data) && 'items' in data && Array.isArray(data.items);
