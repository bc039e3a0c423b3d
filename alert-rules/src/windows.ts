/** Recording rules of one SLI over one window. Everything is event-weighted: sums are divided, ratios are never averaged. */
import { periodStarts } from './calendar.ts';
import { formatDuration } from './duration.ts';
import { identity } from './labels.ts';
import { errorRatioName, eventsName, PERIOD_START, SAMPLE_BAD, SLICE_ERROR } from './names.ts';
import type { CompileOptions } from './options.ts';
import { badEventsOver, eventsOver, matchers, queriedErrorRatio } from './promql.ts';
import { format } from './rational.ts';
import { narrowed } from './regimes.ts';
import type { RecordingRule } from './rule-group.ts';
import type { Calendar, EventsSli, ExactCounts, SlicesSli, Slo, ThresholdSli } from './slo.ts';

/** What the windows are averaged over, where an SLI is judged by evaluation or by slice. */
export function sourceRules(slo: Slo): RecordingRule[] {
  if (slo.sli.kind === 'threshold') return [sampleRule(slo, slo.sli)];
  if (slo.sli.kind !== 'slices') return [];
  const { of, tolerated, sliceMs } = slo.sli;
  const selector = matchers({ slo: slo.id });
  const parts = of.kind === 'threshold' ? [sampleRule(slo, of)] : ratioRules(slo, of, sliceMs);
  const error =
    of.kind === 'threshold'
      ? `avg_over_time(${SAMPLE_BAD}${selector}[${formatDuration(sliceMs)}])`
      : `${errorRatioName(sliceMs)}${selector}`;
  return [...parts, { record: SLICE_ERROR, expr: tolerated === null ? error : `${error} > bool ${format(tolerated)}` }];
}

const MISSED = { lt: '>=', lte: '>', gt: '<=', gte: '<' };

/** Every evaluation is an event. NaN is no value: it is neither good nor bad. */
function sampleRule(slo: Slo, { query, op, value }: ThresholdSli): RecordingRule {
  const known = `((${query.trim()}) >= -Inf)`;
  return { record: SAMPLE_BAD, expr: `${known} ${MISSED[op]} bool ${format(value)}`, labels: identity(slo) };
}

export function windowRules(slo: Slo, windowMs: number): RecordingRule[] {
  const { sli } = slo;
  const selector = matchers({ slo: slo.id });
  const record = errorRatioName(windowMs);
  const window = formatDuration(windowMs);
  switch (sli.kind) {
    case 'threshold':
      return [{ record, expr: `avg_over_time(${SAMPLE_BAD}${selector}[${window}])` }];
    case 'slices':
      // A second less, because before Prometheus 3 a range includes both of its ends, and with them one slice too many.
      // A slice that is as long as the window has been recorded as its source.
      if (sli.sliceMs >= windowMs && sli.of.kind !== 'threshold') return [];
      return [
        {
          record,
          expr: `avg_over_time(${SLICE_ERROR}${selector}[${formatDuration(windowMs - 1000)}:${formatDuration(sli.sliceMs)}])`,
        },
      ];
    default:
      return ratioRules(slo, sli, windowMs);
  }
}

/** Without any event there is no ratio: neither 0 nor NaN, which would poison whatever it is added to. */
function ratioRules(slo: Slo, sli: Exclude<SlicesSli['of'], ThresholdSli>, windowMs: number): RecordingRule[] {
  const record = errorRatioName(windowMs);
  if (sli.kind === 'ratio') {
    return [{ record, expr: queriedErrorRatio(sli, windowMs, slo.groupBy), labels: identity(slo) }];
  }
  const selector = matchers({ slo: slo.id });
  const [bad, all] = [eventsName('bad', windowMs), eventsName('all', windowMs)];
  return [
    { record: all, expr: eventsOver(sli.total, windowMs, slo.groupBy), labels: identity(slo) },
    { record: bad, expr: badEventsOver(sli, windowMs, slo.groupBy, all + selector), labels: identity(slo) },
    { record, expr: `${bad}${selector} / (${all}${selector} > 0)` },
  ];
}

