import { posix } from 'node:path';
import type { EstateReader } from '@cnapp-slo/model';
import { fixOf } from './fixes.ts';
import type { Plan, PlanKind } from './plan.ts';

export interface PlannerSources {
  estate: Pick<EstateReader, 'finding' | 'findings' | 'asset'>;
  /** Repositories where a fix may be proposed; the first takes what is declared in none. */
  repositories: readonly string[];
}

export interface Ask {
  kind: PlanKind;
  subjectId: string;
  /** `accept_risk`: reason, expires_at (RFC 3339), policy. */
  parameters: Record<string, string>;
}

/** The plan as the estate is now: planned again at execution, it must come to the same. Null: there is nothing to plan. */
export function planFor(
  { kind, subjectId: asked, parameters }: Ask,
  { estate, repositories }: PlannerSources,
): Plan | null {
  const finding = estate.finding(asked);
  if (!finding || finding.open_seconds === null) return null;
  // The episode: a plan for the next one is another plan.
  const subjectId = finding.episodes?.find(({ state }) => state !== 'closed')?.id ?? finding.id;
  const { tenant, team } = finding;
  const asset = estate.asset(finding.asset_id);
  const others = estate.findings({ tenant, asset: finding.asset_id, state: 'open', limit: 500 }).items.length - 1;
  const blastRadius = `${finding.asset_id}, ${others} other open findings on it`;
  if (kind === 'accept_risk') {
    const difference = `No clock runs for ${finding.rule} on ${finding.asset_id} until ${parameters.expires_at}: ${parameters.reason}`;
    return { kind, subjectId, tenant, team, difference, blastRadius, parameters };
  }
  const fix = fixOf(finding, asset);
  const declaredIn = asset?.iac && repositoryOf(asset.iac.repository);
  const isOurs = declaredIn !== undefined && declaredIn !== null && repositories.includes(declaredIn);
  const repository = isOurs ? declaredIn : repositories[0];
  if (repository === undefined) return null;
  const path = isOurs && fix.file ? posix.join(folderOf(asset?.iac?.path), fix.file.name) : '';
  const difference =
    path && fix.file
      ? `${repository}: adds ${path}\n${fix.file.content}`
      : `${repository}: an issue\n${fix.instructions}`;
  return {
    kind,
    subjectId,
    tenant,
    team,
    difference,
    blastRadius,
    parameters: {
      repository,
      title: fix.title,
      instructions: fix.instructions,
      ...(path && fix.file && { path, content: fix.file.content }),
    },
  };
}

/** `owner/name` of a repository's address. */
function repositoryOf(address: string): string | null {
  return /([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(address)?.[1] ?? null;
}

/** Where files beside the declaration go; never outside of the repository. */
function folderOf(path: string | undefined): string {
  const folder = posix.normalize(path === undefined ? '.' : /\.\w+$/.test(path) ? posix.dirname(path) : path);
  return folder.startsWith('..') || folder.startsWith('/') ? '.' : folder;
}
