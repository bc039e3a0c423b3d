import type { ExplainRole } from '@cnapp-slo/model';
import type { QueryEditorProps } from '@grafana/data';
import { AutoSizeInput, Combobox, type ComboboxOption, InlineField, InlineFieldRow } from '@grafana/ui';
import type { Filter } from '../api/client.ts';
import { t } from '../i18n.ts';
import type { CnappDataSource } from './data-source.ts';
import type { CnappOptions, CnappQuery, QueryType } from './query.ts';

type Props = QueryEditorProps<CnappDataSource, CnappQuery, CnappOptions>;

const labelWidth = 14;
const hasLimit: readonly QueryType[] = ['sli_explain', 'findings', 'assets', 'incidents', 'changes', 'stream'];
const filterLabels = [
  'team',
  'environment',
  'severity',
  'criticality',
  'provider',
  'detector_class',
] as const satisfies (keyof Filter)[];

/** What to ask for, then by what to narrow it. Every text field takes dashboard variables. */
export function QueryEditor({ datasource, query, onChange, onRunQuery }: Props) {
  const { queryType } = query;
  const set = (part: Partial<CnappQuery>) => {
    onChange({ ...query, ...part });
    onRunQuery();
  };
  const isSli = queryType?.startsWith('sli_');
  return (
    <>
      <InlineFieldRow>
        <InlineField label={t('datasource.query.type', 'Query type')} labelWidth={labelWidth}>
          <Combobox
            id={`cnapp-query-type-${query.refId}`}
            width={30}
            options={typeOptions()}
            value={queryType ?? null}
            onChange={({ value }) => set({ queryType: value })}
          />
        </InlineField>
        {isSli && (
          <InlineField
            label={t('datasource.query.sli', 'SLI')}
            labelWidth={labelWidth}
            tooltip={t(
              'datasource.query.sli-tooltip',
              'An SLI’s id, or a variable. "SLI value" without one answers for all, a row each.',
            )}
          >
            <Combobox
              id={`cnapp-sli-${query.refId}`}
              width={40}
              createCustomValue
              isClearable
              options={() => sliOptions(datasource)}
              value={query.sli || null}
              onChange={(option) => set({ sli: option?.value ?? '' })}
            />
          </InlineField>
        )}
        {queryType === 'sli_explain' && (
          <InlineField label={t('datasource.query.role', 'Role')} labelWidth={labelWidth}>
            <Combobox
              id={`cnapp-role-${query.refId}`}
              width={20}
              isClearable
              placeholder={t('datasource.query.any', 'any')}
              options={roleOptions()}
              value={query.role || null}
              onChange={(option) => set({ role: option?.value ?? '' })}
            />
          </InlineField>
        )}
        {(queryType === 'findings' || queryType === 'incidents') && (
          <InlineField label={t('datasource.query.state', 'State')} labelWidth={labelWidth}>
            <Combobox
              id={`cnapp-state-${query.refId}`}
              width={24}
              isClearable
              createCustomValue
              placeholder={t('datasource.query.any', 'any')}
              options={queryType === 'findings' ? findingStates : incidentStates}
              value={query.state || null}
              onChange={(option) => set({ state: option?.value ?? '' })}
            />
          </InlineField>
        )}
        {hasLimit.includes(queryType) && (
          <InlineField label={t('datasource.query.limit', 'Limit')} labelWidth={labelWidth}>
            <AutoSizeInput
              id={`cnapp-limit-${query.refId}`}
              type="number"
              min={1}
              max={5000}
              minWidth={10}
              placeholder="100"
              value={query.limit ?? ''}
              onCommitChange={({ currentTarget }) => set(withLimit(query, currentTarget.value))}
            />
          </InlineField>
        )}
      </InlineFieldRow>
      {queryType !== 'sources' && queryType !== 'stream' && (
        <InlineFieldRow>
          {filterLabels.map((label) => (
            <InlineField key={label} label={label} labelWidth={labelWidth}>
              <AutoSizeInput
                id={`cnapp-filter-${label}-${query.refId}`}
                minWidth={12}
                placeholder={t('datasource.query.any', 'any')}
                value={query.filter?.[label] ?? ''}
                onCommitChange={({ currentTarget }) =>
                  set({ filter: { ...query.filter, [label]: currentTarget.value.trim() } })
                }
              />
            </InlineField>
          ))}
        </InlineFieldRow>
      )}
    </>
  );
}

