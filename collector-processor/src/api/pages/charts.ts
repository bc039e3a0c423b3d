import type { SeriesPoint } from '@cnapp-slo/model';
import { type Html, html, type Renderable } from './html.ts';
import { clockText, dayText, exactPercent, percent } from './humanize.ts';

const width = 1000;
const height = 100;

/** Places points on the box `width` × `height`; a point without a value breaks the line. */
function linePath(points: readonly { x: number; y: number | null }[]): string {
  let pen = 'M';
  let text = '';
  for (const { x, y } of points) {
    if (y === null) {
      pen = 'M';
      continue;
    }
    text += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
    // A point between two gaps is a short dash, not nothing.
    if (pen === 'M') text += 'h.1';
    pen = 'L';
  }
  return text;
}

interface Scale {
  x: (index: number) => number;
  y: (value: number) => number;
  low: number;
  high: number;
}

/** From a little under the lowest value or objective to 1. */
function ratioScale(points: readonly SeriesPoint[], objective: number | null): Scale {
  const ratios = points.flatMap((point) => (point.ratio === null ? [] : [point.ratio]));
  const lowest = Math.min(objective ?? 1, ...ratios);
  const low = Math.max(0, Math.floor((lowest - (1 - lowest) * 0.2 - 0.005) * 100) / 100);
  return {
    low,
    high: 1,
    x: (index) => (points.length < 2 ? width / 2 : (index / (points.length - 1)) * width),
    y: (value) => height - ((value - low) / (1 - low)) * height,
  };
}

function ratioLines(points: readonly SeriesPoint[], scale: Scale): Html {
  const placed = points.map((point, index) => ({
    x: scale.x(index),
    y: point.ratio === null ? null : scale.y(point.ratio),
  }));
  const firstOpen = points.findIndex((point) => !point.final);
  const settled = firstOpen === -1 ? placed : placed.slice(0, firstOpen);
  const open = firstOpen === -1 ? [] : placed.slice(Math.max(0, firstOpen - 1));
  return html`<path class="line" d="${linePath(settled)}"/><path class="line provisional" d="${linePath(open)}"/>`;
}

function describe(name: string, points: readonly SeriesPoint[], objective: number | null): string {
  const known = points.flatMap((point) => (point.ratio === null ? [] : [point.ratio]));
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return `${name}: no data yet`;
  const below = objective === null ? 0 : known.filter((ratio) => ratio < objective).length;
  const missed = objective === null ? '' : `, below the objective of ${exactPercent(objective)} at ${below} of them`;
  return `${name}: from ${percent(first)} to ${percent(last)} over ${known.length} points${missed}`;
}

/** The ratio as a small line, with the objective dashed. */
export function sparkline(name: string, points: readonly SeriesPoint[], objective: number | null): Html {
  const scale = ratioScale(points, objective);
  return html`<svg class="spark" role="img" aria-label="${describe(name, points, objective)}" viewBox="0 -6 ${width} ${height + 12}" preserveAspectRatio="none">
${objective !== null && html`<path class="objective" d="M0 ${scale.y(objective).toFixed(1)}H${width}"/>`}
${ratioLines(points, scale)}
</svg>`;
}

/** The ratio over time with its objective, and the points where it missed. Provisional points are dashed. */
export function trend(name: string, points: readonly SeriesPoint[], objective: number | null): Html {
  const scale = ratioScale(points, objective);
  const left = (index: number) => `${((scale.x(index) / width) * 100).toFixed(2)}%`;
  const top = (value: number) => `${scale.y(value).toFixed(2)}%`;
  const grid = [scale.low, (scale.low + 1) / 2, 1];
  const marks: Renderable[] = points.map(
    ({ at, ratio, good, bad }, index) =>
      ratio !== null &&
      html`<circle class="${objective !== null && ratio < objective ? 'point missed' : 'point'}" cx="${left(index)}" cy="${top(ratio)}" r="${objective !== null && ratio < objective ? 4 : 2.5}"><title>${dayText(at)}: ${percent(ratio)} (${good.toFixed(0)} good, ${bad.toFixed(0)} bad)</title></circle>`,
  );
  const [first, last] = [points[0], points.at(-1)];
  return html`<figure class="trend">
<svg role="img" aria-label="${describe(name, points, objective)}" width="100%" height="220">
<svg x="0" y="0" width="100%" height="100%" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" overflow="visible">
${grid.map((value) => html`<path class="grid" d="M0 ${scale.y(value).toFixed(1)}H${width}"/>`)}
${objective !== null && html`<path class="objective" d="M0 ${scale.y(objective).toFixed(1)}H${width}"/>`}
${ratioLines(points, scale)}
</svg>
${marks}
${grid.map((value) => html`<text class="tick" x="0" dx="-10" y="${top(value)}" dy="4" text-anchor="end">${percent(value)}</text>`)}
</svg>
<p class="ends" aria-hidden="true"><span>${first && axisText(first.at, points)}</span><span>${last && axisText(last.at, points)}</span></p>
<figcaption class="legend">${objective !== null && html`<span><svg class="key" aria-hidden="true"><path class="objective" d="M0 6H24"/></svg>objective ${exactPercent(objective)}</span> <span><svg class="key" aria-hidden="true"><circle class="point missed" cx="12" cy="6" r="4"/></svg>missed</span>`} <span><svg class="key" aria-hidden="true"><path class="line provisional" d="M0 6H24"/></svg>provisional</span></figcaption>
</figure>`;
}

/** Days over weeks, times within a day or two. */
function axisText(at: string, points: readonly SeriesPoint[]): string {
  const spanMs = Date.parse(points.at(-1)?.at ?? at) - Date.parse(points[0]?.at ?? at);
  return spanMs > 2 * 86_400_000 ? dayText(at) : clockText(at).slice(0, 5);
}

/** How much of the budget is left, as a bar; overspent is an empty one. */
export function budgetBar(remaining: number | null): Html {
  if (remaining === null)
    return html`<svg class="budget none" width="100%" height="8" aria-hidden="true"><rect width="100%" height="8" rx="4"/></svg>`;
  const tone = remaining <= 0 ? 'bad' : remaining <= 0.5 ? 'warn' : 'good';
  const share = Math.min(1, Math.max(0, remaining)) * 100;
  return html`<svg class="budget ${tone}" width="100%" height="8" aria-hidden="true"><rect width="100%" height="8" rx="4"/><rect class="left" width="${share.toFixed(1)}%" height="8" rx="4"/></svg>`;
}
