import type { Asset, Finding, Severity, SliFilter } from '@cnapp-slo/model';
import { testedTenant } from '@cnapp-slo/model';

/** What a thing can be sliced by; a label that it does not have fits no filter on it. */
interface Labels {
  tenant: string;
  asset: Asset | undefined;
  provider?: string;
  severity?: string;
  detectorClass?: string;
}

interface Sliced {
  finding: Finding;
  asset: Asset | undefined;
  episode?: { severity: Severity };
}

/** Severity is the episode's (at t_detect) where there is one. */
export function matches({ finding, asset, episode }: Sliced, filter: SliFilter): boolean {
  return matchesLabels(
    {
      tenant: finding.tenant,
      asset,
      provider: finding.asset.provider,
      severity: episode?.severity ?? finding.severity,
      detectorClass: finding.detectorClass,
    },
    filter,
  );
}

export function matchesLabels(
  { tenant, asset, provider, severity, detectorClass }: Labels,
  filter: SliFilter,
): boolean {
  return (
    is(filter.tenant, tenant, testedTenant(tenant)) &&
    is(filter.team, asset?.team ?? 'unowned') &&
    is(filter.environment, asset?.context.environment) &&
    is(filter.severity, severity) &&
    is(filter.criticality, asset?.criticality) &&
    is(filter.provider, provider ?? asset?.ref.provider) &&
    is(filter.detector_class, detectorClass)
  );
}

/** Several values are separated by commas. */
function is(wanted: string | undefined, ...actual: (string | undefined)[]): boolean {
  if (wanted === undefined) return true;
  const values = wanted.split(',');
  return actual.some((value) => value !== undefined && values.includes(value));
}
