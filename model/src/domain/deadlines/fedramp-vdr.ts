import type { Criticality } from '../asset.ts';
import type { DeadlinePolicy, DeadlineRow } from '../deadline.ts';
import type { Severity } from '../observation.ts';

/**
 * FedRAMP Vulnerability Detection and Response, maximum days from evaluation by potential adverse impact N2–N5, for likely
 * exploitable vulnerabilities that are internet-reachable, and that are not. What we do not know to be unlikely to be
 * exploited counts as likely, and what we do not know to be unreachable as reachable: the shorter time.
 */
const SOURCE = 'https://www.fedramp.gov/docs/vulnerability-detection-and-response (release 25.11A, VDR-TFR-PVR)';

type Days = Readonly<Record<'N5' | 'N4' | 'N3' | 'N2', readonly [internet: number, internal: number]>>;

/**
 * The rating is the provider's own estimate of the effect on agencies; here from severity and criticality. It is ours, not
 * FedRAMP's: a critical finding on a c0 asset is N5, and each step down in either is one lower.
 */
const RATING: Readonly<Record<'critical' | 'high' | 'medium', Readonly<Record<Criticality, keyof Days>>>> = {
  critical: { c0: 'N5', c1: 'N4', c2: 'N3', c3: 'N2' },
  high: { c0: 'N4', c1: 'N3', c2: 'N2', c3: 'N2' },
  medium: { c0: 'N3', c1: 'N2', c2: 'N2', c3: 'N2' },
};

function rowsOf(days: Days): DeadlineRow[] {
  const rows: DeadlineRow[] = [];
  for (const [severity, ratings] of Object.entries(RATING) as [Severity, Record<Criticality, keyof Days>][]) {
    for (const [criticality, rating] of Object.entries(ratings) as [Criticality, keyof Days][]) {
      const [internet, internal] = days[rating];
      rows.push({ severity, criticality, exposure: 'internal', seconds: internal * 86_400 });
      rows.push({ severity, criticality, seconds: internet * 86_400 });
    }
  }
  return rows;
}

const policy = (id: string, title: string, days: Days): DeadlinePolicy => ({
  id: `fedramp-vdr-${id}`,
  title: `FedRAMP VDR, ${title}`,
  source: SOURCE,
  rows: rowsOf(days),
});

export const fedrampVdr: readonly DeadlinePolicy[] = [
  policy('low', 'Low', { N5: [4, 8], N4: [8, 32], N3: [32, 64], N2: [96, 160] }),
  policy('moderate', 'Moderate', { N5: [2, 4], N4: [4, 8], N3: [16, 32], N2: [48, 128] }),
  policy('high', 'High', { N5: [0.5, 1], N4: [2, 8], N3: [8, 16], N2: [24, 96] }),
];
