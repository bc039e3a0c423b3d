import type { ExplainPage, SliMember } from '@cnapp-slo/model';

interface PageQuery {
  offset: number;
  limit: number;
  role?: string | undefined;
}

interface MembersPage {
  /** Of all members, whatever the page shows. */
  counts: ExplainPage['counts'];
  page: SliMember[];
  isLast: boolean;
}

/** Members in the order in which they ask for attention: bad ones first, of each role the longest first. Only the roles on the page are sorted. */
export function membersPage(members: readonly SliMember[], { offset, limit, role }: PageQuery): MembersPage {
  const byRole: Record<SliMember['role'], SliMember[]> = { bad: [], good: [], pending: [], excluded: [] };
  for (const member of members) byRole[member.role].push(member);
  const { bad, good, pending, excluded } = byRole;
  const page: SliMember[] = [];
  let skipped = 0;
  for (const [name, ofRole] of Object.entries(byRole)) {
    if (role !== undefined && name !== role) continue;
    const from = Math.max(0, offset - skipped);
    skipped += ofRole.length;
    if (from < ofRole.length && page.length < limit)
      page.push(...ofRole.sort(byLength).slice(from, from + limit - page.length));
  }
  const counts = { good: good.length, bad: bad.length, excluded: excluded.length, pending: pending.length };
  return { counts, page, isLast: offset + limit >= skipped };
}

function byLength(a: SliMember, b: SliMember): number {
  return (b.durationSeconds ?? -1) - (a.durationSeconds ?? -1) || (a.episodeId < b.episodeId ? -1 : 1);
}
