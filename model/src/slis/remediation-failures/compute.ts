import type { Attempt } from '../../domain/episode.ts';
import { tally } from '../members.ts';
import type { EpisodeView, SliComputation, SliInput, SliMember } from '../sli.ts';
import { quantile, share } from '../statistics.ts';

const ENDS = new Set(['remediated', 'contained', 'deleted_to_fix', 'reverted']);
const CAUSES = ['permission', 'conflict', 'timeout', 'verify_failed'] as const;

/** F4: actions that ended in the window, and those that run at its end. */
export function compute(input: SliInput): SliComputation {
  const attempts = input.episodes.flatMap((view) =>
    (view.episode.attempts ?? [])
      .filter((attempt) => attempt.startedMs <= input.toMs)
      .map((attempt) => ({ view, attempt: asOf(attempt, input.toMs) }))
      .filter(({ attempt }) => attempt.action === 'started' || attempt.atMs > input.fromMs),
  );
  const ended = attempts.filter(({ attempt }) => attempt.action !== 'started' && attempt.action !== 'denied');
  const times = ended.map(({ attempt }) => (attempt.atMs - attempt.startedMs) / 1000).filter((seconds) => seconds > 0);
  const p95 = quantile(times, 0.95);
  const members = attempts.map(({ view, attempt }) => memberOf(view, attempt, p95, input.toMs));
  const { good, bad } = tally(members);
  const failedBy = (reason: string): number | null =>
    good + bad > 0 ? members.filter((member) => member.role === 'bad' && member.reason === reason).length : null;
  return {
    value: share(bad, good + bad),
    good,
    bad,
    members,
    companions: {
      ...Object.fromEntries([...CAUSES, 'other', 'stuck'].map((reason) => [reason, failedBy(reason)])),
      p95_seconds: p95,
    },
  };
}

export function concerns({ episode }: EpisodeView): boolean {
  return episode.attempts !== undefined;
}

/** What ended later was still running then. */
function asOf(attempt: Attempt, atMs: number): Attempt {
  return attempt.atMs <= atMs ? attempt : { ...attempt, action: 'started' };
}

function memberOf({ episode, finding }: EpisodeView, attempt: Attempt, p95: number | null, toMs: number): SliMember {
  const isEnded = attempt.action !== 'started';
  const seconds = ((isEnded ? attempt.atMs : toMs) - attempt.startedMs) / 1000;
  return {
    episodeId: `${episode.id}#${attempt.id}`,
    findingId: episode.findingId,
    ...roleOf(attempt, seconds, p95),
    durationSeconds: seconds,
    weight: 1,
    subject: { title: finding.title, assetId: finding.asset.id, severity: episode.severity },
  };
}

function roleOf(attempt: Attempt, seconds: number, p95: number | null): Pick<SliMember, 'role' | 'reason'> {
  if (attempt.action === 'denied') return { role: 'excluded', reason: 'denied' };
  if (attempt.action === 'failed' || attempt.cause !== undefined)
    return { role: 'bad', reason: attempt.cause ?? 'other' };
  if (ENDS.has(attempt.action)) return { role: 'good', reason: null };
  if (p95 !== null && seconds > 2 * p95) return { role: 'bad', reason: 'stuck' };
  return { role: 'pending', reason: 'running' };
}
