import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RecordedItem } from '@cnapp-slo/model';
import { hostMinute } from '@cnapp-slo/model';
import { CommandError } from '../command.ts';

/** Criticality and tier of an asset by its names. */
export type Place = Pick<RecordedItem, 'criticality' | 'tier'>;

/** Column names in the order of preference; the time is in seconds since 1970. */
const COLUMNS = {
  time: ['time', 'at'],
  host: ['host', 'asset'],
  rule: ['short', 'rule'],
  phase: ['time_label', 'phase'],
} as const;
/** Labels for what belongs to no attack. */
const NO_PHASE = new Set(['', '-', 'false_positive']);

/**
 * A CSV of raw alerts, a line each, with the attack phase it was labelled with: as public data sets have them (AIT-ADS). The lines are
 * telemetry that rules read downstream, not our findings: they are of the class `log`.
 */
export function* alertTable(file: string, placeOf: (names: readonly string[]) => Place): Generator<RecordedItem> {
  const raw = readFileSync(file);
  const text = (/\.gz$/i.test(file) ? gunzipSync(raw) : raw).toString('utf8');
  const [head = '', ...lines] = text.split('\n');
  const names = head.trim().split(',');
  const columns = Object.entries(COLUMNS).map(([column, wanted]) => {
    const at = names.findIndex((name) => (wanted as readonly string[]).includes(name));
    if (at < 0) throw new CommandError(`${file}: no column ${wanted.join(' or ')}; is it a table of alerts?`);
    return [column, at] as const;
  });
  const index = Object.fromEntries(columns) as Record<keyof typeof COLUMNS, number>;
  for (const line of lines) {
    if (line === '') continue;
    const fields = fieldsOf(line);
    const atMs = Number(fields[index.time]) * 1000;
    if (!Number.isFinite(atMs)) continue;
    const host = fields[index.host] ?? 'unknown';
    const rule = fields[index.rule] ?? 'unknown';
    const phase = fields[index.phase] ?? '';
    yield {
      atMs,
      events: 1,
      bytes: Buffer.byteLength(line) + 1,
      unit: hostMinute(host, atMs),
      template: rule,
      asset: host,
      source: file,
      eventClass: 'log',
      rule,
      phase: NO_PHASE.has(phase) ? null : `${file} ${phase}`,
      ...placeOf([host]),
    };
  }
}

/** Fields of a line, quoted or not (RFC 4180); quoted ones hold no line break here. */
function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.trimEnd().split(',');
  return [...line.trimEnd().matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
