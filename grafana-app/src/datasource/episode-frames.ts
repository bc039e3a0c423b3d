import { CLOCK_NAMES, type ExplainItem } from '@cnapp-slo/model';
import { createDataFrame, type DataFrame, FieldColorModeId, FieldType } from '@grafana/data';
import { t } from '../i18n.ts';
import { axisUnit, inAxisUnit } from '../slo/axis-unit.ts';
import { segmentText } from '../slo/clock-text.ts';
import { distributionOf, meanSegments, survivalOf, type TimeSpan } from '../slo/episode-stats.ts';
import { formatDuration } from '../slo/format.ts';
import { openTrend } from '../slo/open-trend.ts';
import { SEGMENT_COLORS } from '../slo/segment-colors.ts';

const fixed = (fixedColor: string) => ({ mode: FieldColorModeId.Fixed, fixedColor });

/** A row for all and for each of the slowest teams, a column for each stretch that any of them has: its mean, all in one unit. */
export function segmentsFrame(sli: string, items: readonly ExplainItem[], span: TimeSpan): DataFrame {
  const rows = meanSegments(sli, items, t('segments.all', 'All'), span);
  const used = CLOCK_NAMES.filter((name) => rows.some(({ segments }) => segments[name] !== undefined));
  const shared = axisUnit(Math.max(0, ...rows.map(({ meanSeconds }) => meanSeconds)));
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
      ...used.map((name) => {
        const { unit, values } = inAxisUnit(
          rows.map(({ segments }) => segments[name] ?? 0),
          shared,
        );
        return {
          name,
          type: FieldType.number,
          config: { displayName: segmentText(name), unit, decimals: 1, color: fixed(SEGMENT_COLORS[name]) },
          values,
        };
      }),
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

/** A row a step of the survival curve: time since the start, share still open from then on. */
export function survivalFrame(sli: string, items: readonly ExplainItem[], nowMs: number): DataFrame {
  const steps = survivalOf(sli, items, nowMs);
  const ages = steps.map(({ seconds }) => seconds);
  const { unit, values } = inAxisUnit(ages, axisUnit(ages.at(-1) ?? 0));
  return createDataFrame({
    name: 'SLI survival',
    meta: { preferredVisualisationType: 'table' },
    fields: [
      {
        name: 'age',
        type: FieldType.number,
        config: { displayName: t('survival.age', 'Age'), unit },
        values,
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

/** A row a day: open at its end, detected and closed on it. */
export function openTrendFrame(items: readonly ExplainItem[], fromMs: number, toMs: number): DataFrame {
  const days = openTrend(items, fromMs, toMs);
  const bars = { drawStyle: 'bars', fillOpacity: 40, lineWidth: 0 };
  return createDataFrame({
    name: 'Open episodes',
    meta: { preferredVisualisationType: 'graph' },
    fields: [
      { name: 'time', type: FieldType.time, values: days.map(({ atMs }) => atMs) },
      {
        name: 'open',
        type: FieldType.number,
        config: { displayName: t('open-trend.open', 'Open'), color: fixed('red'), custom: { fillOpacity: 10 } },
        values: days.map(({ open }) => open),
      },
      {
        name: 'detected',
        type: FieldType.number,
        config: { displayName: t('open-trend.detected', 'Detected'), color: fixed('orange'), custom: bars },
        values: days.map(({ detected }) => detected),
      },
      {
        name: 'closed',
        type: FieldType.number,
        config: { displayName: t('open-trend.closed', 'Closed'), color: fixed('green'), custom: bars },
        values: days.map(({ closed }) => closed),
      },
    ],
  });
}