function withLimit({ limit: _, ...query }: CnappQuery, text: string): CnappQuery {
  const limit = Math.trunc(Number(text));
  return limit >= 1 ? { ...query, limit } : query;
}

const typeOptions = (): { value: QueryType; label: string; description: string }[] => [
  {
    value: 'sli_series',
    label: t('datasource.query.types.sli-series', 'SLI over time'),
    description: t('datasource.query.types.sli-series-description', 'Ratio, value, good and bad events'),
  },
  {
    value: 'sli_budget',
    label: t('datasource.query.types.sli-budget', 'SLI budget'),
    description: t('datasource.query.types.sli-budget-description', 'What is left, and when it will be gone'),
  },
  {
    value: 'sli_value',
    label: t('datasource.query.types.sli-value', 'SLI value'),
    description: t(
      'datasource.query.types.sli-value-description',
      'Ratio, objective, budget and burn over the time range',
    ),
  },
  {
    value: 'sli_explain',
    label: t('datasource.query.types.sli-explain', 'SLI explain'),
    description: t(
      'datasource.query.types.sli-explain-description',
      'The episodes behind the number, also as annotations',
    ),
  },
  {
    value: 'sli_segments',
    label: t('datasource.query.types.sli-segments', 'SLI segments'),
    description: t('datasource.query.types.sli-segments-description', 'Where the time went, by team'),
  },
  {
    value: 'sli_distribution',
    label: t('datasource.query.types.sli-distribution', 'SLI distribution'),
    description: t('datasource.query.types.sli-distribution-description', 'How long episodes took'),
  },
  {
    value: 'sli_survival',
    label: t('datasource.query.types.sli-survival', 'SLI survival'),
    description: t('datasource.query.types.sli-survival-description', 'Share still open after a time'),
  },
  {
    value: 'sli_open',
    label: t('datasource.query.types.sli-open', 'SLI open episodes'),
    description: t('datasource.query.types.sli-open-description', 'Open, detected and closed by day'),
  },
  {
    value: 'findings',
    label: t('datasource.query.types.findings', 'Findings'),
    description: t('datasource.query.types.findings-description', 'Open and past findings'),
  },
  {
    value: 'assets',
    label: t('datasource.query.types.assets', 'Assets'),
    description: t('datasource.query.types.assets-description', 'Inventory with owners'),
  },
  {
    value: 'incidents',
    label: t('datasource.query.types.incidents', 'Incidents'),
    description: t('datasource.query.types.incidents-description', 'Also as annotations'),
  },
  {
    value: 'changes',
    label: t('datasource.query.types.changes', 'Changes'),
    description: t('datasource.query.types.changes-description', 'Deployments and API calls, also as annotations'),
  },
  {
    value: 'sources',
    label: t('datasource.query.types.sources', 'Sources'),
    description: t('datasource.query.types.sources-description', 'Is every source alive'),
  },
  {
    value: 'stream',
    label: t('datasource.query.types.stream', 'Stream'),
    description: t('datasource.query.types.stream-description', 'What happens while you look'),
  },
];

/** What the processor computes; none while it cannot be asked, when an id can still be typed. */
async function sliOptions({ client }: CnappDataSource): Promise<ComboboxOption<string>[]> {
  try {
    const { items } = await client.slis({});
    return items.map(({ id, code, title }) => ({ value: id, label: `${code} · ${title}`, description: id }));
  } catch {
    return [];
  }
}

const roleOptions = (): { value: ExplainRole; label: string }[] => [
  { value: 'good', label: t('datasource.query.roles.good', 'Good') },
  { value: 'bad', label: t('datasource.query.roles.bad', 'Bad') },
  { value: 'excluded', label: t('datasource.query.roles.excluded', 'Excluded') },
  { value: 'pending', label: t('datasource.query.roles.pending', 'Pending') },
];

const asOptions = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
const findingStates = asOptions(['open', 'acked', 'remediating', 'fixed_unverified', 'suspended', 'unknown', 'closed']);
const incidentStates = asOptions(['firing', 'acknowledged', 'resolved']);
