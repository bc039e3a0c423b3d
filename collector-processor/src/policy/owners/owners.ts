import type { Asset } from '@cnapp-slo/model';
import { codeOwnerOf } from './codeowners.ts';

export interface OwnerFinding {
  team: string;
  reason: string;
}

/**
 * Whose an asset is that no tag or label gives an owner: by CODEOWNERS of the repository that declares it, by that
 * repository's own owner, by the catalogue's component of its service. Null: nothing of these says it.
 */
export function ownerOf({ context }: Asset, lookUp: (assetId: string) => Asset | undefined): OwnerFinding | null {
  const { iac, service } = context;
  const repository = iac && lookUp(iac.repository);
  if (iac && repository) {
    const rule = codeOwnerOf(repository.context.codeOwners ?? [], iac.path ?? '');
    if (rule) {
      const team = rule.owner.replace(/^@/, '');
      return { team, reason: `CODEOWNERS of ${iac.repository}: ${rule.pattern}` };
    }
    if (repository.context.owner !== undefined)
      return { team: repository.context.owner, reason: `owner of ${iac.repository}, which declares it` };
  }
  const component = service === undefined ? undefined : lookUp(`backstage:component:default/${service}`);
  const owner = component?.context.owner;
  return owner === undefined ? null : { team: owner, reason: `owner of the catalogue’s component ${service}` };
}

/** Whether what others' owners are told from has changed. */
export function isOwnerSource(before: Asset | undefined, after: Asset): boolean {
  if (after.ref.kind !== 'repository' && !after.ref.id.startsWith('backstage:')) return false;
  return (
    before?.context.owner !== after.context.owner ||
    JSON.stringify(before?.context.codeOwners) !== JSON.stringify(after.context.codeOwners)
  );
}
