import type { Envelope, Json } from '@cnapp-slo/model';

/** Earliest event time we believe: sources send 0001-01-01 or 1970 for "unknown". 2000-01-01. */
const EARLIEST_MS = 946_684_800_000;
/** Latest: 2100-01-01. Overflowed nanoseconds and "2200-…" placeholders lie beyond. */
const LATEST_MS = 4_102_444_800_000;

/** `2016-08-12 15:23:28 UTC`, `2016-08-12 15:23:28 +0200`, `…+0000` and a space for the T, as `Date.parse` of every engine wants it. */
const LOOSE =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?( m=.*| [A-Z]{3,5})?$/;

/**
 * Epoch ms of a time in any of the ways in which sources write one: RFC 3339 with any number of fraction digits, a space for the T,
 * zones without colon, no zone (UTC), epoch seconds, milliseconds, microseconds or nanoseconds as number or digits. Undefined when it is none or lies
 * outside 2000…2100.
 */
export function parseTime(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value === '') return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return fromEpoch(Number(text));
  const match = LOOSE.exec(text);
  if (match === null) return plausible(Date.parse(text));
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
    Number((fraction ?? '').padEnd(3, '0').slice(0, 3)),
  );
  return plausible(ms - zoneMs(zone));
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const digits = zone.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Seconds below 1e11 (Prowler sends them where OCSF wants ms), then ms, µs and ns, each a thousand times the last. */
function fromEpoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  if (value < 1e11) return plausible(Math.round(value * 1000));
  if (value < 1e14) return plausible(Math.round(value));
  if (value < 1e17) return plausible(Math.floor(value / 1000));
  return plausible(Math.floor(value / 1e6));
}

function plausible(ms: number): number | undefined {
  return Number.isFinite(ms) && ms >= EARLIEST_MS && ms < LATEST_MS ? ms : undefined;
}

/** The event time: the first of the tool's own times that is one, else the record's, else the receipt. */
export function eventTime(envelope: Envelope, ...candidates: (Json | undefined)[]): number {
  for (const candidate of candidates) {
    const ms = parseTime(candidate);
    if (ms !== undefined) return ms;
  }
  return plausible(envelope.recordTimeMs ?? Number.NaN) ?? envelope.receivedMs;
}
