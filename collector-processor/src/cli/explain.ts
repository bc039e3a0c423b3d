import type { ExplainItem, ExplainPage, SliReport } from '@cnapp-slo/model';
import { duration, exactPercent, inUnit, percent, utcText, words } from '../api/pages/humanize.ts';
import { differencesBetween } from '../reporting/recompute.ts';
import { ApiClient, clientHelp, clientOptions } from './client.ts';
import { command, type Io, UsageError } from './command.ts';
import { plain, textTable } from './table.ts';

const help = `Usage: cnapp explain SLI [options]

The number of an SLI and the episodes behind it, from the running processor. SLI is an id such as mttd-config, mttr, drift-rate.
  --window W        such as 7d (default: the definition's)
  --as-of TIME      what was known then, RFC 3339
  --until TIME      where the window ends, with all that is known; for imported history
  --role ROLE       only good, bad, excluded or pending
  --team, --environment, --severity, --criticality, --provider, --detector-class, --detector, --tenant NAME
  --limit N         episodes to list, at most 500 (default 20)
  --cursor C        the next page, as the page before gave it
  --recompute       compute it again from the ledger alone; exit code 1 if that differs in any bit
  --json            the API's answer as it is
${clientHelp}`;

const text = { type: 'string' } as const;

export const run = command(
  'explain',
  help,
  {
    ...clientOptions,
    window: text,
    'as-of': text,
    until: text,
    role: text,
    team: text,
    environment: text,
    severity: text,
    criticality: text,
    provider: text,
    'detector-class': text,
    detector: text,
    tenant: text,
    limit: { type: 'string', default: '20' },
    cursor: text,
    recompute: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async ({ values, positionals }, io) => {
    const [id, ...rest] = positionals;
    if (id === undefined || rest.length > 0) throw new UsageError('want one SLI');
    const { url, json, recompute, 'as-of': as_of, 'detector-class': detector_class, ...query } = values;
    const api = new ApiClient(url, io.env);
    if (recompute) {
      const { role: _role, limit: _limit, cursor: _cursor, ...slice } = query;
      return recomputeSli(api, id, { ...slice, as_of, detector_class }, io);
    }
    const page = await api.get<ExplainPage>(`/slis/${encodeURIComponent(id)}/explain`, {
      ...query,
      as_of,
      detector_class,
    });
    io.stdout.write(json ? `${JSON.stringify(page)}\n` : describe(page));
    return 0;
  },
);

/** The past is always answered from the ledger: what was now a moment ago is asked for again as of then. */
async function recomputeSli(
  api: ApiClient,
  id: string,
  query: Readonly<Record<string, string | undefined>>,
  io: Io,
): Promise<number> {
  const path = `/slis/${encodeURIComponent(id)}`;
  const stored = await api.get<SliReport>(path, query);
  const recomputed = await api.get<SliReport>(path, { ...query, as_of: stored.as_of });
  const differences = differencesBetween(stored, recomputed);
  const value = stored.value === null ? 'no data' : String(stored.value);
  const outcome = differences.length === 0 ? 'identical to the ledger' : 'NOT as the ledger says:';
  const lines = [`${stored.title} (${stored.id}) as of ${stored.as_of}: value ${value}, ${outcome}`, ...differences];
  io.stdout.write(lines.map((line) => `${plain(line)}\n`).join(''));
  return differences.length === 0 ? 0 : 1;
}

function describe({ sli, counts, items, next_cursor: next }: ExplainPage): string {
  const ratio = sli.ratio === null ? `no data${sli.reason ? ` – ${sli.reason}` : ''}` : percent(sli.ratio);
  const excluded = Object.entries(sli.excluded).map(([reason, times]) => `${words(reason)} ${times}`);
  const burn = Object.entries(sli.budget.burn).map(
    ([lookback, rate]) => `${lookback} ${rate === null ? 'no data' : `${rate.toFixed(1)}×`}`,
  );
  const lines: [string, string][] = [
    ['ratio', ratio],
    ['objective', sli.objective === null ? 'none' : exactPercent(sli.objective)],
    ['value', sli.value === null ? 'no data' : inUnit(sli.value, sli.unit)],
    ['good, bad', `${sli.good}, ${sli.bad}`],
    ['pending', String(counts.pending)],
    ['excluded', `${counts.excluded}${excluded.length > 0 ? ` (${excluded.join(', ')})` : ''}`],
    ['budget left', sli.budget.remaining === null ? 'no data' : percent(sli.budget.remaining)],
    ['burn', burn.join(', ')],
    [
      'trust',
      `coverage ${sli.coverage === null ? 'no data' : percent(sli.coverage)}, ${sli.final ? 'final' : 'provisional'}`,
    ],
    ['window', `${sli.window} to ${utcText(sli.until ?? sli.as_of)}, definition version ${sli.definition_version}`],
  ];
  const head = `${sli.title} (${sli.id}, ${sli.code}): ${words(sli.status)}\n`;
  const facts = lines.map(([name, value]) => `  ${name.padEnd(12)} ${value}\n`).join('');
  const heads = ['ROLE', 'REASON', 'DURATION', 'SEVERITY', 'TEAM', 'FINDING', 'ASSET', 'EPISODE', 'CLOCKS'];
  const table = items.length === 0 ? 'No episode.\n' : textTable(heads, items.map(row), ['DURATION']);
  return `${plain(head.trimEnd())}\n${facts.replaceAll('\u202f', ' ')}\n${table}${next === null ? '' : `\nNext page: --cursor ${next}\n`}`;
}

function row(item: ExplainItem): string[] {
  return [
    item.role,
    words(item.reason ?? ''),
    item.duration_seconds === null ? 'no data' : duration(item.duration_seconds),
    item.severity,
    item.team,
    item.title,
    item.asset_id,
    item.episode_id,
    clocksText(item),
  ];
}

/** The first clock in full, the others by what came after the one before. */
function clocksText({ clocks }: ExplainItem): string {
  const inOrder = Object.entries(clocks).toSorted(([, a], [, b]) => Date.parse(a.at) - Date.parse(b.at));
  const texts = inOrder.map(([name, { at, precision }], index) => {
    const before = inOrder[index - 1]?.[1].at;
    const when = before === undefined ? at : `+${duration((Date.parse(at) - Date.parse(before)) / 1000)}`;
    return `${name.slice(2)} ${when}${precision === 'exact' ? '' : ` (${precision})`}`;
  });
  return texts.join(', ');
}
