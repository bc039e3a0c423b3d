import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asset } from '../../domain/asset.ts';
import type { IncidentDeclaration } from '../../domain/declaration.ts';
import { mergeIncident } from '../../domain/declared-record.ts';
import { episodesOf } from '../../domain/episodes-of.ts';
import type { Fact } from '../../domain/fact.ts';
import type { Range } from '../../domain/ranges.ts';
import { accepted, alerted, change, DAY, HOUR, labelled, story, T0, verdict } from '../../domain/story.ts';
import { DEFAULT_SLI_POLICY, inputOf } from '../input.ts';
import type { AssetView } from '../sli.ts';
import { action, asset, detection, factOf, near } from '../test-facts.ts';
import { compute, trend } from './compute.ts';

const END = T0 + 28 * DAY;
const ALWAYS: readonly Range[] = [[T0 - 100 * DAY, T0 + 100 * DAY]];

/** An asset with one finding for each list of facts; seen from long ago and always watched, unless said. */
function view(of: Asset, stories: readonly (readonly Fact[])[] = [], more: Partial<AssetView> = {}): AssetView {
  const episodes = stories.flatMap((facts, index) =>
    episodesOf({ ...story(facts), findingId: `f_${of.ref.id}_${index}` }),
  );
  const old = { ...of, firstSeenMs: T0 - 60 * DAY };
  return { asset: old, watched: ALWAYS, episodes, segments: [], declaredBy: {}, ...more };
}

const over = (assets: readonly AssetView[], fromMs = T0, toMs = END) => compute(inputOf({ assets }, fromMs, toMs));

/** Critical, alerted at 0: late from 24 h on. */
const critical = [change(-HOUR), verdict(0, 'fail'), alerted(0)];

test('(12) no data at all is null; full data without an incident is 100 %', () => {
  const nothing = over([]);
  assert.deepEqual([nothing.value, nothing.good, nothing.bad, nothing.companions.watched_share], [null, 0, 0, null]);
  const unwatched = over([view(asset('a'), [], { watched: [] })]);
  assert.deepEqual([unwatched.value, unwatched.companions.watched_share], [null, 0]);
  const full = over([view(asset('a'))]);
  assert.deepEqual([full.value, full.bad, full.companions.watched_share], [1, 0, 1]);
});

test('a c0 asset late for 2 of 28 days beside a c3 asset: 1 − 8 × 2 / (9 × 28)', () => {
  const late = [...critical, verdict(3 * DAY, 'pass')]; // unsafe from 1 d to 3 d
  const { value, companions } = over([
    view(asset('a', { criticality: 'c0' }), [late]),
    view(asset('b', { criticality: 'c3' })),
  ]);
  assert.ok(near(value, 1 - 16 / 252));
  assert.equal(companions.assets, 2);
});

test('good and bad are weighted seconds, each episode capped at a fifth of the budget', () => {
  // Ten c3 assets: 280 asset-days, of which .5 % is the budget: 1.4 d, and its fifth .28 d. One is late for 27 days.
  const assets = Array.from({ length: 10 }, (_, index) =>
    view(asset(`a${index}`, { criticality: 'c3' }), index === 0 ? [critical] : []),
  );
  const { value, good, bad, members } = over(assets);
  assert.ok(near(value, 1 - 27 / 280)); // the value hides nothing
  assert.deepEqual([good, bad], [253 * 86_400, 24_192]); // .28 d

  const member = members.find(({ role }) => role === 'bad');
  assert.deepEqual([member?.reason, member?.durationSeconds, member?.weight], ['capped', 27 * 86_400, 24_192]);
});

test('two late findings on one asset are one unsafe time, charged to the first', () => {
  const second = [change(-HOUR), verdict(DAY, 'fail', { rule: 'other' }), alerted(DAY)];
  const { members, value } = over([view(asset('a'), [critical, second])]);
  assert.ok(near(value, 1 - 27 / 28));
  assert.deepEqual(
    members.filter(({ role }) => role === 'bad').map(({ episodeId, durationSeconds }) => [episodeId, durationSeconds]),
    [['f_a_0.1', 27 * 86_400]],
  );
});

