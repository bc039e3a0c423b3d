import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Attempt,
  type Clock,
  DEADLINE_PRESETS,
  DEFAULT_SLI_POLICY,
  type Episode,
  type Finding,
  SLIS,
  type SliFilter,
  type Span,
} from '@cnapp-slo/model';
import fc from 'fast-check';
import { inputAt, slicedFacts } from './sliced-facts.ts';
import { bucket, DAY, HOUR, MINUTE, Stage, T0 } from './test-stage.ts';

const DAYS = 50;

/** Half days, so that many coincide, and what lies just beside them. */
const instant = fc
  .tuple(fc.integer({ min: 0, max: 2 * DAYS }), fc.constantFrom(0, 0, 0, -1, 1, 3 * MINUTE, -17 * MINUTE, 5 * HOUR))
  .map(([halves, ms]) => T0 + (halves * DAY) / 2 + ms);
const clock = fc
  .record({ atMs: instant, precision: fc.constantFrom('exact', 'exact', 'inferred', 'bounded'), before: instant })
  .map(({ atMs, precision, before }) => {
    const bounds = precision === 'bounded' && { loMs: Math.min(atMs, before), hiMs: atMs };
    return { atMs, source: 'test', precision, ...bounds } as Clock;
  });
const maybe = fc.option(clock, { nil: undefined, freq: 2 });
const actor = fc.constantFrom(
  { id: 'ana', kind: 'human' as const },
  { id: 'robot', kind: 'automation' as const },
  { id: 'argocd', kind: 'automation' as const },
);
const attempt: fc.Arbitrary<Attempt> = fc.record(
  {
    id: fc.uuid(),
    action: fc.constantFrom(
      'remediated',
      'remediated',
      'remediated',
      'started',
      'failed',
      'reverted',
      'reverted',
      'denied',
    ),
    actor,
    tier: fc.constantFrom('T2', 'T3', 'T3'),
    startedMs: instant,
    atMs: instant,
  },
  { requiredKeys: ['id', 'action', 'actor', 'startedMs', 'atMs'] },
);
const suspension = fc
  .record({
    fromMs: instant,
    toMs: fc.option(instant, { nil: undefined }),
    policy: fc.constantFrom('resume', 'restart'),
  })
  .map(({ toMs, ...pause }) => ({ ...pause, ...(toMs !== undefined && { toMs }) }) as Episode['suspensions'][number]);
const life = fc.record({
  t_change: maybe,
  t_observable: maybe,
  t_detect: clock,
  t_alert: maybe,
  t_ack: maybe,
  t_triage: maybe,
  t_remediate: maybe,
  t_verify: maybe,
  t_close: maybe,
});
/** In order, as they mostly are, and closed by its proof. */
const orderly = life.map(({ t_close, ...clocks }) => {
  const times = Object.values({ ...clocks, t_close })
    .flatMap((one) => one?.atMs ?? [])
    .sort((a, b) => a - b);
  const sorted = Object.entries(clocks).flatMap(([name, one]) =>
    one ? [[name, { ...one, precision: 'exact' as const, atMs: times.shift() ?? one.atMs }] as const] : [],
  );
  const inOrder: Episode['clocks'] = Object.fromEntries(sorted);
  return inOrder.t_verify ? { ...inOrder, t_close: inOrder.t_verify } : inOrder;
});
const story = fc.record({
  clocks: fc.oneof(life, orderly),
  closeReason: fc.constantFrom(
    'remediated_verified',
    'remediated_verified',
    'remediated_by_deletion',
    'asset_deleted',
    'false_positive',
    'duplicate',
    'out_of_scope',
  ),
  trigger: fc.constantFrom('asset_change', 'asset_change', 'baseline', 'advisory_published', 'unknown'),
  cohort: fc.constantFrom('normal', 'normal', 'normal', 'baseline'),
  exercise: fc.constantFrom(false, false, false, true),
  detectorSuppressed: fc.boolean(),
  durable: fc.boolean(),
  severity: fc.constantFrom('critical', 'high', 'high', 'medium'),
  strictestSeverity: fc.constantFrom('critical', 'high', 'medium'),
  verdict: fc.constantFrom(undefined, undefined, 'tp', 'fp', 'btp', 'unknown'),
  alertGroup: fc.constantFrom(undefined, undefined, 'g1', 'g2'),
  fixActor: fc.option(actor, { nil: undefined }),
  attempts: fc.oneof(fc.constant([]), fc.array(attempt, { maxLength: 2 })),
  suspensions: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(suspension, { maxLength: 2 })),
});
const told = fc.record({
  detectorClass: fc.constantFrom('posture', 'posture', 'vulnerability', 'drift', 'runtime', 'identity'),
  asset: fc.constantFrom('c0', 'c1', 'c3', 'unknown'),
  confidence: fc.constantFrom(0.5, 1),
  stories: fc.array(story, { minLength: 1, maxLength: 3, size: 'max' }),
});
const estate = fc.array(told, { minLength: 1, maxLength: 12, size: 'max' });
const filter: fc.Arbitrary<SliFilter> = fc.constantFrom(
  {},
  {},
  { severity: 'critical' },
  { criticality: 'c0,c1' },
  { detector_class: 'posture' },
);

