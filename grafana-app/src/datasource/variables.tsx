import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type QueryEditorProps,
  toDataFrame,
} from '@grafana/data';
import { Combobox, InlineField } from '@grafana/ui';
import { from, map, type Observable, of } from 'rxjs';
import type { Client } from '../api/client.ts';
import { t } from '../i18n.ts';
import type { CnappDataSource } from './data-source.ts';
import { type CnappOptions, type CnappQuery, LABELS, type LabelName, type LabelQuery } from './query.ts';

/** Closed sets of SLI-DEFINITIONS; the other labels are whatever the assets carry. */
const closedSets: Partial<Record<LabelName, readonly string[]>> = {
  criticality: ['c0', 'c1', 'c2', 'c3'],
  severity: ['critical', 'high', 'medium', 'low', 'informational'],
  provider: ['aws', 'azure', 'gcp', 'kubernetes', 'github', 'gitlab', 'oci', 'other'],
  detector_class: [
    'posture',
    'iac',
    'identity_config',
    'vulnerability',
    'secret',
    'sast',
    'drift',
    'runtime',
    'identity',
  ],
};

/** Assets that are looked through for the values of an open label: four of the API's largest pages. */
const pagesOfAssets = 4;

/** The values of a label, sorted. */
export async function labelValues(client: Pick<Client, 'assets' | 'slis'>, label: LabelName): Promise<string[]> {
  const closed = closedSets[label];
  if (closed !== undefined) return [...closed];
  if (label === 'sli') return (await client.slis({})).items.map(({ id }) => id);
  const values = new Set<string>();
  let cursor: string | null = null;
  for (let page = 0; page < pagesOfAssets; page++) {
    const answer = await client.assets({ limit: 500, ...(cursor === null ? {} : { cursor }) });
    for (const asset of answer.items) {
      const value = label === 'team' ? asset.team : label === 'environment' ? asset.environment : asset.tenant;
      if (value) values.add(value);
    }
    cursor = answer.next_cursor;
    if (cursor === null) break;
  }
  return [...values].toSorted();
}

/** Dashboard variables: the values of a label. */
export class LabelVariableSupport extends CustomVariableSupport<CnappDataSource, LabelQuery, CnappQuery, CnappOptions> {
  private readonly client: Pick<Client, 'assets' | 'slis'>;
  override editor = LabelVariableEditor;

  constructor(client: Pick<Client, 'assets' | 'slis'>) {
    super();
    this.client = client;
  }

  override query({ targets: [query] }: DataQueryRequest<LabelQuery>): Observable<DataQueryResponse> {
    if (query === undefined) return of({ data: [] });
    return from(labelValues(this.client, query.label)).pipe(
      map((values) => ({ data: [toDataFrame({ fields: [{ name: 'text', values }] })] })),
    );
  }
}

export function LabelVariableEditor({
  query,
  onChange,
}: QueryEditorProps<CnappDataSource, CnappQuery, CnappOptions, LabelQuery>) {
  return (
    <InlineField
      label={t('datasource.variables.label', 'Label')}
      labelWidth={20}
      tooltip={t('datasource.variables.label-tooltip', 'The values of this label become the values of the variable.')}
    >
      <Combobox
        id="cnapp-variable-label"
        width={30}
        options={LABELS.map((label) => ({ value: label, label }))}
        value={query.label ?? null}
        onChange={({ value }) => onChange({ ...query, refId: query.refId ?? 'label', label: value })}
      />
    </InlineField>
  );
}
