import type { EpisodeJson, EstateReader, FindingJson, IncidentJson } from '@cnapp-slo/model';
import { type Route, type RouteSubject, type Urgency, urgencyOf } from './routing.ts';
import { subjectOf } from './summaries.ts';

/** An episode of an incident, and what the routes say of it. */
export interface Judged {
  finding: FindingJson;
  episode: EpisodeJson;
  /** With the incident's owner, who need not be that of the finding's asset. */
  subject: RouteSubject;
  urgency: Urgency;
}

const URGENCIES: readonly Urgency[] = ['page', 'ticket', 'digest'];

/** The episode of the incident that demands most; null where all of it is imported history. */
export function worstOf(
  { episode_ids, team }: IncidentJson,
  estate: Pick<EstateReader, 'finding'>,
  routes: readonly Route[],
): Judged | null {
  const judged = episode_ids.flatMap((id): Judged[] => {
    const finding = estate.finding(id);
    const episode = finding?.episodes?.find((one) => one.id === id);
    if (!finding || !episode || episode.origin === 'backfill') return [];
    const subject = { ...subjectOf(finding, episode.severity), team };
    return [{ finding, episode, subject, urgency: urgencyOf(subject, routes) }];
  });
  return judged.sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** What still runs comes before what is suspended, and that before what is over. */
function rank({ episode, urgency }: Judged): number {
  return URGENCIES.indexOf(urgency) + (['suspended', 'closed'].indexOf(episode.state) + 1) * URGENCIES.length;
}
