import type { DriftView, EpisodeView, ExplainItem, SliFacts, SliMember } from '@cnapp-slo/model';
import { clocksJson } from './json.ts';

/** The members as `explain` shows them, with what they are about. */
export function explainItems(members: readonly SliMember[], facts: SliFacts): ExplainItem[] {
  const ids = new Set(members.filter((member) => !member.subject).map((member) => member.episodeId));
  const findings = new Set(members.filter((member) => !member.subject).map((member) => member.findingId));
  const episodes = new Map<string, EpisodeView>();
  const drifts = new Map<string, DriftView>();
  if (ids.size > 0) {
    for (const view of facts.episodes) if (ids.has(view.episode.id)) episodes.set(view.episode.id, view);
    for (const view of facts.exerciseEpisodes) if (ids.has(view.episode.id)) episodes.set(view.episode.id, view);
    for (const view of facts.drift) if (findings.has(view.finding.id)) drifts.set(view.finding.id, view);
  }
  return members.map((member) => itemOf(member, episodes.get(member.episodeId) ?? drifts.get(member.findingId)));
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