test('(18) 400 baseline findings open past the adoption deadline are not 100 %', () => {
  // First seen on day −40 with the first snapshot: adopted until day −10, unsafe since.
  const baseline = story([verdict(-40 * DAY, 'fail', { severity: 'high' })], T0 - 40 * DAY);
  const assets = Array.from({ length: 400 }, (_, index) =>
    view(asset(`a${index}`), [], { episodes: episodesOf({ ...baseline, findingId: `f_${index}` }) }),
  );
  const { value, good, bad } = over(assets);
  assert.deepEqual([assets[0]?.episodes[0]?.cohort, value, good], ['baseline', 0, 0]);
  assert.ok(bad > 0);
  // Up to the adoption deadline the backlog has its time.
  assert.equal(over(assets, T0 - 30 * DAY, T0 - 10 * DAY).value, 1);
});

test('an accepted risk is no unsafe time, but accepted exposure', () => {
  const waived = [...critical, accepted(12 * HOUR, 12 * HOUR + 10 * DAY)];
  // Deadline at 24 h, of which 12 h were used; resumed at 10.5 d: late from 11 d to 28 d.
  const { value, companions, members } = over([view(asset('a'), [waived])]);
  assert.ok(near(value, 1 - 17 / 28));
  assert.ok(near(companions.accepted_share, 10 / 28));
  assert.equal(members.find(({ role }) => role === 'excluded')?.reason, 'accepted_risk');
});

test('accepted after the deadline: late up to the approval, and again after the expiry', () => {
  const waived = [...critical, accepted(3 * DAY, 8 * DAY)];
  // Late 1 d → 3 d and 8 d → 28 d: 22 days; accepted 5 days.
  const { value, companions } = over([view(asset('a'), [waived])]);
  assert.ok(near(value, 1 - 22 / 28));
  assert.ok(near(companions.accepted_share, 5 / 28));
});

test('a labelled compromise is unsafe from its detection to its containment', () => {
  const facts = [labelled(2 * HOUR, 'tp'), action(DAY, 'contained')];
  const [compromise] = detection('f_9', 0, facts, { rule: 'shell' });
  assert.ok(compromise);
  const { value, members } = over([view(asset('a'), [], { episodes: [compromise.episode] })]);
  assert.ok(near(value, 1 - 1 / 28));
  assert.equal(members.find(({ role }) => role === 'bad')?.episodeId, 'f_9.1');
  const [unlabelled] = detection('f_8', 0);
  assert.ok(unlabelled);
  assert.equal(over([view(asset('a'), [], { episodes: [unlabelled.episode] })]).value, 1);
});

test('time that nobody watched is in neither term, and below 90 % the value is not to be believed', () => {
  const watched: readonly Range[] = [[T0, T0 + 14 * DAY]];
  const { value, companions, insufficient } = over([view(asset('a'), [critical], { watched })]);
  assert.ok(near(value, 1 - 13 / 14));
  assert.deepEqual([companions.watched_share, insufficient], [0.5, '50 % of the asset time was watched']);
});

test('a deleted asset leaves both terms at its deletion', () => {
  const gone = asset('a', { deletedMs: T0 + 7 * DAY });
  assert.ok(near(over([view(gone, [critical])]).value, 1 - 6 / 7));
});

test('false positives, medium findings and drift make nothing unsafe', () => {
  const { value } = over([
    view(asset('a'), [
      [...critical, labelled(2 * DAY, 'fp')],
      [verdict(0, 'fail', { severity: 'medium' })],
      [verdict(0, 'fail', { detectorClass: 'drift' })],
    ]),
  ]);
  assert.equal(value, 1);
});

