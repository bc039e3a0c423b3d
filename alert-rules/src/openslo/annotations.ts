/** What OpenSLO v1 cannot say, in annotations under our own domain. */
import type { Place } from '../document.ts';

const DOMAIN = 'cnapp-slo.dev/';

/** Of an SLO: name → meaning. */
export const SLO_ANNOTATIONS = {
  'group-by': 'comma-separated series labels that have budgets of their own',
  runbook: 'URL, or path below the runbook base, that alerts link to',
  sli: "id of the processor's SLI, whose explain page alerts link to",
  'exact-counts':
    "selector of the processor's exact counts (labels outcome and window): turns the low-traffic regimes on",
  kind: 'counted (unless set), deadline-cohort, or time-integrated, whose seconds are no independent events',
  'cause-counts': 'selector of the same counts with the misses of one cause counted once; exact-counts unless set',
  cusum: "selector of the processor's CUSUM gauge, the second witness of the rare-event mode",
  'false-alerts-per-year': 'how many alerts may be false in a year exactly on budget; 1 unless set',
  contributors: 'selector of bad events (label window) by the label of contributors-by, whose largest an alert names',
  'contributors-by': 'label of a contributor; team unless set',
  freshness: "selector of a series that is there as long as the SLI's source lives",
  'disable-tiers': 'comma-separated ids of tiers that are not wanted',
  mode: 'measure: evaluated but never routed',
} as const;

/** Of an AlertPolicy. */
export const POLICY_ANNOTATIONS = {
  tier: 'stable id; two policies of one tier are its long and its short window',
  'short-window': 'the short window of a policy without a pair; a twelfth of the long one unless set',
  'keep-firing-for': 'how long the alert stays after its windows have cleared',
} as const;

/** Reads ours and leaves everybody else's alone. A name under our domain that is not known is an error: most are typos. */
export function readAnnotations<Name extends string>(
  place: Place,
  known: Record<Name, string>,
): Partial<Record<Name, Place>> {
  const ours: Partial<Record<Name, Place>> = {};
  for (const key of place.keys()) {
    if (!key.startsWith(DOMAIN)) continue;
    const name = key.slice(DOMAIN.length);
    if (isKnown(name, known)) ours[name] = place.get(key);
    else
      place
        .get(key)
        .error('openslo.annotation', `unknown annotation ${key}`, `Known: ${Object.keys(known).join(', ')}`);
  }
  return ours;
}

function isKnown<Name extends string>(name: string, known: Record<Name, string>): name is Name {
  return name in known;
}
