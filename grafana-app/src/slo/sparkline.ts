import type { SeriesPoint } from '@cnapp-slo/model';

export interface SparklineShape {
  /** `x,y x,y …` for each stretch without a gap. */
  lines: string[];
  objectiveY: number | null;
  last: { x: number; y: number } | null;
}

/** The smallest range that is drawn over the full height: two percent of noise must not look like a cliff. */
const smallestRange = 0.05;
const padding = 4;

/**
 * Where a trend's points lie in a box of `width` × `height`, with the objective inside it. Without any ratio the trend is that of the value, which has no
 * objective.
 */
export function sparklineOf(
  series: readonly SeriesPoint[],
  ratioObjective: number | null,
  width: number,
  height: number,
): SparklineShape {
  const hasRatio = series.some(({ ratio }) => ratio !== null);
  const points = series.map(({ ratio, value }) => (hasRatio ? ratio : value));
  const objective = hasRatio ? ratioObjective : null;
  const known = points.filter((point) => point !== null);
  if (known.length === 0) return { lines: [], objectiveY: null, last: null };
  const all = objective === null ? known : [...known, objective];
  const top = Math.max(...all);
  const smallest = hasRatio ? smallestRange : Math.abs(top) * smallestRange || 1;
  const bottom = Math.min(...all, top - smallest);
  const y = (point: number) => round(padding + ((top - point) / (top - bottom)) * (height - 2 * padding));
  const x = (index: number) => round((index / Math.max(points.length - 1, 1)) * (width - padding));
  const stretches: { x: number; y: number }[][] = [[]];
  points.forEach((point, index) => {
    if (point === null) stretches.push([]);
    else stretches.at(-1)?.push({ x: x(index), y: y(point) });
  });
  const drawn = stretches.filter((stretch) => stretch.length > 0);
  return {
    lines: drawn.map((stretch) => stretch.map((point) => `${point.x},${point.y}`).join(' ')),
    objectiveY: objective === null ? null : y(objective),
    last: drawn.at(-1)?.at(-1) ?? null,
  };
}

const round = (value: number) => Number(value.toFixed(1));
