import { SLIS } from '@cnapp-slo/model';
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { STATUSES } from './queries.ts';

/** Ids as people know them. */
export const sliTitles = (): ValueMapping => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(
    SLIS.map(({ definition: { id, code, title } }, index) => [id, { text: `${code} · ${title}`, index }]),
  ),
});

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
