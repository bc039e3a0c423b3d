import type { Observation, SliReport } from '@cnapp-slo/model';
import { exactPercent, inUnit, percent, utcText, words } from '../api/pages/humanize.ts';
import { type App, createApp } from '../app.ts';
import { recognise } from '../formats/index.ts';
import { CommandError, command, UsageError } from './command.ts';
import { filesUnder, piecesOf } from './files.ts';
import { mainFormat, ReplaySources } from './replay-sources.ts';
import { textTable } from './table.ts';

const help = `Usage: cnapp replay PATH... [options]

What the processor makes of files and folders, in a store of its own that is forgotten afterwards: per file the format, events found,
recognised, findings and what was rejected; per source also what became of them (episodes, incidents) and how long it took; then the SLIs as they
stood when the last event happened.
  --format ID       take every document as this format
  --as-of TIME      SLIs as of this RFC 3339 time instead
  --json            a line a file, no SLIs: {file, format, events, recognised, findings, rejected}
`;

const text = { type: 'string' } as const;

interface FileReplay {
  file: string;
  /** The format of most of its documents; null: none that is known. */
  format: string | null;
  events: number;
  recognised: number;
  findings: number;
  rejected: number;
}

export const run = command(
  'replay',
  help,
  { format: text, 'as-of': text, json: { type: 'boolean' } },
  async ({ values, positionals }, io) => {
    if (positionals.length === 0) throw new UsageError('replay what? Name files or folders');
    const asOfMs = values['as-of'] === undefined ? null : Date.parse(values['as-of']);
    if (Number.isNaN(asOfMs)) throw new UsageError('--as-of: want an RFC 3339 time such as 2026-01-31T12:00:00Z');
    const attributes = values.format === undefined ? {} : { 'cnapp.format': values.format };
    const startedMs = Date.now();
    const replays: FileReplay[] = [];
    const sources = new ReplaySources();
    let lastEventMs = 0;
    for (const file of filesUnder(positionals)) {
      const replay: FileReplay = { file, format: null, events: 0, recognised: 0, findings: 0, rejected: 0 };
      const byFormat: Record<string, number> = {};
      for await (const piece of readable(file)) {
        const before = performance.now();
        const found = recognise(piece, { resource: {}, attributes, receivedMs: startedMs, path: file });
        sources.add(found, performance.now() - before);
        replay.events += found.events;
        replay.recognised += found.recognised;
        replay.findings += found.observations.filter(({ kind }) => kind === 'finding').length;
        replay.rejected += found.rejections.length;
        for (const [format, times] of Object.entries(found.byFormat))
          byFormat[format] = (byFormat[format] ?? 0) + times;
        lastEventMs = found.observations.reduce(
          (last, observation) => Math.max(last, happenedMs(observation, startedMs)),
          lastEventMs,
        );
      }
      replay.format = mainFormat(byFormat);
      replays.push(replay);
      if (values.json) io.stdout.write(`${JSON.stringify(replay)}\n`);
    }
    if (values.json) return 0;
    const nowMs = asOfMs ?? (lastEventMs || startedMs);
    const { slis, sourcesTable } = await processed(replays, attributes, nowMs, sources);
    io.stdout.write(`${filesTable(replays)}\n${sourcesTable}\n`);
    io.stdout.write(`SLIs as of ${utcText(new Date(nowMs).toISOString())}\n\n${slisTable(slis)}`);
    return 0;
  },
);

/** Reading a file is the one thing here that the outside can break. */
async function* readable(file: string) {
  try {
    yield* piecesOf(file);
  } catch (error) {
    throw new CommandError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** 0 for what has no time of its own, or one that has not come yet. */
function happenedMs({ atMs }: Observation, nowMs: number): number {
  return atMs < nowMs ? atMs : 0;
}

/** The whole processor, listening nowhere, with its clock at the end of the recording. */
async function processed(
  replays: readonly FileReplay[],
  headers: Record<string, string>,
  nowMs: number,
  sources: ReplaySources,
): Promise<{ slis: SliReport[]; sourcesTable: string }> {
  const app: App = await createApp({ storage: { path: ':memory:' } }, () => nowMs);
  for (const { file, format, recognised } of replays) {
    if (recognised === 0) continue;
    const before = performance.now();
    for await (const bytes of readable(file)) {
      await app.intake.accept({
        transport: 'import',
        encoding: 'native',
        signal: 'logs',
        bytes,
        receivedMs: nowMs,
        headers: { ...headers, path: file },
        backfill: true,
      });
    }
    sources.spend(format, performance.now() - before);
  }
  const result = { slis: app.slis.list(), sourcesTable: sources.table(app.estate) };
  await app.stop();
  return result;
}

function filesTable(replays: readonly FileReplay[]): string {
  const sum = (name: 'events' | 'recognised' | 'findings' | 'rejected') =>
    String(replays.reduce((total, replay) => total + replay[name], 0));
  return textTable(
    ['FILE', 'FORMAT', 'EVENTS', 'RECOGNISED', 'FINDINGS', 'REJECTED'],
    [
      ...replays.map(({ file, format, events, recognised, findings, rejected }) => [
        file,
        format ?? 'unknown',
        ...[events, recognised, findings, rejected].map(String),
      ]),
      [`${replays.length} files`, '', sum('events'), sum('recognised'), sum('findings'), sum('rejected')],
    ],
    ['EVENTS', 'RECOGNISED', 'FINDINGS', 'REJECTED'],
  );
}

function slisTable(reports: readonly SliReport[]): string {
  return textTable(
    ['SLI', 'RATIO', 'VALUE', 'OBJECTIVE', 'GOOD', 'BAD', 'EXCLUDED', 'STATUS', 'WHY'],
    reports.map((sli) => [
      sli.id,
      sli.ratio === null ? 'no data' : percent(sli.ratio),
      sli.value === null ? 'no data' : inUnit(sli.value, sli.unit),
      sli.objective === null ? 'none' : exactPercent(sli.objective),
      String(sli.good),
      String(sli.bad),
      String(Object.values(sli.excluded).reduce((total, times) => total + times, 0)),
      words(sli.status),
      sli.reason ?? '',
    ]),
    ['RATIO', 'VALUE', 'OBJECTIVE', 'GOOD', 'BAD', 'EXCLUDED'],
  );
}
