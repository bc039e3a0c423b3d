import type { ExplainItem } from '@cnapp-slo/model';
import {
  type AnnotationSupport,
  type CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceInstanceSettings,
  LoadingState,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { merge, Observable, of } from 'rxjs';
import { allPages } from '../api/all-pages.ts';
import { toApiError } from '../api/api-error.ts';
import { type Client, createClient, type Filter, type PageParams, type SliParams } from '../api/client.ts';
import { sliWindowOf, stepOf } from '../slo/window.ts';
import { annotationsOf } from './annotations.ts';
import { distributionFrame, openTrendFrame, segmentsFrame, survivalFrame } from './episode-frames.ts';
import {
  assetsFrame,
  changesFrame,
  explainFrame,
  findingsFrame,
  incidentsFrame,
  sliBudgetFrame,
  sliSeriesFrame,
  sliValueFrame,
  sourcesFrame,
} from './frames.ts';
import { checkHealth } from './health.ts';
import { type CnappOptions, type CnappQuery, DEFAULT_QUERY, isComplete, type QueryType } from './query.ts';
import { streamEvents } from './stream.ts';
import { LabelVariableSupport } from './variables.tsx';

const defaultLimit = 100;
const largestLimit = 5_000;
/** What distributions and curves are made from. */
const sampledEpisodes = 2_000;

/** Runs entirely in the browser; Grafana's proxy carries the requests and holds the token. */
export class CnappDataSource extends DataSourceApi<CnappQuery, CnappOptions> {
  readonly client: Client;
  override annotations: AnnotationSupport<CnappQuery> = {
    processEvents: (_, frames) => of(frames.flatMap(annotationsOf)),
  };

  constructor(settings: DataSourceInstanceSettings<CnappOptions>) {
    super(settings);
    this.client = createClient(settings.uid);
    this.variables = new LabelVariableSupport(this.client);
  }

  override getDefaultQuery(_app: CoreApp): Partial<CnappQuery> {
    return DEFAULT_QUERY;
  }

  override filterQuery(query: CnappQuery): boolean {
    return isComplete(query);
  }

  override getQueryDisplayText(query: CnappQuery): string {
    return [query.queryType, query.sli].filter(Boolean).join(' ');
  }

  override interpolateVariablesInQueries(queries: CnappQuery[], scopedVars: ScopedVars): CnappQuery[] {
    return queries.map((query) => ({ ...interpolate(query, scopedVars), datasource: this.getRef() }));
  }

  /** One answer with a frame a query; a query that fails is an error of its own and takes none of the others with it. Unsubscribing aborts. */
  override query(request: DataQueryRequest<CnappQuery>): Observable<DataQueryResponse> {
    const streams = request.targets
      .filter((query) => query.queryType === 'stream' && isComplete(query))
      .map(({ refId, limit }) => streamEvents(this.client.streamUrl(), refId, limit));
    const isStreamAlone = streams.length > 0 && streams.length === request.targets.length;
    return isStreamAlone ? merge(...streams) : merge(this.ask(request), ...streams);
  }

  private ask(request: DataQueryRequest<CnappQuery>): Observable<DataQueryResponse> {
    return new Observable((subscriber) => {
      const controller = new AbortController();
      const queries = request.targets
        .filter(isComplete)
        .filter(isAsked)
        .map((query) => interpolate(query, request.scopedVars));
      Promise.allSettled(queries.map((query) => this.frameFor(query, request, controller.signal))).then((results) => {
        const data = results.flatMap((result, index) =>
          result.status === 'fulfilled' ? [{ ...result.value, refId: queries[index]?.refId ?? 'A' }] : [],
        );
        const errors = results.flatMap((result, index) =>
          result.status === 'rejected'
            ? [{ message: toApiError(result.reason).message, refId: queries[index]?.refId ?? 'A' }]
            : [],
        );
        subscriber.next({
          data,
          state: errors.length > 0 ? LoadingState.Error : LoadingState.Done,
          ...(errors.length > 0 ? { errors } : {}),
        });
        subscriber.complete();
      });
      return () => controller.abort();
    });
  }

  override testDatasource(): Promise<TestDataSourceResponse> {
    return checkHealth(this.client);
  }

  private async frameFor(
    query: AskedQuery,
    request: DataQueryRequest<CnappQuery>,
    signal: AbortSignal,
  ): Promise<DataFrame> {
    const filter = query.filter ?? {};
    const { from, to } = request.range;
    const sliParams = { ...filter, ...sliWindowOf(from.valueOf(), to.valueOf(), Date.now()) };
    const sli = query.sli ?? '';
    switch (query.queryType) {
      case 'sli_value':
        return sliValueFrame(
          sli === ''
            ? (await this.client.slis(sliParams, signal)).items
            : [await this.client.sli(sli, sliParams, signal)],
        );
      case 'sli_series': {
        const step = stepOf(from.valueOf(), to.valueOf());
        const [report, points] = await Promise.all([
          this.client.sli(sli, sliParams, signal),
          this.client.series(sli, { ...sliParams, step }, signal),
        ]);
        return sliSeriesFrame(points, report);
      }
      case 'sli_budget': {
        const nowMs = Date.now();
        const { window: _, ...own } = sliParams;
        const step = stepOf(from.valueOf(), Math.min(to.valueOf(), nowMs));
        const [report, points] = await Promise.all([
          // Over its own window, as each of the points is.
          this.client.sli(sli, own, signal),
          this.client.series(sli, { ...sliParams, step }, signal),
        ]);
        return sliBudgetFrame(points, report, nowMs, to.valueOf());
      }
      case 'sli_explain': {
        const role = query.role ? { role: query.role } : {};
        return explainFrame(
          await allPages(rowsOf(query), (page) => this.client.explain(sli, { ...sliParams, ...role, ...page }, signal)),
        );
      }
      case 'sli_segments':
        return segmentsFrame(sli, await this.episodes(sli, sliParams, signal), [from.valueOf(), to.valueOf()]);
      case 'sli_distribution':
        return distributionFrame(await this.episodes(sli, sliParams, signal));
      case 'sli_survival':
        return survivalFrame(sli, await this.episodes(sli, sliParams, signal), Math.min(to.valueOf(), Date.now()));
      case 'sli_open': {
        const toMs = Math.min(to.valueOf(), Date.now());
        return openTrendFrame(await this.episodes(sli, sliParams, signal), from.valueOf(), toMs);
      }
      case 'findings':
        return findingsFrame(
          await allPages(rowsOf(query), (page) => this.client.findings(withState(filter, query, page), signal)),
        );
      case 'assets':
        return assetsFrame(await allPages(rowsOf(query), (page) => this.client.assets({ ...filter, ...page }, signal)));
      case 'incidents':
        return incidentsFrame(
          await allPages(rowsOf(query), (page) => this.client.incidents(withState(filter, query, page), signal)),
        );
      case 'changes':
        return changesFrame(
          await allPages(rowsOf(query), (page) => this.client.changes({ ...filter, ...page }, signal)),
        );
      case 'sources':
        return sourcesFrame((await this.client.sources(signal)).items);
    }
  }

  /** Enough episodes for a picture. */
  private episodes(sli: string, params: SliParams, signal: AbortSignal): Promise<ExplainItem[]> {
    return allPages(sampledEpisodes, (page) => this.client.explain(sli, { ...params, ...page }, signal));
  }
}

/** What one answer answers. */
type AskedQuery = CnappQuery & { queryType: Exclude<QueryType, 'stream'> };
const isAsked = (query: CnappQuery): query is AskedQuery => query.queryType !== 'stream';

const withState = (filter: Filter, { state }: CnappQuery, page: PageParams) => ({
  ...filter,
  ...page,
  ...(state ? { state } : {}),
});

/** The query's limit, within what a panel can draw. */
const rowsOf = ({ limit = defaultLimit }: CnappQuery) => Math.min(Math.max(limit, 1), largestLimit);

function interpolate<Q extends CnappQuery>(query: Q, scopedVars: ScopedVars): Q {
  const replace = (value: string) => getTemplateSrv().replace(value, scopedVars);
  const filter = Object.fromEntries(
    Object.entries(query.filter ?? {}).map(([label, value]) => [label, replace(String(value))]),
  );
  return {
    ...query,
    filter,
    ...(query.sli === undefined ? {} : { sli: replace(query.sli) }),
    ...(query.state === undefined ? {} : { state: replace(query.state) }),
  };
}
