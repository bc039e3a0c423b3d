import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AssetObservation, HeartbeatObservation } from '@cnapp-slo/model';
import type { Ledgered } from '../pipeline/facts.ts';
import { bucket, change, DAY, fail, HOUR, MINUTE, Stage, scan, T0, workload } from './test-stage.ts';

/** Signals whose values the planted story moves little: what is told when, and what is calculated by hand then, against SQLite. */
type Line =
  | { tell: number; format: string; bodies: Ledgered[] }
  | { at: number; value: number | null; also?: Companions };
type Companions = Readonly<Record<string, number | null>>;

const tell = (at: number, format: string, ...bodies: Ledgered[]): Line => ({ tell: at, format, bodies });
const at = (when: number, value: number | null, also: Companions = {}): Line => ({ at: when, value, also });

async function follow(id: string, lines: readonly Line[]): Promise<void> {
  const stage = new Stage();
  for (const line of lines) {
    if ('tell' in line) {
      await stage.receive(line.tell, line.format, line.bodies);
      continue;
    }
    stage.now = T0 + line.at;
    const report = stage.slis.get(id);
    const name = `${id} at ${line.at / MINUTE} min`;
    same(report?.value, line.value, name);
    for (const [companion, value] of Object.entries(line.also ?? {}))
      same(report?.companions?.[companion], value, `${name}: ${companion}`);
  }
}

function same(actual: number | null | undefined, expected: number | null, name: string): void {
  const isSame = expected === null ? actual === null : Math.abs((actual ?? Number.NaN) - expected) < 1e-12;
  assert.ok(isSame, `${name}: ${actual}, by hand ${expected}`);
}

test('F1: scopes that no complete scan has enumerated within two intervals of an hour', async () => {
  const scanned = (when: number, scope: string, more = {}) =>
    scan(when, true, { scope, scanId: `${scope}-${when}`, intervalSeconds: 3600, ...more });
  const failed = (when: number, scope: string) =>
    scan(when, false, { scope, scanId: `${scope}-${when}`, error: 'AccessDenied' });
  const inventory = ['e1', 'e2', 'e3', 'e4'].map(
    (id): AssetObservation => ({ kind: 'asset', asset: { ...bucket, id, account: 'e' }, state: 'present', atMs: T0 }),
  );
  await follow('inventory-delta', [
    at(0, null),
    tell(0, 'ocsf', ...['a', 'b', 'c', 'd'].map((scope) => scanned(0, scope))),
    at(HOUR, 0 / 4),
    tell(90 * MINUTE, 'ocsf', scanned(90 * MINUTE, 'a')),
    at(2 * HOUR, 3 / 4), // a holds until 3:30
    tell(121 * MINUTE, 'ocsf', failed(121 * MINUTE, 'b')),
    tell(130 * MINUTE, 'ocsf', scanned(130 * MINUTE, 'c')),
    at(150 * MINUTE, 2 / 4, { failed_scans: 1 }), // b has failed, d is stale
    tell(160 * MINUTE, 'ocsf', ...inventory, scanned(160 * MINUTE, 'e', { assets: 5 })),
    at(180 * MINUTE, 2 / 5, { known_scopes: 5, asset_delta: 1 / 4 }), // five listed, four known
    tell(190 * MINUTE, 'ocsf', scanned(190 * MINUTE, 'b')),
    at(195 * MINUTE, 1 / 5),
    at(240 * MINUTE, 2 / 5), // a and d
    at(255 * MINUTE, 3 / 5), // and c, from 4:10
    at(300 * MINUTE, 4 / 5), // and e, from 4:40
    at(310 * MINUTE, 5 / 5), // and b, from 5:10
  ]);
});