type Told = typeof told extends fc.Arbitrary<infer T> ? T : never;

function episodeOf(id: string, seq: number, { detectorClass, stories }: Told): Episode {
  const { clocks, closeReason, verdict, alertGroup, fixActor, attempts, ...rest } = stories[
    seq - 1
  ] as Told['stories'][0];
  const known = Object.fromEntries(Object.entries(clocks).filter(([, one]) => one !== undefined));
  return {
    ...rest,
    id: `${id}.${seq}`,
    findingId: id,
    seq,
    tenant: 'default',
    state: clocks.t_close ? 'closed' : 'open',
    ...(clocks.t_close && { closeReason }),
    origin: 'live',
    clocks: known,
    detector: 'prowler',
    detectorClass,
    rule: 'r',
    flaps: 0,
    candidateChangeIds: [],
    ...(verdict && { verdict }),
    ...(alertGroup !== undefined && { alertGroup }),
    ...(fixActor && { fixActor }),
    ...(attempts.length > 0 && { attempts }),
    lastFailMs: T0,
    lastSeenMs: T0,
    traceIds: [],
  } as Episode;
}

async function stageOf(findings: readonly Told[]): Promise<Stage> {
  const stage = new Stage({ policy: { ...DEFAULT_SLI_POLICY, deadlines: DEADLINE_PRESETS.at(-1) ?? assert.fail() } });
  for (const criticality of ['c0', 'c1', 'c3'] as const) {
    const context = { criticality, exposure: 'internet' as const };
    const asset = { ...bucket, id: criticality };
    await stage.receive(0, 'inventory', [{ kind: 'asset', asset, state: 'present', atMs: T0, context }]);
  }
  for (const [index, one] of findings.entries()) {
    const id = `f_${index.toString(16).padStart(32, '0')}`;
    const episodes = one.stories.map((_, at) => episodeOf(id, at + 1, one));
    const times = episodes.flatMap(({ clocks }) => Object.values(clocks).map(({ atMs }) => atMs));
    const finding = {
      id,
      tenant: 'default',
      detector: 'prowler',
      detectorClass: one.detectorClass,
      rule: 'r',
      title: 'A finding',
      asset: { ...bucket, id: one.asset },
      severity: 'high',
      confidence: one.confidence,
      lastVerdict: 'fail',
      lastSeenMs: T0,
      links: [],
    } as Finding;
    stage.processor.estate.setFinding(id, {
      finding,
      episodes,
      scopes: [],
      firstMs: Math.min(T0, ...times),
      latestMs: Math.max(T0, ...times),
    });
  }
  stage.processor.estate.changed();
  stage.now = T0 + (DAYS + 5) * DAY;
  return stage;
}

test('a point of a series is what its window says of itself, for every SLI', async () => {
  await fc.assert(
    fc.asyncProperty(estate, filter, fc.integer({ min: 24, max: 800 }), async (findings, slice, hours) => {
      const stage = await stageOf(findings);
      for (const { definition } of SLIS) {
        const { id } = definition;
        const query = { window: '50d', stepSeconds: hours * 1800, filter: slice };
        for (const { at, value, good, bad } of stage.slis.series(id, query) ?? []) {
          const report = stage.slis.get(id, { untilMs: Date.parse(at), filter: slice });
          const point = { value, good, bad };
          assert.deepEqual(point, { value: report?.value, good: report?.good, bad: report?.bad }, `${id} at ${at}`);
        }
      }
    }),
    { numRuns: 30, seed: 11 },
  );
});

test('a trend is what each window says of itself, whatever its length and step', async () => {
  const someWindows = fc.record({
    fromMs: instant,
    lengthMs: fc.oneof(fc.integer({ min: 1, max: 60 * DAY }), fc.constantFrom(HOUR, DAY, 7 * DAY)),
    stepMs: fc.oneof(fc.integer({ min: HOUR, max: 20 * DAY }), fc.constantFrom(HOUR * 12, DAY)),
    count: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(estate, filter, someWindows, async (findings, slice, { fromMs, lengthMs, stepMs, count }) => {
      const { estate: at, sliPolicy: policy } = (await stageOf(findings)).processor;
      const facts = slicedFacts(at.facts(), slice);
      const lastMs = fromMs + lengthMs + (count - 1) * stepMs;
      for (const { definition, trend, compute } of SLIS) {
        const headlineOf = trend?.(facts, policy, { fromMs, toMs: lastMs, lengthMs, stepMs });
        for (let toMs = fromMs + lengthMs; headlineOf && toMs <= lastMs; toMs += stepMs) {
          const window: Span = { fromMs: toMs - lengthMs, toMs };
          const { value, good, bad } = compute(inputAt(facts, { ...window, latestMs: at.latestMs }, policy));
          assert.deepEqual(headlineOf(window), { value, good, bad }, `${definition.id} of ${JSON.stringify(window)}`);
        }
      }
    }),
    { numRuns: 120, seed: 5 },
  );
});
