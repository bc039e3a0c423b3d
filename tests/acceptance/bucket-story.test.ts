import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClocksJson, EpisodeJson, FindingJson, Page, SliReport } from '@cnapp-slo/model';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka } from '../servers/kafka.ts';
import { waitFor } from '../servers/process.ts';
import { type ProcessorServer, startProcessor } from '../servers/processor.ts';
import { requirePart } from '../servers/require-part.ts';
import { ASSET, AT, at, bucketStory } from './bucket-story.ts';

/** Two hours ago, so that all of it is live and past. */
const baseMs = Math.floor((Date.now() - 2 * 3600_000) / 1000) * 1000;
const story = bucketStory(baseMs);
const iso = (minutes: number): string => new Date(at(baseMs, minutes)).toISOString();

async function theEpisode(processor: ProcessorServer): Promise<EpisodeJson> {
  const { items } = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
  assert.deepEqual(
    items.map((item) => [item.asset_id, item.team]),
    [[ASSET, 'payments']],
  );
  const finding = (await processor.get(`/api/v1/findings/${items[0]?.id}`)) as FindingJson;
  assert.equal(finding.episodes?.length, 1);
  return finding.episodes?.[0] as EpisodeJson;
}

/** Times by hand, from the story; what depends on the receipt is left out. */
function assertClocks(clocks: ClocksJson): void {
  const told = Object.fromEntries(
    Object.entries(clocks)
      .filter(([name]) => name !== 't_observable')
      .map(([name, clock]) => [name, [clock.at, clock.source, clock.precision]]),
  );
  assert.deepEqual(told, {
    t_change: [iso(AT.opened), 'cloudtrail', 'exact'],
    t_detect: [iso(AT.failed), 'prowler', 'exact'],
    t_remediate: [iso(AT.fixed), 'cloudtrail', 'exact'],
    t_verify: [iso(AT.verified), 'prowler', 'exact'],
    t_close: [iso(AT.verified), 'prowler', 'exact'],
  });
}

async function sli(processor: ProcessorServer, id: string): Promise<SliReport> {
  return (await processor.get(`/api/v1/slis/${id}`)) as SliReport;
}

async function assertStory(processor: ProcessorServer): Promise<EpisodeJson> {
  const episode = await theEpisode(processor);
  assertClocks(episode.clocks);
  assert.deepEqual([episode.state, episode.close_reason, episode.flaps], ['closed', 'remediated_verified', 0]);
  assert.equal(episode.change?.action, 'aws:s3:PutBucketPolicy');
  const [mttd, mttr] = [await sli(processor, 'mttd-config'), await sli(processor, 'mttr')];
  assert.deepEqual([mttd.value, mttd.good, mttd.bad], [(AT.failed - AT.opened) * 60, 1, 0]);
  assert.equal(mttr.value, (AT.verified - AT.failed) * 60); // nobody was alerted: from the detection
  return episode;
}

test('the bucket story over OTLP, in order, twice and shuffled, is one episode with the clocks of the story', async () => {
  const ordered = await startProcessor();
  const shuffled = await startProcessor();
  try {
    for (const document of story) assert.equal((await ordered.sendLogs([document])).status, 200);
    const first = await assertStory(ordered);
    for (const document of story) await ordered.sendLogs([document]);
    assert.deepEqual(await assertStory(ordered), first);
    const order = [5, 3, 0, 4, 2, 1].map((index) => story[index] as object);
    await shuffled.sendLogs(order);
    assert.equal((await assertStory(shuffled)).id, first.id);
  } finally {
    await ordered.stop();
    await shuffled.stop();
  }
});

const kafkaPart = requirePart('kafka');

test('the bucket story over Kafka is the same episode, and sent again changes nothing', {
  skip: kafkaPart.skip,
}, async (t) => {
  const kafka = await startKafka();
  t.after(() => kafka.stop());
  const client = new Kafka({ brokers: [kafka.broker], logLevel: logLevel.NOTHING });
  const producer = client.producer();
  await producer.connect();
  const send = (documents: readonly object[]) =>
    producer.send({
      topic: 'security-findings',
      messages: documents.map((document) => ({ value: JSON.stringify(document) })),
    });
  await send(story);
  const set = [`receivers.kafka.brokers=["${kafka.broker}"]`, 'receivers.kafka.topics=["security-*"]'];
  const processor = await startProcessor(undefined, set);
  t.after(() => processor.stop());
  await waitFor('the story to arrive', async () => {
    const { items } = (await processor.get('/api/v1/findings')) as Page<FindingJson>;
    return items[0]?.state === 'closed';
  });
  const first = await assertStory(processor);
  await send(story); // and again
  await send([{ ...story[0], time: Math.floor(Date.now() / 1000) - 60, time_dt: undefined }]); // a later PASS: shows that all before it was read
  await waitFor('the repetition to be read', async () => {
    const finding = (await processor.get(`/api/v1/findings/${first.finding_id}`)) as FindingJson;
    return Date.parse(finding.last_seen_at) > Date.now() - 10 * 60_000;
  });
  assert.deepEqual((await assertStory(processor)).clocks.t_change, first.clocks.t_change);
  await producer.disconnect();
});
