import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  FieldType,
  type QueryEditorProps,
  toDataFrame,
} from '@grafana/data';
import { Combobox, InlineField } from '@grafana/ui';
import { from, map, type Observable, of } from 'rxjs';
import type { Client } from '../api/client.ts';
import { labelValues } from '../api/label-values.ts';
import { t } from '../i18n.ts';
import type { CnappDataSource } from './data-source.ts';
import { type CnappOptions, type CnappQuery, LABELS, type LabelQuery } from './query.ts';

/** Dashboard variables: the values of a label. */
export class LabelVariableSupport extends CustomVariableSupport<CnappDataSource, LabelQuery, CnappQuery, CnappOptions> {
  private readonly client: Pick<Client, 'labels' | 'slis'>;
  override editor = LabelVariableEditor;

  constructor(client: Pick<Client, 'labels' | 'slis'>) {
    super();
    this.client = client;
  }

  override query({ targets: [query] }: DataQueryRequest<LabelQuery>): Observable<DataQueryResponse> {
    if (query === undefined) return of({ data: [] });
    return from(labelValues(this.client, query.label)).pipe(
      map((values) => ({ data: [toDataFrame({ fields: [{ name: 'text', type: FieldType.string, values }] })] })),
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
