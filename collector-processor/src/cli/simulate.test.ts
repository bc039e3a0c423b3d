import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RecordedItem, SamplingPolicy, Simulation } from '@cnapp-slo/model';
import { DEFAULT_SAMPLING, replay, seeded, simulate } from '@cnapp-slo/model';
import { requirePart } from '../../../tests/servers/require-part.ts';
import { cnapp } from './index.ts';
import { type RecordingSettings, readRecording } from './simulate/recording.ts';

const fixtures = requirePart('fixtures');
const sequences = fixtures.path === undefined ? '' : join(fixtures.path, 'sequences');
const SEEDS = 200;
const prices = { ingestPerGb: 0.5, storedPerGbMonth: 0, retentionMonths: 0 };
const folder = mkdtempSync(join(tmpdir(), 'simulate-'));
after(() => rmSync(folder, { recursive: true }));

const everywhere = (criticality: 'c2' | 'c3') => [{ match: '*', criticality, dataClass: null, exposure: null }];

/** Read once: the largest table has half a million lines. */
const recordings = new Map<string, Promise<RecordedItem[]>>();
function recorded(paths: readonly string[], settings: RecordingSettings): Promise<RecordedItem[]> {
  const key = JSON.stringify([paths, settings]);
  const reading = recordings.get(key) ?? readRecording(paths, settings);
  recordings.set(key, reading);
  return reading;
}

async function compared(paths: string[], settings: RecordingSettings, policy: SamplingPolicy = DEFAULT_SAMPLING) {
  const items = await recorded(paths, settings);
  const simulation = simulate(items, { policy, prices, seconds: 86_400 });
  const draws = replay(
    items,
    policy,
    Array.from({ length: SEEDS }, (_, seed) => seeded(seed + 1)),
  );
  const mean = draws.reduce((sum, { recall }) => sum + (recall ?? 0), 0) / SEEDS;
  const lost = draws.reduce((sum, { neverDropLost }) => sum + neverDropLost, 0);
  return { items, simulation, mean, lost };
}

for (const [name, paths, settings] of [
  ['AIT-ADS, five companies under attack', ['ait-ads'], { assets: everywhere('c2'), phases: 'alerts' }],
  ['Stratus, one attack technique a file', ['stratus-cloudtrail'], { assets: everywhere('c3'), phases: 'file' }],
  [
    'Invictus, Kubernetes and Log4Shell',
    ['invictus-cloudtrail', 'k8s-audit-attack', 'otrf'],
    { assets: everywhere('c3'), phases: 'file' },
  ],
] as [string, string[], RecordingSettings][]) {
  test(`${name}: predicted recall is that of ${SEEDS} replays within .01, and nothing of never-drop classes is lost`, {
    skip: fixtures.skip,
  }, async (context) => {
    const { simulation, mean, lost } = await compared(
      paths.map((path) => join(sequences, path)),
      settings,
    );
    const { total, never_drop: neverDrop } = simulation;
    context.diagnostic(
      `${total.phases} phases: predicted ${total.recall?.toFixed(4)}, replayed ${mean.toFixed(4)}; ${neverDrop.events} never-drop events, ${lost} lost`,
    );
    assert.ok(total.phases > 10);
    assert.ok(Math.abs((total.recall ?? Number.NaN) - mean) <= 0.01);
    assert.equal(lost, 0);
    assert.equal(neverDrop.lost, 0);
  });
}

test('of short attack phases (10 alerts and fewer) a tenth of the units shows only 13 %', {
  skip: fixtures.skip,
}, async () => {
  const items = await recorded([join(sequences, 'ait-ads')], { assets: everywhere('c2'), phases: 'alerts' });
  const phases = Map.groupBy(
    items.filter(({ phase }) => phase !== null),
    ({ phase }) => phase,
  );
  const short = [...phases.values()].filter((traces) => traces.length <= 10);
  assert.equal(phases.size, 50);
  assert.equal(short.length, 16);
  const { total } = simulate(short.flat(), { policy: DEFAULT_SAMPLING, prices, seconds: 86_400 });
  // By an independent count of host-minutes: the mean of 1 − .9^units is .1326.
  assert.ok(Math.abs((total.recall ?? 0) - 0.1326) < 0.0005, String(total.recall));
});

const table = `time,name,ip,host,short,time_label,event_label
60,"Shell, reverse",10.0.0.1,web-1,R-Shell,reverse_shell,x
70,Scan,10.0.0.1,web-1,R-Scan,reverse_shell,x
200,Update,10.0.0.2,mail,R-Update,false_positive,-
`;

async function run(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await cnapp(['simulate', ...argv], {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env: {},
  });
  return { code, stdout, stderr };
}

test('a table of alerts: what the tiers file makes of it', async () => {
  writeFileSync(join(folder, 'alerts.csv'), table);
  writeFileSync(
    join(folder, 'tiers.yaml'),
    `revision: r1
probability: { T0: 1, T1: 0.5, T2: 0.25, T3: 0.125 }
assets:
  - { match: 'web-*', criticality: c1 }
  - { match: '*', criticality: c3 }
`,
  );
  const { code, stdout } = await run(join(folder, 'alerts.csv'), '--tiers', join(folder, 'tiers.yaml'), '--json');
  assert.equal(code, 0);
  const { candidate } = JSON.parse(stdout) as { candidate: Simulation };
  // One phase in one host-minute at ½; the update of `mail` is in T3.
  assert.deepEqual([candidate.revision, candidate.total.recall, candidate.critical.recall], ['r1', 0.5, 0.5]);
  assert.deepEqual(
    candidate.tiers.map(({ events }) => events),
    [0, 2, 0, 1],
  );
});

test('what is wrong is named: no files, no such tier, a probability of 2, no telemetry', async () => {
  writeFileSync(join(folder, 'bad.yaml'), 'probability: { T0: 2, T1: 1, T2: 1, T3: 1 }');
  writeFileSync(join(folder, 'nothing.json'), '{}');
  const csv = join(folder, 'alerts.csv');
  writeFileSync(csv, table);
  assert.equal((await run()).code, 2);
  assert.match((await run(csv, '--whole', 'T9')).stderr, /--whole: T9 is no tier/);
  assert.match((await run(csv, '--tiers', join(folder, 'bad.yaml'))).stderr, /probability\.T0/);
  assert.equal((await run(join(folder, 'nothing.json'))).code, 1);
});
