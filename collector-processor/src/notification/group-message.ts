import type { Message } from '@cnapp-slo/exporters/channels';
import type { FindingJson, IncidentJson } from '@cnapp-slo/model';
import { buildMessage, type MessageLinks, type MessageSources } from './message.ts';
import type { OutboxEntry } from './outbox.ts';

const MAX_NAMED = 10;

/** What a person on call needs of an alert group: the oldest open incident in full, and how many are like it. Null: none is known. */
export function groupMessage(
  { subjectId }: Pick<OutboxEntry, 'subjectId'>,
  members: readonly string[],
  sources: MessageSources,
  links: MessageLinks,
): Message | null {
  const incidents = members.flatMap((id) => sources.estate.incident(id) ?? []);
  const open = incidents.filter(({ state }) => state !== 'resolved');
  const first = open[0] ?? incidents[0];
  const message = first && buildMessage(first.id, sources, links);
  if (!message) return null;
  const firing = open.filter(({ state }) => state === 'firing').length;
  const assets = [...new Set(open.flatMap(({ episode_ids }) => nameOf(sources.estate.finding(episode_ids[0] ?? ''))))];
  const more = assets.length - MAX_NAMED;
  const href = links.public_url && `${links.public_url}/groups/${encodeURIComponent(subjectId)}`;
  return {
    ...message,
    title: `${incidents.length} × ${message.title}`,
    state: open.length === 0 ? 'resolved' : firing === 0 ? 'acknowledged' : 'firing',
    startedAt: earliest(incidents) ?? message.startedAt,
    facts: [
      ['How many', `${incidents.length} incidents of one cause: ${open.length} open, ${firing} acknowledged by nobody`],
      ['Assets', `${assets.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`],
      ['For example', `the rest of this message is about ${first?.id}`],
      ...message.facts,
    ],
    links: [...(href ? [{ title: 'All incidents', href }] : []), ...message.links],
  };
}

function nameOf(finding: FindingJson | null): string[] {
  return finding ? [finding.asset_name ?? finding.asset_id] : [];
}

function earliest(incidents: readonly IncidentJson[]): string | undefined {
  return incidents.map(({ started_at }) => started_at).sort()[0];
}
