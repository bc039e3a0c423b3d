import type { Episode } from '../domain/episode.ts';
import type { SliInput, SliMember } from './sli.ts';

/** Sums of what is good and bad: counts, or seconds. Every weight is an integer number of thousandths, so no order matters. */
export function tally(members: readonly SliMember[]): { good: number; bad: number } {
  let good = 0;
  let bad = 0;
  for (const { role, weight } of members) {
    if (role === 'good') good += Math.round(weight * 1000);
    else if (role === 'bad') bad += Math.round(weight * 1000);
  }
  return { good: good / 1000, bad: bad / 1000 };
}

/** An episode that counts once, excluded until something else is known; without its ids where nobody asks for members. */
export function memberOf(episode: Episode, { isBrief }: Pick<SliInput, 'isBrief'>): SliMember {
  return {
    episodeId: isBrief ? '' : episode.id,
    findingId: isBrief ? '' : episode.findingId,
    role: 'excluded',
    reason: null,
    durationSeconds: null,
    weight: 1,
  };
}

/** A member that counts once and is no episode. */
export function counted(
  id: string,
  role: SliMember['role'],
  reason: string | null,
  subject: NonNullable<SliMember['subject']>,
  durationSeconds: number | null = null,
): SliMember {
  return { episodeId: id, findingId: id, role, reason, durationSeconds, weight: 1, subject };
}
