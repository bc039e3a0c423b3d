import type { Episode } from '../../domain/episode.ts';
import { tally } from '../members.ts';
import type { EpisodeView, Many, SliComputation, SliInput, SliMember } from '../sli.ts';
import { mean, share, wilsonInterval } from '../statistics.ts';
import { MINIMUM_LABELS } from './definition.ts';
import { recallOf } from './recall.ts';

/** M5p: what the labels say of the runtime and identity detections of the window. Recall is beside it. */
export function compute(input: SliInput): SliComputation {
  const members: SliMember[] = [];
  const contained: number[] = [];
  let benign = 0;
  for (const { episode } of detectionsIn(input.episodes)) {
    const detectMs = episode.clocks.t_detect?.atMs ?? 0;
    if (detectMs <= input.fromMs || detectMs > input.toMs) continue;
    members.push(memberOf(episode));
    if (episode.verdict === 'btp') benign += 1;
    const end = episode.clocks.t_verify;
    if (end) contained.push(Math.max(0, end.atMs - detectMs) / 1000);
  }
  const { good, bad } = tally(members);
  const unlabelled = members.filter((member) => member.reason === 'unlabelled').length;
  const labelCoverage = share(members.length - unlabelled, members.length);
  const interval = wilsonInterval(good, good + bad);
  return {
    value: share(good, good + bad),
    good,
    bad,
    members,
    ...(labelCoverage !== null &&
      labelCoverage < MINIMUM_LABELS && { insufficient: `${unlabelled} of ${members.length} groups have no label` }),
    companions: {
      precision_low: interval?.low ?? null,
      precision_high: interval?.high ?? null,
      rule_quality: share(good + benign, good + bad),
      label_coverage: labelCoverage,
      ...recallOf(input),
      containment_mean: mean(contained),
    },
  };
}

export function concerns({ episode }: EpisodeView): boolean {
  return isDetection(episode);
}

const detections = new WeakMap<Many<EpisodeView>, Many<EpisodeView>>();

/** Those of runtime and identity detectors, sought once in each list: four SLIs ask. */
export function detectionsIn(episodes: Many<EpisodeView>): Many<EpisodeView> {
  const known = detections.get(episodes) ?? episodes.filter(({ episode }) => isDetection(episode));
  detections.set(episodes, known);
  return known;
}

export function isDetection(episode: Episode): boolean {
  return episode.detectorClass === 'runtime' || episode.detectorClass === 'identity';
}

function memberOf(episode: Episode): SliMember {
  const { verdict } = episode;
  const role = verdict === 'tp' ? 'good' : verdict === 'fp' || verdict === 'btp' ? 'bad' : 'excluded';
  const reason = role === 'good' ? null : role === 'bad' ? (verdict ?? null) : (verdict ?? 'unlabelled');
  return {
    episodeId: episode.id,
    findingId: episode.findingId,
    role,
    reason: reason === 'unknown' ? 'unlabelled' : reason,
    durationSeconds: null,
    weight: 1,
  };
}