/** The error ratio of the whole period, which the budget is about. */
export function periodRules(slo: Slo, options: CompileOptions): RecordingRule[] {
  const periodMs = slo.period.ms;
  if (slo.period.calendar !== null) return calendarRules(slo, slo.period.calendar, periodMs, options);
  return slo.exactCounts === null ? windowRules(slo, periodMs) : ratioRules(slo, exactSli(slo.exactCounts), periodMs);
}

/** A period is longer than many a Prometheus keeps data; where the processor counts exactly, its count is used. */
function exactSli({ selector }: ExactCounts): EventsSli {
  const counts = (labels: Record<string, string>) => ({
    kind: 'windowed' as const,
    text: narrowed(selector, { ...labels, window: '{{.window}}' }),
  });
  return { kind: 'events', good: null, bad: counts({ outcome: 'bad' }), total: counts({}) };
}

/** Length of the sums that make up a calendar period: `windowRules` of this length must be among the group's. */
export const CALENDAR_STEP_MS = 300_000;

/** Of the samples of the longest possible period those count whose period began when the present one did. */
function calendarRules(slo: Slo, calendar: Calendar, periodMs: number, options: CompileOptions): RecordingRule[] {
  const selector = matchers({ slo: slo.id });
  const start = { record: PERIOD_START, expr: periodStartExpression(calendar, options), labels: identity(slo) };
  const stepMs = CALENDAR_STEP_MS;
  const longest = formatDuration(Math.ceil((periodMs * 1.05) / stepMs) * stepMs);
  const current = `(${PERIOD_START}${selector} == ${PERIOD_START}${selector} @ end())`;
  const inPeriod = (series: string) =>
    `(${series}${selector} and on () ${current})[${longest}:${formatDuration(stepMs)}]`;
  const record = errorRatioName(periodMs);
  if (slo.sli.kind === 'events') {
    const [bad, all] = [eventsName('bad', periodMs), eventsName('all', periodMs)];
    return [
      start,
      { record: all, expr: `sum_over_time(${inPeriod(eventsName('all', stepMs))})` },
      { record: bad, expr: `sum_over_time(${inPeriod(eventsName('bad', stepMs))})` },
      { record, expr: `${bad}${selector} / (${all}${selector} > 0)` },
    ];
  }
  const source =
    slo.sli.kind === 'threshold' ? SAMPLE_BAD : slo.sli.kind === 'slices' ? SLICE_ERROR : errorRatioName(stepMs);
  return [start, { record, expr: `avg_over_time(${inPeriod(source)})` }];
}

const CALENDAR_YEARS = 3;

/**
 * When the present period began. PromQL knows no time zones, so the starts of the coming years are written out, as runs of
 * periods of equal length: one where there is no daylight saving. The instant of a start belongs to the period that ends.
 */
function periodStartExpression(calendar: Calendar, { calendarYear }: CompileOptions): string {
  const [from, to] = [calendarYear, calendarYear + CALENDAR_YEARS].map((year) => Date.UTC(year, 0, 1));
  const runs = runsOf(periodStarts(calendar, from ?? 0, to ?? 0));
  return runs
    .map(({ base, length, count, end }) => {
      const index = `clamp_max(ceil(vector((time() - ${base}) / ${length})) - 1, ${count - 1})`;
      return `(time() > bool ${base}) * (time() <= bool ${end}) * (${base} + ${length} * ${index})`;
    })
    .join('\n+ ');
}

interface Run {
  base: number;
  length: number;
  count: number;
  end: number;
}

function runsOf(starts: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const [i, base] of starts.entries()) {
    const next = starts[i + 1];
    const run = runs.at(-1);
    if (run !== undefined) run.end = base;
    if (run !== undefined && base === run.base + run.count * run.length) {
      run.count++;
      run.end = next ?? base + run.length;
    } else {
      const length = (next ?? base) - base || run?.length || 1;
      runs.push({ base, length, count: 1, end: next ?? base + length });
    }
  }
  return runs;
}
