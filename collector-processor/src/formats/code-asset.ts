import type { AssetRef, Envelope } from '@cnapp-slo/model';
import { repositoryAsset } from './canonical-id.ts';
import { str } from './read.ts';

/**
 * What a scan of source code is about: the repository that the transport or the report names, else the scanned tree under the transport's scope.
 * Findings of one repository share the asset; file and resource tell them apart.
 */
export function codeAsset(envelope: Envelope, repository?: string): AssetRef {
  const read = (key: string): string | undefined => str(envelope.resource, key) ?? str(envelope.attributes, key);
  const known =
    repository ?? read('vcs.repository.url.full') ?? read('vcs.repository.url') ?? read('vcs.repository.name');
  if (known !== undefined) return repositoryAsset(known);
  const scope = read('cnapp.scope') ?? read('service.name') ?? '_';
  return { id: `source:${scope}`, kind: 'source_tree', provider: 'other', name: scope };
}
