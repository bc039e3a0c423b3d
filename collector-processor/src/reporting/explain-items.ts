import type { DriftView, EpisodeView, ExplainItem, SliFacts, SliMember } from '@cnapp-slo/model';
import type { Estate } from '../pipeline/estate.ts';
import { clocksJson } from './json.ts';

/** The members as `explain` shows them, with what they are about. */
export function explainItems(members: readonly SliMember[], facts: SliFacts, { findings }: Estate): ExplainItem[] {
  const asked = new Set(members.filter((member) => !member.subject).map((member) => member.findingId));
  const drifts = new Map<string, DriftView>();
  for (const view of facts.drift) if (asked.has(view.finding.id)) drifts.set(view.finding.id, view);
  return members.map((member) => {
    const episode = member.subject ? undefined : findings.findEpisode(member.episodeId)?.view;
    return itemOf(member, episode ?? drifts.get(member.findingId));
  });
}

function itemOf(member: SliMember, view: EpisodeView | DriftView | undefined): ExplainItem {
  const { subject } = member;
  const episode = view && 'episode' in view ? view.episode : undefined;
  return {
    episode_id: member.episodeId,
    role: member.role,
    reason: member.reason,
    clocks: episode ? clocksJson(episode.clocks) : {},
    duration_seconds: member.durationSeconds,
    finding_id: member.findingId,
    title: subject?.title ?? view?.finding.title ?? member.findingId,
    asset_id: subject?.assetId ?? view?.finding.asset.id ?? '',
    severity: subject?.severity ?? episode?.severity ?? view?.finding.severity ?? 'unknown',
    team: subject?.team ?? view?.asset?.team ?? 'unowned',
  };
}
