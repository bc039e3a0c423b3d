import { setTimeout as delay } from 'node:timers/promises';
import type { SliReport } from '@cnapp-slo/model';
import { inUnit, percent, utcText } from '../api/pages/humanize.ts';
import { ApiClient, clientHelp, clientOptions, describeProblem } from './client.ts';
import { CommandError, command, type Io, UsageError } from './command.ts';
import { filesUnder, piecesOf } from './files.ts';
import { textTable } from './table.ts';

const help = `Usage: cnapp import PATH... [options]

History into the running processor: files and folders of what tools wrote (JSON, NDJSON, YAML, CSV, TSV, XML, gzip). The formats are
recognised by their content. It counts as backfill: in every report, in no alert. Importing the same again adds nothing.
  --format ID       take every document as this format
  --tenant NAME     whose it is (default: the token's, else default)
  --json            a line a file: {file, records, rejected, from, to, message, error}
${clientHelp}`;

const text = { type: 'string' } as const;
/** The processor commits what waits together, so that a few under way go faster than one. */
const underWay = 4;
const maxTries = 10;

interface FileResult {
  file: string;
  records: number;
  rejected: number;
  /** Times of the earliest and the latest event, RFC 3339. */
  from: string | null;
  to: string | null;
  /** Why something was refused, the first reason first. */
  message: string | null;
  /** Why nothing of the file was taken; `unreadable` ones hold no document at all. */
  error: string | null;
  unreadable: boolean;
}

export const run = command(
  'import',
  help,
  { ...clientOptions, format: text, tenant: text, json: { type: 'boolean' } },
  async ({ values: { url, json, format, tenant }, positionals }, io) => {
    if (positionals.length === 0) throw new UsageError('import what? Name files or folders');
    const api = new ApiClient(url, io.env);
    const results: FileResult[] = [];
    const files = filesUnder(positionals);
    const sendFiles = async () => {
      for (const file of files) {
        const result = await sendFile(api, file, { format, tenant });
        results.push(result);
        if (json) io.stdout.write(`${JSON.stringify({ ...result, unreadable: undefined })}\n`);
      }
    };
    await Promise.all(Array.from({ length: underWay }, sendFiles));
    if (!json) {
      report(results, io);
      await describeHistory(api, results, tenant, io);
    }
    const isFailed = results.some(({ error, unreadable }) => error !== null && !unreadable);
    return isFailed || results.every(({ error }) => error !== null) ? 1 : 0;
  },
);

async function sendFile(
  api: ApiClient,
  file: string,
  query: { format: string | undefined; tenant: string | undefined },
): Promise<FileResult> {
  const result: FileResult = {
    file,
    records: 0,
    rejected: 0,
    from: null,
    to: null,
    message: null,
    error: null,
    unreadable: false,
  };
  try {
    for await (const piece of piecesOf(file)) {
      const { records, rejected, message, from, to } = await send(api, { ...query, path: file }, piece);
      result.records += records;
      result.rejected += rejected;
      result.message ??= message;
      result.from = [result.from, from].filter((time) => time !== null).sort()[0] ?? null;
      result.to =
        [result.to, to]
          .filter((time) => time !== null)
          .sort()
          .at(-1) ?? null;
    }
  } catch (error) {
    // Without a processor there is no sense in going on.
    if (error instanceof CommandError) throw error;
    result.error = error instanceof Error ? error.message : String(error);
    result.unreadable = error instanceof Unreadable;
  }
  return result;
}

class Unreadable extends Error {}

interface ImportAnswer {
  records: number;
  rejected: number;
  message: string | null;
  from: string | null;
  to: string | null;
}

/** Sends until it is taken or refused for good; waits while the processor is busy. */
async function send(
  api: ApiClient,
  query: Readonly<Record<string, string | undefined>>,
  piece: Uint8Array<ArrayBuffer>,
): Promise<ImportAnswer> {
  for (let tries = 1; ; tries += 1) {
    const sent = await api.post<ImportAnswer>('/import', query, piece);
    if (sent.ok) return sent.answer;
    const { problem, retryAfterSeconds } = sent;
    if (problem.status === 401 || problem.status === 403) throw new CommandError(describeProblem(problem));
    if (problem.status === 503 && tries < maxTries) {
      await delay((retryAfterSeconds || 1) * 1000);
      continue;
    }
    if (problem.status === 400) throw new Unreadable(describeProblem(problem));
    throw new Error(describeProblem(problem));
  }
}

function report(results: readonly FileResult[], io: Io): void {
  const rows = results.map(({ file, records, rejected, message, error }) => [
    file,
    String(records),
    String(rejected),
    error ?? message ?? '',
  ]);
  const sum = (name: 'records' | 'rejected') => results.reduce((total, result) => total + result[name], 0);
  const total = [`${results.length} files`, String(sum('records')), String(sum('rejected')), ''];
  io.stdout.write(textTable(['FILE', 'RECORDS', 'REJECTED', 'WHY'], [...rows, total], ['RECORDS', 'REJECTED']));
}

/** What the history comes to: the SLIs where it ends, which may be long ago. */
async function describeHistory(
  api: ApiClient,
  results: readonly FileResult[],
  tenant: string | undefined,
  io: Io,
): Promise<void> {
  const from = results.flatMap((result) => result.from ?? []).sort()[0];
  const until = results
    .flatMap((result) => result.to ?? [])
    .sort()
    .at(-1);
  if (from === undefined || until === undefined) return;
  const { items } = await api.get<{ items: SliReport[] }>('/slis', { until, tenant });
  const rows = items.map(({ id, value, unit, ratio, good, bad, reason }) => [
    id,
    value === null ? 'no data' : inUnit(value, unit),
    ratio === null ? '' : percent(ratio),
    String(good),
    String(bad),
    reason ?? '',
  ]);
  io.stdout.write(`\nEvents of ${utcText(from)} to ${utcText(until)}. Each SLI over its window up to there:\n\n`);
  io.stdout.write(textTable(['SLI', 'VALUE', 'RATIO', 'GOOD', 'BAD', 'WHY'], rows, ['VALUE', 'RATIO', 'GOOD', 'BAD']));
  io.stdout.write(`\nEpisode by episode: npx cnapp explain SLI --until ${until}\n`);
}
