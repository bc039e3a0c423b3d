import type { ListQuery, Page } from '@cnapp-slo/model';

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** `28d`, `6h`, `90m` → milliseconds; throws RangeError naming what it got. */
export function windowMs(window: string): number {
  const match = /^(\d{1,6})([smhdw])$/.exec(window);
  const ms = match ? Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0) : 0;
  if (ms <= 0) throw new RangeError(`window: ${JSON.stringify(window)} is no duration like 28d or 6h`);
  return ms;
}

/** An opaque cursor over a list's position. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Throws RangeError for a cursor that is not ours. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new RangeError('cursor: not a cursor of this list');
  }
  const isOurs =
    Array.isArray(value) &&
    value.length === length &&
    value.every((part) => typeof part === 'string' || typeof part === 'number');
  if (!isOurs) throw new RangeError('cursor: not a cursor of this list');
  return value as (string | number)[];
}

const DEFAULT_LIMIT = 100;

/** Where the query's page begins among all rows. */
export function placeOf({ cursor }: Pick<ListQuery, 'cursor'>): number {
  return cursor === undefined ? 0 : Number(decodeCursor(cursor, 1)[0]);
}

/** The rows that the query's cursor and limit ask for, as JSON. */
export function pageOf<S, T>(
  rows: readonly S[],
  query: Pick<ListQuery, 'cursor' | 'limit'>,
  toJson: (row: S) => T,
): Page<T> {
  const offset = placeOf(query);
  const limit = query.limit ?? DEFAULT_LIMIT;
  const items = rows.slice(offset, offset + limit).map(toJson);
  return { items, next_cursor: offset + limit < rows.length ? encodeCursor([offset + limit]) : null };
}
