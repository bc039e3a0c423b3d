import type { Json, JsonObject } from '@cnapp-slo/model';

/** Numbers in 0…1 that depend on the seed alone (mulberry32, public domain), so that a failure can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** What senders put where something else is expected. */
const ODD: readonly Json[] = [
  null,
  true,
  0,
  -1,
  1e308,
  2 ** 64,
  Number.MIN_VALUE,
  '',
  ' ',
  '\u0000',
  '\ud800 lone surrogate',
  '漢字 ☃ \u202e',
  '<NA>',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  'arn:',
  'arn:aws:::::',
  '//',
  'sha256:',
  '%E0%A4%A',
  'a'.repeat(4000),
  `${'('.repeat(500)}${'/'.repeat(500)}`,
  [],
  [null],
  [[[[]]]],
  {},
  { name: null },
  { id: { id: { id: [] } } },
];

/** The document with up to three changes, away from the given paths (and from what holds them, so that they stay as they are). */
export function mutateDocument(doc: Json, keep: readonly string[], random: Random): Json {
  const copy = structuredClone(doc);
  const places = placesOf(copy, keep);
  if (places.length === 0) return copy;
  const times = 1 + Math.floor(random() * 3);
  for (let i = 0; i < times; i += 1) change(pick(random, places), random);
  return copy;
}

interface Place {
  holder: JsonObject | Json[];
  key: string | number;
}

/** Members that may change. What holds a kept path may not, nor is the last item of a list removed that is kept. */
function placesOf(root: Json, keep: readonly string[]): Place[] {
  const places: Place[] = [];
  const isHeld = (path: string): boolean => keep.some((kept) => kept === path || kept.startsWith(`${path}.`));
  const walk = (value: Json, path: string, depth: number): void => {
    if (depth > 12 || places.length > 5000 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      value.slice(0, 20).forEach((item, i) => {
        if (!isHeld(path)) places.push({ holder: value, key: i });
        walk(item, path, depth + 1);
      });
      return;
    }
    for (const [key, item] of Object.entries(value)) {
      const here = path === '' ? key : `${path}.${key}`;
      if (!isHeld(here)) places.push({ holder: value, key });
      walk(item, here, depth + 1);
    }
  };
  walk(root, '', 0);
  return places;
}

function change({ holder, key }: Place, random: Random): void {
  const kind = random();
  if (Array.isArray(holder)) {
    if (kind < 0.3) holder.push(...holder.slice(0, 50));
    else holder[key as number] = pick(random, ODD);
    return;
  }
  const name = key as string;
  if (kind < 0.35) delete holder[name];
  else if (kind < 0.5) holder[`zz_${Math.floor(random() * 1e6)} ☃`] = pick(random, ODD);
  else if (kind < 0.6) {
    const value = holder[name];
    delete holder[name];
    if (value !== undefined) holder[name] = value; // last now
  } else holder[name] = pick(random, ODD);
}

/** The bytes with a few flipped, cut, doubled, or put in the wrong place. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = (): number => Math.floor(random() * bytes.length);
  const copy = Uint8Array.from(bytes);
  const kind = random();
  if (kind < 0.4) {
    for (let i = 0; i < 1 + random() * 8; i += 1) copy[at()] = Math.floor(random() * 256);
    return copy;
  }
  if (kind < 0.6) return copy.subarray(0, at());
  if (kind < 0.7) return copy.subarray(at());
  const [from, to] = [at(), at()].sort((a, b) => a - b) as [number, number];
  const part = copy.subarray(from, Math.min(to, from + 4096));
  const place = at();
  return Uint8Array.from([...copy.subarray(0, place), ...part, ...copy.subarray(place)]);
}
