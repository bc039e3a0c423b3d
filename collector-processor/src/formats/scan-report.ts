import type { FindingObservation, Observation, ScanObservation } from '@cnapp-slo/model';
import { finding } from './observe.ts';

type FromScan = 'kind' | 'detector' | 'detectorClass' | 'atMs' | 'scope' | 'scanId';
type Loose<T> = { [K in keyof T]: T[K] | undefined };

/** What one line of a scanner's report says; detector, time and scope are the scan's. */
export type Reported = Loose<Omit<FindingObservation, FromScan>> & {
  detectorClass?: FindingObservation['detectorClass'];
};

/**
 * A snapshot's findings and its scan. Lines that name the same rule, asset and discriminator are one finding, a failure before anything else,
 * so that a report cannot contradict itself.
 */
export function scanReport(scan: Omit<ScanObservation, 'kind'>, reported: readonly Reported[]): Observation[] {
  const { detector, detectorClass, atMs, scope, scanId } = scan;
  const unique = new Map<string, FindingObservation>();
  for (const line of reported) {
    const found = finding({ detector, detectorClass, atMs, scope, scanId, ...line });
    const key = `${found.rule}|${found.asset.id}|${found.discriminator ?? ''}`;
    const known = unique.get(key);
    if (known === undefined || (known.verdict !== 'fail' && found.verdict === 'fail')) unique.set(key, found);
  }
  return [...unique.values(), { kind: 'scan', ...scan }];
}
