import type { ClockJson, ClocksJson, EpisodeJson } from '@cnapp-slo/model';
import { type Html, html } from './html.ts';
import { clockText, duration, utc } from './humanize.ts';
import { table } from './parts.ts';

type ClockName = keyof ClocksJson;

/** The clocks in the order of an episode's life, as people call them. */
export const clockLabels: Readonly<Record<ClockName, string>> = {
  t_change: 'Changed',
  t_observable: 'Observable',
  t_detect: 'Detected',
  t_alert: 'Alerted',
  t_ack: 'Acknowledged',
  t_triage: 'Triaged',
  t_remediate: 'Remediated',
  t_verify: 'Verified',
  t_close: 'Closed',
};

interface Mark {
  name: ClockName;
  label: string;
  clock: ClockJson;
  atMs: number;
}

export function marksOf(clocks: ClocksJson): Mark[] {
  return (Object.keys(clockLabels) as ClockName[])
    .flatMap((name) => {
      const clock = clocks[name];
      return clock ? [{ name, label: clockLabels[name], clock, atMs: Date.parse(clock.at) }] : [];
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** Where the time went: a bar from the first clock to the last (or to now), numbered as in the table beneath it. */
export function timeline(episode: EpisodeJson, nowMs: number): Html {
  const marks = marksOf(episode.clocks);
  const first = marks[0];
  if (!first) return html`<p class="empty">No clock is known yet.</p>`;
  const isOpen = episode.state !== 'closed';
  const endMs = Math.max(marks.at(-1)?.atMs ?? nowMs, isOpen ? nowMs : 0);
  const startMs = Math.min(
    first.atMs,
    ...marks.map(({ clock }) => (clock.lo ? Date.parse(clock.lo) : Number.POSITIVE_INFINITY)),
  );
  const span = Math.max(1, endMs - startMs);
  const left = (atMs: number) => `${(2 + ((atMs - startMs) / span) * 96).toFixed(2)}%`;
  const segments = marks.map((mark, index) => {
    const next = marks[index + 1];
    if (!next && !isOpen) return null;
    return html`<line class="segment ${index % 2 === 0 ? '' : 'odd'} ${next ? '' : 'running'}" x1="${left(mark.atMs)}" x2="${left(next?.atMs ?? endMs)}" y1="36" y2="36"><title>${mark.label} to ${next?.label ?? 'now'}: ${duration(((next?.atMs ?? endMs) - mark.atMs) / 1000)}</title></line>`;
  });
  const bounds = marks.map(
    ({ clock }) =>
      clock.lo &&
      clock.hi &&
      html`<line class="bounds" x1="${left(Date.parse(clock.lo))}" x2="${left(Date.parse(clock.hi))}" y1="47" y2="47"/>`,
  );
  // Numbers that would cover each other take turns above and below.
  const points = marks.map(
    ({ clock, atMs, label }, index) =>
      html`<g class="mark ${clock.precision}"><circle cx="${left(atMs)}" cy="36" r="6"><title>${label}, ${clockText(clock.at)}</title></circle><text x="${left(atMs)}" y="${index % 2 === 0 ? 20 : 66}" text-anchor="middle">${index + 1}</text></g>`,
  );
  const total = duration((endMs - first.atMs) / 1000);
  return html`<svg class="timeline" width="100%" height="72" role="img" aria-label="${marks.length} clocks over ${total}, as in the table below">${segments}${bounds}${points}</svg>
<p class="legend" aria-hidden="true">${['exact', 'inferred', 'bounded'].map((precision) => html`<span class="mark ${precision}"><svg class="key"><circle cx="12" cy="6" r="5"/></svg>${precision === 'bounded' ? 'bounded: somewhere over the bar' : precision}</span>`)}</p>
${clockTable(marks, isOpen ? nowMs : null)}`;
}

function clockTable(marks: readonly Mark[], openUntilMs: number | null): Html {
  const rows = marks.map(({ label, clock, atMs }, index) => {
    const before = marks[index - 1];
    return html`<tr>
<td class="short">${index + 1}</td>
<th scope="row">${label}</th>
<td>${utc(clock.at)}</td>
<td class="number">${before ? `+${duration((atMs - before.atMs) / 1000)}` : html`<span class="unknown">start</span>`}</td>
<td>${clock.precision}${clock.lo && clock.hi && html`<small>${clockText(clock.lo)} to ${clockText(clock.hi)}</small>`}</td>
<td>${clock.source}${clock.actor && html`, ${clock.actor}`}${clock.received_at && html`<small>received ${duration((Date.parse(clock.received_at) - atMs) / 1000)} later</small>`}</td>
</tr>`;
  });
  const last = marks.at(-1);
  if (openUntilMs !== null && last) {
    rows.push(
      html`<tr class="running"><td></td><th scope="row">Still open</th><td>now</td><td class="number">+${duration((openUntilMs - last.atMs) / 1000)}</td><td></td><td></td></tr>`,
    );
  }
  return table(
    'Clocks',
    ['No.', 'Clock', 'Time', 'After the one before#', 'Precision', 'Source'],
    rows,
    'No clock is known yet.',
  );
}
