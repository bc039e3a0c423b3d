import type { Asset, Finding, Severity, SliFilter } from '@cnapp-slo/model';

interface Sliced {
  finding: Finding;
  asset: Asset | undefined;
  episode?: { severity: Severity };
}

/** Severity is the episode's (at t_detect) where there is one. */
export function matches({ finding, asset, episode }: Sliced, filter: SliFilter): boolean {
  return (
    is(filter.tenant, finding.tenant) &&
    is(filter.team, asset?.team ?? 'unowned') &&
    is(filter.environment, asset?.context.environment) &&
    is(filter.severity, episode?.severity ?? finding.severity) &&
    is(filter.criticality, asset?.criticality) &&
    is(filter.provider, finding.asset.provider) &&
    is(filter.detector_class, finding.detectorClass)
  );
}

/** Several values are separated by commas. */
function is(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || (actual !== undefined && wanted.split(',').includes(actual));
}
