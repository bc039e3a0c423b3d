import {
  type ApiRequest,
  type CompileOptions,
  DEFAULT_OPTIONS,
  grafanaApiRequest,
  grafanaHealthRequest,
} from '@cnapp-slo/alert-rules';
import { config, getDataSourceSrv } from '@grafana/runtime';
import { productSlos } from '../../alerts/product-slos.ts';
import { DATA_SOURCE_TYPE } from '../../constants.ts';
import type { CnappOptions } from '../../datasource/query.ts';

/** Where the rules live. */
export const RULES_FOLDER = DEFAULT_OPTIONS.folder;

/** A group as it should be, with what people call it. */
export interface WantedGroup {
  title: string;
  request: ApiRequest;
}

/** Every group for a Prometheus; `folderUid` is empty while the folder isn't there, which is enough to compare. */
export function wantedGroups(datasourceUid: string, folderUid: string, healthTitle: string): WantedGroup[] {
  const options: CompileOptions = {
    ...DEFAULT_OPTIONS,
    datasourceUid,
    grafanaUrl: `${location.origin}${config.appSubUrl}`,
    processorUrl: processorUrl(),
  };
  const groups = productSlos().map((slo) => ({
    title: slo.title,
    request: grafanaApiRequest(slo, folderUid, options),
  }));
  return [...groups, { title: healthTitle, request: grafanaHealthRequest(folderUid, options) }].filter(
    ({ request }) => request.body.rules.length > 0,
  );
}

/** The processor that the data source asks; Grafana's server knows it by this address, and people mostly do, too. */
function processorUrl(): string {
  const [settings] = getDataSourceSrv().getList({ pluginId: DATA_SOURCE_TYPE });
  return (settings?.jsonData as CnappOptions | undefined)?.apiUrl ?? DEFAULT_OPTIONS.processorUrl;
}
