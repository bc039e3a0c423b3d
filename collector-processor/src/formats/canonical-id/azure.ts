import type { AssetRef } from '@cnapp-slo/model';

/**
 * An ARM id, lower-cased without trailing slash, cut back to the resource that a security record is about
 * (`…/providers/Microsoft.Security/assessments/…` and role assignments or diagnostic settings are records on it).
 */
export function azureAsset(id: string): AssetRef {
  const folded = id
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/(.)\/providers\/microsoft\.(security|authorization|advisor|insights\/diagnosticsettings)(\/.*)?$/, '$1');
  const segments = folded.split('/').filter((segment) => segment !== '');
  const account = segments[0] === 'subscriptions' ? segments[1] : undefined;
  const provider = segments.lastIndexOf('providers');
  const kind =
    provider === -1
      ? segments.length > 3
        ? 'resource_group'
        : 'subscription'
      : (segments.slice(provider + 2).findLast((_, i) => i % 2 === 0) ?? 'resource');
  const name = segments.at(-1);
  return {
    id: folded,
    kind,
    provider: 'azure',
    ...(name === undefined ? {} : { name }),
    ...(account === undefined ? {} : { account }),
  };
}