test('F2: agents heard of within three intervals of ten minutes, less what they lost', async () => {
  const beat = (when: number, node: string, more: Partial<HeartbeatObservation> = {}): HeartbeatObservation => ({
    kind: 'heartbeat',
    agent: 'falco',
    node,
    atMs: T0 + when * MINUTE,
    intervalSeconds: 600,
    ...more,
  });
  const node = (when: number, name: string, state: AssetObservation['state']): AssetObservation => ({
    kind: 'asset',
    asset: { id: `node/${name}`, kind: 'node', provider: 'kubernetes', name },
    state,
    atMs: T0 + when * MINUTE,
  });
  await follow('agent-heartbeat', [
    at(0, null),
    tell(0, 'falco', node(0, 'n3', 'present'), ...['n1', 'n2', 'n3'].map((name) => beat(0, name))),
    at(10 * MINUTE, 3 / 3, { expected: 3, silent: 0, drop_ratio: null }),
    tell(20 * MINUTE, 'falco', beat(20, 'n1')),
    tell(25 * MINUTE, 'falco', beat(25, 'n2', { dropped: 50, received: 150 })),
    at(40 * MINUTE, (1 + 150 / 200) / 3, { silent: 1, drop_ratio: 50 / 200 }), // n3 until 0:30
    tell(42 * MINUTE, 'falco', node(42, 'n4', 'present')),
    at(45 * MINUTE, (1 + 150 / 200) / 4, { expected: 4 }), // nothing runs on n4
    at(52 * MINUTE, 150 / 200 / 4, { silent: 2 }), // n1 until 0:50
    tell(53 * MINUTE, 'falco', node(53, 'n3', 'deleted')),
    at(54 * MINUTE, 150 / 200 / 3, { expected: 3 }),
    at(56 * MINUTE, 0 / 3), // n2 until 0:55
  ]);
});

test('F3: robust z of the last complete hour against the same hour of four weeks', async () => {
  const hours = (rule: string, day: number, hour: number, times: number): Line => {
    const from = day * DAY + hour * HOUR;
    const bodies = Array.from({ length: times }, (_, index) =>
      fail(from + index * 1000, {
        detector: 'falco',
        detectorClass: 'runtime',
        rule,
        asset: workload,
        discriminator: `${day} ${hour} ${index}`,
      }),
    );
    return tell(from + HOUR - 1, 'falco', ...bodies);
  };
  const mad = 1.4826;
  await follow('alert-spike', [
    at(HOUR, null),
    hours('shell', 0, 0, 10),
    hours('dns', 0, 0, 2),
    hours('quiet', 0, 2, 1),
    hours('busy', 0, 4, 40),
    hours('shell', 7, 0, 14),
    hours('dns', 7, 0, 2),
    hours('quiet', 7, 2, 3),
    hours('busy', 7, 4, 40),
    hours('shell', 14, 0, 12),
    hours('dns', 14, 0, 2),
    hours('quiet', 14, 2, 5),
    hours('busy', 14, 4, 40),
    hours('shell', 21, 0, 20),
    hours('dns', 21, 0, 2),
    // 20 against 10, 14, 12: median 12, MAD 2.
    at(21 * DAY + 90 * MINUTE, (20 - 12) / (2 * mad), { spiking_rules: 0, detections: 22 }),
    hours('quiet', 21, 2, 7),
    hours('busy', 21, 4, 40),
    hours('shell', 28, 0, 30),
    // 30 against 10, 14, 12, 20: median 13, MAD 2. And no dns: 0 against 2.
    at(28 * DAY + 61 * MINUTE, (30 - 13) / (2 * mad), { spiking_rules: 0, detections: 30 }),
    hours('dns', 28, 0, 25),
    at(28 * DAY + 90 * MINUTE, (25 - 2) / 1, { spiking_rules: 1, detections: 55 }), // above 6, and above 20
    at(28 * DAY + 2 * HOUR, null), // nothing in that hour, ever
    hours('quiet', 28, 2, 10),
    at(28 * DAY + 3 * HOUR, (10 - 4) / (2 * mad)), // 1, 3, 5, 7
    hours('new', 28, 3, 7),
    at(28 * DAY + 4 * HOUR, 7 / 1, { spiking_rules: 0 }), // above 6, but only seven
    hours('busy', 28, 4, 10),
    at(28 * DAY + 5 * HOUR, (10 - 40) / 1),
  ]);
});

