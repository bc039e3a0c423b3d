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

/** Episodes that count once each. Where nobody asks which they are, all of one role and reason are one object without ids and duration. */
export class EpisodeMembers {
  readonly all: SliMember[] = [];
  readonly #isBrief: boolean;
  readonly #shared = new Map<string | null, SliMember[]>();

  constructor({ isBrief = false }: Pick<SliInput, 'isBrief'>) {
    this.#isBrief = isBrief;
  }

  add(episode: Episode, role: SliMember['role'], reason: string | null, durationSeconds: number | null = null): void {
    if (this.#isBrief) this.all.push(this.#sharedOf(role, reason));
    else {
      const { id: episodeId, findingId } = episode;
      this.all.push({ episodeId, findingId, role, reason, durationSeconds, weight: 1 });
    }
  }

  #sharedOf(role: SliMember['role'], reason: string | null): SliMember {
    const ofReason = this.#shared.get(reason) ?? [];
    const known = ofReason.find((member) => member.role === role);
    if (known) return known;
    const member: SliMember = { episodeId: '', findingId: '', role, reason, durationSeconds: null, weight: 1 };
    this.#shared.set(reason, [...ofReason, member]);
    return member;
  }
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
