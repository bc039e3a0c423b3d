/** `cnapp slo backtest IN…`: what an SLO's alerts would have done, over recorded events, a Prometheus, or chance. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  type BacktestReport,
  backtest,
  falseAlerts,
  fromCounters,
  hasErrors,
  markRepeats,
  type RangeSeries,
  type RecordedReport,
  readEvents,
  readSlos,
  recordedQuery,
  recordedReport,
  type Slo,
  type Step,
} from '@cnapp-slo/alert-rules';
import { positive, printProblems, readInputs } from './input.ts';
import { type CliIo, EXIT, UsageError } from './io.ts';
import { ledgerSteps } from './ledger.ts';
import { prometheusClient } from './prometheus.ts';

const options = {
  slo: { type: 'string' },
  events: { type: 'string' },
  ledger: { type: 'string' },
  'bad-range': { type: 'string' },
  'total-range': { type: 'string' },
  prometheus: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  simulate: { type: 'string' },
  'events-per-day': { type: 'string', default: '12' },
  seed: { type: 'string', default: '1' },
  recorded: { type: 'boolean', default: false },
  'group-causes': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

export async function runBacktest(argv: string[], io: CliIo): Promise<number> {
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  const named = [values.events, values.ledger, values['total-range'], values.prometheus, values.simulate];
  const sources = named.filter((source) => source !== undefined);
  if (sources.length !== 1) {
    throw new UsageError('name one of --events, --ledger, --bad-range with --total-range, --prometheus and --simulate');
  }
  if (values.recorded && values.prometheus === undefined) throw new UsageError('--recorded needs --prometheus URL');
  const { slos, problems } = readSlos(await readInputs(positionals));
  printProblems(problems, io);
  const wanted = slos.filter(({ id }) => values.slo === undefined || id === values.slo);
  if (wanted.length === 0) throw new UsageError(`there is no SLO ${values.slo ?? 'in the input'}`);
  const print = (slo: Slo, report: object, lines: string[]) =>
    io.stdout.write(values.json ? `${JSON.stringify({ slo: slo.id, ...report })}\n` : `${lines.join('\n')}\n`);

  for (const slo of wanted) {
    if (values.simulate !== undefined) {
      const settings = {
        years: positive('--simulate', values.simulate),
        eventsPerDay: positive('--events-per-day', values['events-per-day']),
        seed: positive('--seed', values.seed),
        clusterSize: 1,
        grouped: false,
      };
      const regime = slo.exactCounts?.lowTraffic === true ? ('auto' as const) : (1 as const);
      const rates = falseAlerts(slo, { ...settings, regime });
      print(slo, { ...settings, ...rates }, [
        `${slo.id}: exactly on budget at ${settings.eventsPerDay} events a day, ${settings.years} years, seed ${settings.seed}`,
        `  false pages a year    ${rates.pages.toFixed(2)}`,
        `  false tickets a year  ${rates.tickets.toFixed(2)}`,
      ]);
      continue;
    }
    if (values.recorded) {
      const report = await readRecorded(slo, values);
      print(slo, report, describeRecorded(slo, report));
      continue;
    }
    const steps = await readSteps(slo, values, io);
    const report = backtest(slo, values['group-causes'] ? markRepeats(steps, slo.period.ms) : steps);
    print(slo, report, describe(slo, report));
  }
  return hasErrors(problems) ? EXIT.problems : EXIT.ok;
}

interface Sources {
  events?: string;
  ledger?: string;
  'bad-range'?: string;
  'total-range'?: string;
  prometheus?: string;
  from?: string;
  to?: string;
}

async function readSteps(slo: Slo, values: Sources, io: CliIo): Promise<Step[]> {
  if (values.events !== undefined) return fromFile(values.events, io);
  if (values.ledger !== undefined) return ledgerSteps(values.ledger, slo);
  if (values['total-range'] === undefined) return fromPrometheus(slo, values);
  return fromCounters(
    await readRange('--bad-range', values['bad-range']),
    await readRange('--total-range', values['total-range']),
  );
}

/** What Prometheus' `/api/v1/query_range` answered, saved as a file. */
async function readRange(name: string, path: string | undefined): Promise<RangeSeries[]> {
  if (path === undefined) throw new UsageError(`${name} FILE is required beside the other range`);
  const answer = parseJson(await readText(path)) as { data?: { resultType?: string; result?: RangeSeries[] } } | null;
  if (answer?.data?.resultType !== 'matrix' || !Array.isArray(answer.data.result)) {
    throw new UsageError(`${path} is no answer of query_range`);
  }
  return answer.data.result;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch(() => {
    throw new UsageError(`no such file: ${path}`);
  });

async function fromFile(path: string, io: CliIo): Promise<Step[]> {
  const text = await readText(path);
  const { steps, rejected } = readEvents(text);
  for (const { line, reason } of rejected) io.stderr.write(`${path}:${line} rejected: ${reason}\n`);
  return steps;
}

const STEP_MS = 60_000;

async function fromPrometheus(slo: Slo, values: Sources): Promise<Step[]> {
  const [from, to] = [time('--from', values.from), time('--to', values.to)];
  const { sli } = slo;
  if (sli.kind !== 'events' || sli.total.kind !== 'counter') {
    throw new UsageError(`${slo.id} is not made of counters; backtest it from --events`);
  }
  const client = prometheusClient(values.prometheus ?? '');
  const total = await client.range(sli.total.text, from, to, STEP_MS);
  const counted = await client.range((sli.bad ?? sli.good).text, from, to, STEP_MS);
  if (sli.bad !== null) return fromCounters(counted, total);
  // With good and all events, the bad ones are the rest: swap the two sides.
  return fromCounters(counted, total).map(({ atMs, good, bad }) => ({ atMs, good: bad, bad: good }));
}

/** What the rules that run in that Prometheus have said. */
async function readRecorded(slo: Slo, values: Sources): Promise<RecordedReport> {
  const range = { fromMs: time('--from', values.from), toMs: time('--to', values.to), stepMs: STEP_MS };
  const client = prometheusClient(values.prometheus ?? '');
  return recordedReport(slo, await client.range(recordedQuery(slo), range.fromMs, range.toMs, STEP_MS), range);
}

function time(name: string, text: string | undefined): number {
  const ms = Date.parse(text ?? '');
  if (Number.isNaN(ms)) throw new UsageError(`${name} takes a time such as 2026-03-01T00:00:00Z`);
  return ms;
}

function describe(slo: Slo, report: BacktestReport): string[] {
  const { events, firings, days } = report;
  const promised = report.promisedPerYear === null ? '' : `, promised to be false: ${report.promisedPerYear} a year`;
  const curve = days.filter((_, i) => i % 7 === 0 || i === days.length - 1);
  return [
    `${slo.id}: ${report.from} to ${report.to}, ${events.good} good and ${events.bad} bad`,
    `  would have paged ${report.pages} times (${report.pagesPerYear.toFixed(1)} a year${promised}), ${report.tickets} tickets`,
    ...(report.medianDelaySeconds === null
      ? []
      : [`  median time from the beginning of a burn: ${(report.medianDelaySeconds / 3600).toFixed(1)} h`]),
    ...firings.map(
      ({ tier, severity, fromMs, toMs }) =>
        `  ${severity.padEnd(6)} ${tier.padEnd(12)} ${iso(fromMs)} – ${toMs === null ? 'still firing' : iso(toMs)}`,
    ),
    ...curve.map(
      ({ atMs, budgetRemaining, regime }) =>
        `  ${iso(atMs).slice(0, 10)} budget left ${budgetRemaining === null ? 'unknown' : `${(budgetRemaining * 100).toFixed(1)} %`}, regime ${regime}`,
    ),
  ];
}

function describeRecorded(slo: Slo, report: RecordedReport): string[] {
  const { mode, from, to, pages, tickets, pagesPerYear, firings } = report;
  const promised = report.promisedPerYear === null ? '' : `, promised to be false: ${report.promisedPerYear} a year`;
  const verb = mode === 'measure' ? 'would have paged' : 'paged';
  return [
    `${slo.id}: ${from} to ${to}, as its rules have judged`,
    `  ${verb} ${pages} times (${pagesPerYear.toFixed(1)} a year${promised}), ${tickets} tickets`,
    ...firings.map(
      ({ tier, severity, group, fromMs, toMs }) =>
        `  ${severity.padEnd(6)} ${tier.padEnd(12)} ${Object.values(group).join(' ')} ${iso(fromMs)} – ${toMs === null ? 'still firing' : iso(toMs)}`,
    ),
  ];
}

const iso = (ms: number): string => new Date(ms).toISOString();
