import type { Asset } from '../domain/asset.ts';
import type { Episode } from '../domain/episode.ts';
import { episodesOf } from '../domain/episodes-of.ts';
import type { ActionInput, AlertInput, Fact, FactBody, PersonInput } from '../domain/fact.ts';
import type { FindingObservation } from '../domain/observation.ts';
import { story, T0, verdict } from '../domain/story.ts';
import type { EpisodeView } from './sli.ts';

/** Short words for the facts that SLIs are computed from, for their tests. Times count from `T0`. */
let count = 0;

export function factOf<B extends FactBody>(body: B, more: Partial<Fact> = {}): Fact<B> {
  count += 1;
  const source = { id: 'test', format: 'test', scope: 'test' };
  const id = `x${String(count).padStart(6, '0')}`;
  const fact = { id, tenant: 'default', atMs: body.atMs, recvMs: body.atMs, origin: 'live', exercise: false, source };
  return { ...fact, ...more, body } as Fact<B>;
}

export function asset(id: string, more: Partial<Asset> = {}): Asset {
  return {
    ref: { id, kind: 's3_bucket', provider: 'aws', name: id, account: '111122223333' },
    tenant: 'default',
    context: {},
    team: 'payments',
    criticality: 'c2',
    firstSeenMs: T0,
    lastSeenMs: T0,
    ...more,
  };
}

/** One finding's facts as its episodes. `finding` is what the last verdict says, as the pipeline keeps it. */
export function findingOf(id: string, facts: readonly Fact[], of: Asset = asset(`asset-${id}`)): EpisodeView[] {
  const { verdicts, ...rest } = story(facts);
  const last = verdicts.at(-1)?.body;
  if (!last) throw new Error('a finding has a verdict');
  const { kind: _kind, atMs: _atMs, verdict: _verdict, ...described } = last;
  const finding = { ...described, id, tenant: 'default', asset: of.ref, lastVerdict: 'fail', lastSeenMs: 0, links: [] };
  return episodesOf({ ...rest, verdicts, findingId: id }).map((episode) => ({ episode, finding, asset: of }));
}

/** A runtime detection at `at` ms, then what people said and did. */
export function detection(
  id: string,
  at: number,
  inputs: readonly Fact<PersonInput>[] = [],
  more: Partial<FindingObservation> = {},
): EpisodeView[] {
  const seen = verdict(at, 'fail', { detectorClass: 'runtime', detector: 'falco', rule: 'shell', ...more });
  return findingOf(id, [seen, ...inputs]);
}

export function alertedAs(
  group: string | undefined,
  at: number,
  urgency?: NonNullable<AlertInput['urgency']>,
): Fact<PersonInput> {
  const more = { ...(group !== undefined && { group }), ...(urgency && { urgency }) };
  return factOf({ kind: 'alert', subjectId: 'f_1', channel: 'pager', precision: 'exact', atMs: T0 + at, ...more });
}

export function acknowledged(at: number): Fact<PersonInput> {
  const actor = { id: 'ana', kind: 'human' as const };
  return factOf({ kind: 'acknowledgement', subjectId: 'f_1', actor, channel: 'api', atMs: T0 + at });
}

/** An action of ours by a robot; T3 unless said. */
export function action(at: number, is: ActionInput['action'], more: Partial<ActionInput> = {}): Fact<PersonInput> {
  const actor = { id: 'playbook', kind: 'automation' as const };
  return factOf({ kind: 'action', subjectId: 'f_1', action: is, actor, tier: 'T3', atMs: T0 + at, ...more });
}

export function only(views: readonly EpisodeView[]): Episode {
  const [view, ...more] = views;
  if (!view || more.length > 0) throw new Error(`${views.length} episodes, not one`);
  return view.episode;
}

export function near(actual: number | null | undefined, expected: number): boolean {
  return Math.abs((actual ?? Number.NaN) - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
}
