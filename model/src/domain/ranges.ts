/** Stretches of time, half open, epoch ms. Lists of them are sorted and do not touch. */
export type Range = readonly [fromMs: number, toMs: number];

/** The union with one more; the list itself when it covers that already. In any order the same. */
export function addRange(ranges: readonly Range[], [fromMs, toMs]: Range): readonly Range[] {
  if (toMs <= fromMs || ranges.some((range) => range[0] <= fromMs && toMs <= range[1])) return ranges;
  const apart = ranges.filter((range) => range[1] < fromMs || range[0] > toMs);
  const touching = ranges.filter((range) => range[1] >= fromMs && range[0] <= toMs);
  const from = Math.min(fromMs, ...touching.map((range) => range[0]));
  const to = Math.max(toMs, ...touching.map((range) => range[1]));
  return [...apart, [from, to] as const].sort((a, b) => a[0] - b[0]);
}

export function unionOf(lists: readonly (readonly Range[])[]): readonly Range[] {
  let union: readonly Range[] = [];
  for (const list of lists) for (const range of list) union = addRange(union, range);
  return union;
}

export function intersection(a: readonly Range[], b: readonly Range[]): Range[] {
  const common: Range[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i] as Range, b[j] as Range];
    const range: Range = [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
    if (range[1] > range[0]) common.push(range);
    if (one[1] < other[1]) i += 1;
    else j += 1;
  }
  return common;
}

/** What of `a` is not in `b`. */
export function difference(a: readonly Range[], b: readonly Range[]): Range[] {
  const left: Range[] = [];
  for (const [fromMs, toMs] of a) {
    let at = fromMs;
    for (const cut of b) {
      if (cut[1] <= at || cut[0] >= toMs) continue;
      if (cut[0] > at) left.push([at, cut[0]]);
      at = Math.max(at, cut[1]);
    }
    if (at < toMs) left.push([at, toMs]);
  }
  return left;
}

/** How much of [fromMs, toMs) the ranges cover. */
export function commonMs(ranges: readonly Range[], fromMs: number, toMs: number): number {
  let sum = 0;
  for (const range of ranges) sum += Math.max(0, Math.min(range[1], toMs) - Math.max(range[0], fromMs));
  return sum;
}

export function lengthMs(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0);
}

export function covers(ranges: readonly Range[], atMs: number): boolean {
  return ranges.some(([fromMs, toMs]) => fromMs <= atMs && atMs < toMs);
}
