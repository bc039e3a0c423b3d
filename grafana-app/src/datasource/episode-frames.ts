import type { ExplainItem } from '@cnapp-slo/model';
import { createDataFrame, type DataFrame, FieldColorModeId, FieldType } from '@grafana/data';
import { t } from '../i18n.ts';
import { segmentText } from '../slo/clock-text.ts';
import { CLOCK_NAMES } from '../slo/clocks.ts';
import { distributionOf, meanSegments, survivalOf } from '../slo/episode-stats.ts';
import { formatDuration } from '../slo/format.ts';
import { SEGMENT_COLORS } from '../slo/segment-colors.ts';

const fixed = (fixedColor: string) => ({ mode: FieldColorModeId.Fixed, fixedColor });

/** A row for all and for each of the slowest teams, a column for each stretch that any of them has: mean seconds. */
export function segmentsFrame(sli: string, items: readonly ExplainItem[]): DataFrame {
  const rows = meanSegments(sli, items, t('segments.all', 'All'));
  const used = CLOCK_NAMES.filter((name) => rows.some(({ segments }) => segments[name] !== undefined));
  return createDataFrame({
    name: 'SLI segments',
    meta: { preferredVisualisationType: 'table' },
    fields: [
      {
        name: 'group',
        type: FieldType.string,
        config: { displayName: t('segments.group', 'Team') },
        values: rows.map(({ group }) => group),
      },
      ...used.map((name) => ({
        name,
        type: FieldType.number,
        config: { displayName: segmentText(name), unit: 's', color: fixed(SEGMENT_COLORS[name]) },
        values: rows.map(({ segments }) => segments[name] ?? 0),
      })),
    ],
  });
}

/** A row a bucket of durations, with the good and bad episodes in it. */
export function distributionFrame(items: readonly ExplainItem[]): DataFrame {
  const buckets = distributionOf(items);
  const longest = buckets.findLast(({ upTo }) => upTo !== null)?.upTo ?? 0;
  return createDataFrame({
    name: 'SLI distribution',
    meta: { preferredVisualisationType: 'table' },
    fields: [
      {
        name: 'bucket',
        type: FieldType.string,
        config: { displayName: t('distribution.up-to', 'Up to') },
        values: buckets.map(({ upTo }) => (upTo === null ? `> ${formatDuration(longest)}` : formatDuration(upTo))),
      },
      {
        name: 'good',
        type: FieldType.number,
        config: { displayName: t('role.good', 'Good'), color: fixed('green') },
        values: buckets.map(({ good }) => good),
      },
      {
        name: 'bad',
        type: FieldType.number,
        config: { displayName: t('role.bad', 'Bad'), color: fixed('red') },
        values: buckets.map(({ bad }) => bad),
      },
    ],
  });
}

/** A row a step of the survival curve: seconds since the start, share still open from then on. */
export function survivalFrame(sli: string, items: readonly ExplainItem[], nowMs: number): DataFrame {
  const steps = survivalOf(sli, items, nowMs);
  return createDataFrame({
    name: 'SLI survival',
    meta: { preferredVisualisationType: 'table' },
    fields: [
      {
        name: 'age',
        type: FieldType.number,
        config: { displayName: t('survival.age', 'Age'), unit: 's' },
        values: steps.map(({ seconds }) => seconds),
      },
      {
        name: 'open',
        type: FieldType.number,
        config: { displayName: t('survival.open', 'Still open'), unit: 'percentunit', min: 0, max: 1 },
        values: steps.map(({ survival }) => survival),
      },
    ],
  });
}
