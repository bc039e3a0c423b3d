import { type Asset, isExerciseTenant, type LabelsJson } from '@cnapp-slo/model';

/** What the assets of some tenants (separated by commas), or of all but exercises, can be filtered by; sorted. */
export function labelValues(assets: Iterable<Asset>, tenant: string | undefined): LabelsJson {
  const tenants = tenant === undefined ? null : new Set(tenant.split(','));
  const values = { tenant: new Set<string>(), team: new Set<string>(), environment: new Set<string>() };
  for (const asset of assets) {
    if (tenants === null ? isExerciseTenant(asset.tenant) : !tenants.has(asset.tenant)) continue;
    values.tenant.add(asset.tenant);
    values.team.add(asset.team);
    if (asset.context.environment !== undefined) values.environment.add(asset.context.environment);
  }
  const sorted = (set: ReadonlySet<string>): string[] => [...set].sort();
  return { tenant: sorted(values.tenant), team: sorted(values.team), environment: sorted(values.environment) };
}
