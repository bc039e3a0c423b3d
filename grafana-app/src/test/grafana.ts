import {
  type DataQueryRequest,
  type DataSourceInstanceSettings,
  type DataSourcePluginMeta,
  dateTime,
  LoadingState,
  PanelPlugin,
  type PanelPluginMeta,
} from '@grafana/data';
import {
  type DataSourceSrv,
  setDataSourceSrv,
  setPluginImportUtils,
  setRunRequest,
  setTemplateSrv,
  type TemplateSrv,
} from '@grafana/runtime';
import { from, map } from 'rxjs';
import { CnappDataSource } from '../datasource/data-source.ts';
import type { CnappOptions, CnappQuery } from '../datasource/query.ts';
import { NOW_MS } from './backend.ts';

export const settings = {
  uid: 'cnapp-slo',
  name: 'CNAPP SLO',
  type: 'cnapp-slo-datasource',
  readOnly: false,
  access: 'proxy',
  jsonData: {},
  meta: { id: 'cnapp-slo-datasource', name: 'CNAPP SLO' } as DataSourcePluginMeta,
} as DataSourceInstanceSettings<CnappOptions>;

/** Use in a test file: a Grafana that has one data source, ours, replaces `$team` by `payments`, and draws panels as nothing. */
export function startGrafana(): void {
  const dataSource = new CnappDataSource(settings);
  const panel = new PanelPlugin(() => null);
  panel.meta = { id: 'timeseries', name: 'Time series', info: { version: '12.3.0' } } as PanelPluginMeta;
  beforeAll(() => {
    setTemplateSrv({ replace: (text: string) => text.replaceAll('$team', 'payments') } as unknown as TemplateSrv);
    setDataSourceSrv({
      get: async () => dataSource,
      getList: () => [settings],
      getInstanceSettings: () => settings,
    } as unknown as DataSourceSrv);
    // Variables bring a query function of their own.
    setRunRequest((_, request, query) =>
      from((query ?? dataSource.query.bind(dataSource))(request as DataQueryRequest<CnappQuery>)).pipe(
        map(({ data, state }) => ({ series: data, state: state ?? LoadingState.Done, timeRange: request.range })),
      ),
    );
    setPluginImportUtils({ importPanelPlugin: async () => panel, getPanelPluginFromCache: () => panel });
  });
}

/** What a panel over the last 28 days sends. */
export function requestOf(...targets: CnappQuery[]): DataQueryRequest<CnappQuery> {
  const to = dateTime(NOW_MS);
  const from = dateTime(NOW_MS - 28 * 86_400_000);
  return { targets, scopedVars: {}, range: { from, to, raw: { from, to } } } as unknown as DataQueryRequest<CnappQuery>;
}
