/** What happened, as a backtest reads it: events, or increments of counters, in order of time. */

export interface Step {
  /** When they were decided; epoch ms. */
  atMs: number;
  good: number;
  bad: number;
  /** How many of the bad ones repeat a cause that is known: they burn the budget, and say nothing new about chance. */
  repeated?: number;
  /** What they have in common, such as one advisory that hits many workloads. */
  cause?: string;
}

/** NDJSON of events, `{"at": RFC 3339 or epoch ms, "outcome": "good" | "bad", "cause"?: …, "count"?: n}`. */
export function readEvents(text: string): { steps: Step[]; rejected: { line: number; reason: string }[] } {
  const steps: Step[] = [];
  const rejected: { line: number; reason: string }[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const step = readEvent(line);
    if (typeof step === 'string') rejected.push({ line: i + 1, reason: step });
    else steps.push(step);
  }
  return { steps: steps.toSorted(byTime), rejected };
}

function readEvent(line: string): Step | string {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return 'no JSON';
  }
  if (typeof event !== 'object' || event === null) return 'no object';
  const { at, outcome, count = 1, cause } = event as Record<string, unknown>;
  const atMs = typeof at === 'number' ? at : typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (!Number.isFinite(atMs)) return '"at" is no time';
  if (outcome !== 'good' && outcome !== 'bad') return '"outcome" is neither good nor bad';
  if (typeof count !== 'number' || !(count >= 0)) return '"count" is no number';
  const step: Step = { atMs, good: outcome === 'good' ? count : 0, bad: outcome === 'bad' ? count : 0 };
  return typeof cause === 'string' ? { ...step, cause } : step;
}

/** One series of Prometheus' range API: `values` are [Unix seconds, number as text]. */
export interface RangeSeries {
  metric: Record<string, string>;
  values: [number, string][];
}

/** Two counters over the same range → their increments. A fall is a restart: what is counted since then is new. */
export function fromCounters(bad: readonly RangeSeries[], total: readonly RangeSeries[]): Step[] {
  const steps = new Map<number, Step>();
  const at = (seconds: number): Step => {
    const atMs = Math.round(seconds * 1000);
    const step = steps.get(atMs) ?? { atMs, good: 0, bad: 0 };
    steps.set(atMs, step);
    return step;
  };
  for (const [seconds, increment] of bad.flatMap(increments)) {
    const step = at(seconds);
    step.bad += increment;
    step.good -= increment;
  }
  for (const [seconds, increment] of total.flatMap(increments)) at(seconds).good += increment;
  return [...steps.values()].map((step) => ({ ...step, good: Math.max(0, step.good) })).toSorted(byTime);
}

function increments({ values }: RangeSeries): [number, number][] {
  const pairs: [number, number][] = [];
  for (let i = 1; i < values.length; i++) {
    const [before, now] = [values[i - 1], values[i]];
    if (before === undefined || now === undefined) continue;
    const [from, to] = [Number(before[1]), Number(now[1])];
    if (!Number.isFinite(from) || !Number.isFinite(to)) continue;
    pairs.push([now[0], to >= from ? to - from : to]);
  }
  return pairs;
}

/** Of the bad events of one cause only the first within `withinMs` is new: one advisory is one miss, on however many workloads. */
export function markRepeats(steps: readonly Step[], withinMs: number): Step[] {
  const lastSeen = new Map<string, number>();
  return steps.map((step) => {
    const { atMs, bad, cause } = step;
    if (bad === 0 || cause === undefined) return step;
    const last = lastSeen.get(cause);
    lastSeen.set(cause, atMs);
    const isNew = last === undefined || atMs - last > withinMs;
    return { ...step, repeated: isNew ? bad - 1 : bad };
  });
}

const byTime = (a: Step, b: Step): number => a.atMs - b.atMs;
