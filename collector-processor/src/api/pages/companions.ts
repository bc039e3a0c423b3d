import type { Renderable } from './html.ts';
import { count, duration, percent, words } from './humanize.ts';
import { known } from './parts.ts';

type Show = (value: number) => string;

/** What the SLIs publish beside their value, as people read it. What is not named here is shown under its own name, as a number. */
const companions: Readonly<Record<string, readonly [label: string, show: Show]>> = {
  exact_start_share: ['With an exact start', percent],
  source_lag: ['Source lag, not ours', duration],
  pipeline_lag: ['Lag that is ours', duration],
  skew_clamped: ['Clock skew set to 0', count],
  claimed_mean: ['Mean to the claimed fix', duration],
  exposure_mean: ['Mean exposure', duration],
  mtta: ['Mean to acknowledge', duration],
  missing_alert: ['Never alerted', count],
  modified: ['Modified', percent],
  missing: ['Missing', percent],
  unmanaged: ['Unmanaged', percent],
  expected: ['Expected, not counted', percent],
  drifting_now: ['Drifting now', percent],
  resources: ['Resources compared', count],
};

export function companionTerms(values: Readonly<Record<string, number | null>>): (readonly [string, Renderable])[] {
  return Object.entries(values).map(([name, value]) => {
    const [label, show] = companions[name] ?? [words(name), count];
    return [label, known(value, show)];
  });
}