test('a trend says of each window what the window says of itself', () => {
  const second = [
    change(-HOUR),
    verdict(2 * DAY, 'fail', { rule: 'other' }),
    alerted(2 * DAY),
    verdict(20 * DAY, 'pass'),
  ];
  const waived = [...critical, accepted(12 * HOUR, 12 * HOUR + 10 * DAY)];
  const [compromise] = detection('f_9', 5 * DAY, [labelled(6 * DAY, 'tp'), action(7 * DAY, 'contained')]);
  const assets = [
    view(asset('a', { criticality: 'c0' }), [[...critical, verdict(3 * DAY, 'pass')], second]),
    view(asset('b', { deletedMs: T0 + 16 * DAY }), [waived]),
    view(asset('c'), [critical], {
      watched: [
        [T0 - DAY, T0 + 4 * DAY],
        [T0 + 9 * DAY, T0 + 12 * DAY],
      ],
    }),
    view(asset('d'), [], { episodes: compromise ? [compromise.episode] : [] }),
    { ...view(asset('e'), [second]), asset: asset('e', { firstSeenMs: T0 + 10 * DAY }) },
  ];
  const facts = inputOf({ assets }, 0, 0);
  for (const lengthMs of [6 * HOUR, 7 * DAY, 28 * DAY]) {
    const headlineOf = trend(facts, DEFAULT_SLI_POLICY, { fromMs: T0 - 28 * DAY, toMs: END });
    for (let toMs = T0; toMs <= END; toMs += 6 * HOUR) {
      const window = { fromMs: toMs - lengthMs, toMs };
      const { value, good, bad } = compute(inputOf({ assets }, window.fromMs, window.toMs));
      assert.deepEqual(headlineOf(window), { value, good, bad });
    }
  }
});

function declared(
  id: string,
  severity: IncidentDeclaration['severity'],
  at: number,
  more: Partial<IncidentDeclaration> = {},
) {
  const body: IncidentDeclaration = {
    kind: 'incident',
    incidentId: id,
    step: 'declared',
    actor: { id: 'ana', kind: 'human' },
    atMs: T0 + at,
    ...(severity !== undefined && { severity }),
    ...more,
  };
  return factOf(body);
}

const incidents = (...facts: Fact[]) =>
  compute(inputOf({ incidents: facts.map((fact) => mergeIncident(undefined, fact)) }, T0, END)).companions;

test('count budget of 10: one S2 and two S3 weigh 5, half of it is left', () => {
  const result = incidents(declared('a', 'S2', DAY), declared('b', 'S3', DAY), declared('c', 'S3', 2 * DAY));
  assert.deepEqual([result.count_weight, result.count_budget, result.count_burn], [5, 0.5, 0.5]);
  // Three incidents of mean weight 5/3, of which the budget allows 6: P(X ≥ 3 | 6) = 1 − e⁻⁶ (1 + 6 + 18) = .938031.
  assert.ok(Math.abs((result.count_probability ?? 0) - 0.9380312) < 1e-6);
});

test('a day with as much as four weeks allow burns 28 times too fast, which is no chance', () => {
  const ten = Array.from({ length: 10 }, (_, index) => declared(`i${index}`, 'S3', DAY + index));
  const records = ten.map((fact) => mergeIncident(undefined, fact));
  const { companions } = compute(inputOf({ incidents: records }, T0 + HOUR, T0 + 25 * HOUR));
  assert.ok(near(companions.count_burn, 28));
  // P(X ≥ 10 | 10 / 28) = 6.7e−12: a page. One S1 alone: P(X ≥ 1 | 1 / 28) = 1 − e^(−1/28) = .0351: a ticket.
  assert.ok((companions.count_probability ?? 1) < 1e-10);
  const [one] = [declared('s', 'S1', DAY)].map((fact) => mergeIncident(undefined, fact));
  const single = compute(inputOf({ incidents: one ? [one] : [] }, T0 + HOUR, T0 + 25 * HOUR)).companions;
  assert.ok(near(single.count_probability, 1 - Math.exp(-1 / 28)));
});

test('merged and dismissed incidents do not count; a labelled compromise counts once, declared or not', () => {
  const a = mergeIncident(
    mergeIncident(undefined, declared('a', 'S1', DAY)),
    declared('a', undefined, 2 * DAY, { step: 'dismissed' }),
  );
  const [compromise] = detection('f_9', DAY, [labelled(2 * DAY, 'tp')]);
  assert.ok(compromise);
  const b = mergeIncident(undefined, declared('b', 'S2', DAY, { subjectId: compromise.episode.id }));
  const weight = (records: (typeof a)[]) =>
    compute(inputOf({ incidents: records, episodes: [compromise] }, T0, END)).companions.count_weight;
  assert.deepEqual([weight([a]), weight([a, b])], [10, 3]); // by rule critical is S1; a person said S2
});

test('without a budget nothing is left or burnt: null', () => {
  const input = inputOf({}, T0, END, { ...DEFAULT_SLI_POLICY, incidentBudget: null });
  const { count_budget, count_burn } = compute(input).companions;
  assert.deepEqual([count_budget, count_burn], [null, null]);
});
