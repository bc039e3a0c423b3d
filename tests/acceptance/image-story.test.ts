import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FindingJson, IncidentJson, Page } from '@cnapp-slo/model';
import { temporaryFolder } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { AT, at, DIGEST, IMAGE, imageStory, REPOSITORY, WORKLOAD } from './image-story.ts';

const baseMs = Math.floor((Date.now() - 3 * 3600_000) / 1000) * 1000;
const story = imageStory(baseMs);
const tellings = [story.cleanScan, story.provenance, story.pod, story.registryScan, story.attack];

async function theIncident(processor: ProcessorServer): Promise<IncidentJson> {
  const { items } = (await processor.get('/api/v1/incidents')) as Page<IncidentJson>;
  assert.equal(items.length, 1);
  return (await processor.get(`/api/v1/incidents/${items[0]?.id}`)) as IncidentJson;
}

/** By hand, from the story: what was built, what the registry's scanner found, what the sensor saw. */
function assertStory(incident: IncidentJson): void {
  assert.deepEqual(incident.members.map(({ detector, stage, asset_id }) => [detector, stage, asset_id]).sort(), [
    ['falco', 'attack', WORKLOAD],
    ['trivy', 'weakness', IMAGE],
  ]);
  assert.deepEqual(
    [incident.title, incident.severity, incident.state, incident.team, incident.workloads, incident.digests],
    ['Outbound Connection to C2 Servers', 'critical', 'firing', 'payments', [WORKLOAD], [DIGEST]],
  );
  assert.deepEqual(
    incident.chain?.map((step) => [step.at, step.kind, step.asset_id, step.change?.repository ?? null]),
    [
      [at(baseMs, AT.built), 'build', IMAGE, REPOSITORY],
      [at(baseMs, AT.scanned), 'weakness', IMAGE, null],
      [at(baseMs, AT.attacked), 'attack', WORKLOAD, null],
    ],
  );
}

test('a compromised image is one incident: the build, the registry finding and the runtime alert', async (t) => {
  const processor = await startProcessor();
  t.after(() => processor.stop());
  for (const { documents, resource } of tellings) await processor.sendLogs(documents, resource);
  assertStory(await theIncident(processor));
  // 35 severity + 20 criticality + 25 under attack + 10 for the combination = 90; the attack itself has no combination.
  const { items } = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
  assert.deepEqual(
    items.map(({ detector, risk }) => [
      detector,
      risk?.decision,
      risk?.score,
      risk?.combinations.map(({ name }) => name),
    ]),
    [
      ['trivy', 'act', 90, ['attack_on_weakness']],
      ['falco', 'act', 80, []],
    ],
  );
  // What a registry holds is as critical as what runs it.
  const criticality = items[0]?.risk?.factors.find(({ name }) => name === 'criticality');
  assert.deepEqual([criticality?.value, criticality?.reason], ['c0', 'runs as checkout']);
});

test('the same in reverse order, with a restart in between', async (t) => {
  const folder = temporaryFolder('image-story');
  t.after(() => folder.remove());
  const storage = join(folder.path, 'cnapp.db');
  const [attack, registryScan, ...rest] = tellings.toReversed();
  const before = await startProcessor(storage);
  for (const telling of [attack, registryScan]) await before.sendLogs(telling?.documents ?? [], telling?.resource);
  await before.stop();
  const after = await startProcessor(storage);
  t.after(() => after.stop());
  for (const { documents, resource } of rest) await after.sendLogs(documents, resource);
  assertStory(await theIncident(after));
});

test('an incident is over only when all of it is, and what is said of it is said of every member', async (t) => {
  const processor = await startProcessor();
  t.after(() => processor.stop());
  for (const { documents, resource } of tellings) await processor.sendLogs(documents, resource);
  const { id } = await theIncident(processor);
  const say = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`http://${processor.api}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subject_id: id, actor: 'ana@acme.example', ...body }),
    });
    assert.equal(answer.status, 201);
  };
  await say('acknowledgements', {});
  assert.equal((await theIncident(processor)).state, 'acknowledged');
  await say('actions', { action: 'contained' });
  const contained = await theIncident(processor);
  assert.deepEqual(contained.members.map(({ stage, state }) => [stage, state]).sort(), [
    ['attack', 'closed'],
    ['weakness', 'acked'],
  ]);
  assert.equal(contained.state, 'acknowledged');
  // The rebuilt image is clean: a complete scan that lacks the finding proves it.
  const clean = JSON.parse(JSON.stringify(story.cleanScan.documents[0])) as Record<string, unknown>;
  await processor.sendLogs([{ ...clean, CreatedAt: at(baseMs, AT.attacked + 30) }], story.cleanScan.resource);
  assert.equal((await theIncident(processor)).state, 'resolved');
});