test('F6: resources whose link to the code that declares them is missing, stale or contradictory', async () => {
  const seen = (
    when: number,
    id: string,
    repository?: string,
    state: AssetObservation['state'] = 'present',
  ): AssetObservation => ({
    kind: 'asset',
    asset: { ...bucket, id },
    state,
    atMs: T0 + when,
    ...(repository && { context: { iac: { repository } } }),
  });
  const compared = (when: number) =>
    fail(when, {
      detector: 'terraform',
      detectorClass: 'drift',
      rule: 'drift',
      verdict: 'pass',
      asset: { ...bucket, id: 'c' },
      drift: { intervalSeconds: 86_400 },
    });
  await follow('miscorrelation', [
    at(0, null),
    tell(0, 'aws-config', ...['a', 'b', 'c'].map((id) => seen(0, id, 'infra')), seen(0, 'd')),
    at(HOUR, 1 / 4, { none: 1 / 4 }),
    tell(DAY, 'aws-config', seen(DAY, 'b', 'legacy')),
    tell(DAY, 'terraform-plan', compared(DAY)),
    at(2 * DAY, 2 / 4, { contradictory: 1 / 4 }),
    at(4 * DAY, 3 / 4, { stale: 1 / 4 }), // the comparison of c held until day 3
    tell(5 * DAY, 'aws-config', seen(5 * DAY, 'e', 'infra')),
    at(6 * DAY, 3 / 5),
    tell(9 * DAY, 'aws-config', seen(9 * DAY, 'b', 'infra')),
    at(9 * DAY + HOUR, 2 / 5, { contradictory: 0 }), // legacy has not claimed it for a week: it moved
    tell(10 * DAY, 'terraform-plan', compared(10 * DAY)),
    at(10 * DAY + HOUR, 1 / 5),
    tell(11 * DAY, 'aws-config', seen(11 * DAY, 'd', undefined, 'deleted')),
    at(11 * DAY + HOUR, 0 / 4),
  ]);
});

test('M7: what is said of an artifact by its build, its attestation and its scanner meets by the digest', async () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const runs = (when: number, letter: string): AssetObservation => ({
    kind: 'asset',
    asset: { ...workload, id: `w-${letter}`, name: letter },
    state: 'present',
    atMs: T0 + when,
    relations: [{ rel: 'runs_image', to: `r/shop@${digest(letter)}` }],
  });
  const built = (when: number, ...letters: string[]) =>
    change(when, { changeKind: 'build', action: 'slsa:build', assets: [], digests: letters.map(digest) });
  const looked = (when: number, letter: string) =>
    scan(when, true, {
      detector: 'grype',
      detectorClass: 'vulnerability',
      scope: letter,
      scanId: `${when}`,
      digest: digest(letter),
    });
  await follow('sbom-coverage', [
    at(0, null, { build_coverage: null }),
    tell(HOUR, 'slsa-intoto', built(HOUR, 'a', 'b'), built(2 * HOUR, 'c')),
    at(2 * HOUR, null, { build_coverage: 0 / 2 }),
    tell(3 * HOUR, 'inventory', runs(3 * HOUR, 'a'), runs(3 * HOUR, 'b'), runs(3 * HOUR, 'c'), runs(3 * HOUR, 'd')),
    tell(3 * HOUR, 'slsa-intoto', {
      kind: 'sbom',
      digest: digest('a'),
      subject: 'a',
      spec: 'cyclonedx',
      components: 9,
      signed: true,
      atMs: T0 + 3 * HOUR,
    }),
    at(4 * HOUR, 1 / 4, { signed: 1 / 4, minimum_elements: 0, build_coverage: 1 / 2, rescanned: 0 / 4 }),
    tell(4 * HOUR, 'grype', looked(4 * HOUR, 'a'), looked(4 * HOUR, 'd')),
    at(5 * HOUR, 1 / 4, { rescanned: 2 / 4 }),
    tell(20 * HOUR, 'grype', looked(20 * HOUR, 'd')),
    at(26 * HOUR, 1 / 4, { rescanned: 2 / 4 }), // a until 28:00
    tell(26 * HOUR, 'inventory', runs(26 * HOUR, 'a'), runs(26 * HOUR, 'd')),
    at(29 * HOUR, 1 / 4, { rescanned: 1 / 2 }), // b and c were last seen a day before 27:00
  ]);
});
