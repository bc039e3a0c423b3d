import { SLIS, type SliUnit } from '@cnapp-slo/model';
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { STATUSES } from './sli-queries.ts';

/** Ids as people know them. */
export const sliTexts: Readonly<Record<string, string>> = Object.fromEntries(
  SLIS.map(({ definition: { id, code, title } }) => [id, `${code} · ${title}`]),
);

export const sliTitles = (): ValueMapping => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(Object.entries(sliTexts).map(([id, text], index) => [id, { text, index }])),
});

/** By the name of a quantile or companion; one that two definitions call differently keeps its name. */
export function companionTitles(): ValueMapping {
  const titles = new Map<string, string | null>([
    ['p50', 'Median'],
    ['p90', 'p90'],
    ['mean', 'Mean'],
    ['max', 'Longest'],
    ['rmst', 'Mean, open included'],
    ['expected_misses', 'Expected misses'],
    ['open', 'Open'],
  ]);
  for (const { definition } of SLIS)
    for (const [name, { title }] of Object.entries(definition.companions))
      titles.set(name, (titles.get(name) ?? title) === title ? title : null);
  const known = [...titles].filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(known.map(([name, text], index) => [name, { text, index }])),
  };
}

/** Of the definitions, in Grafana's words. */
export const grafanaUnits: Readonly<Record<SliUnit, string>> = {
  s: 's',
  '1': 'percentunit',
  count: 'short',
  By: 'bytes',
};

/** By SLI. */
export const units: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  SLIS.map(({ definition: { id, unit } }) => [id, grafanaUnits[unit]]),
);

const statusLooks: Record<(typeof STATUSES)[number], { text: string; color: string }> = {
  ok: { text: 'OK', color: 'green' },
  no_data: { text: 'No data', color: '#6e7178' },
  insufficient: { text: 'Low coverage', color: 'purple' },
  at_risk: { text: 'At risk', color: 'orange' },
  breached: { text: 'Breached', color: 'red' },
};

/** The numbers that `queries.status` answers. */
export const statusTexts = (): ValueMapping => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(STATUSES.map((name, index) => [String(index), { ...statusLooks[name], index }])),
});

export const severityColors = {
  critical: 'red',
  high: 'orange',
  medium: 'yellow',
  low: 'blue',
  informational: 'gray',
  unknown: 'gray',
} as const;
