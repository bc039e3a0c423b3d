/** The two stories many times over, each on assets of its own. */
import { ASSET, BUCKET, bucketStory } from '../acceptance/bucket-story.ts';
import { imageStory, WORKLOAD } from '../acceptance/image-story.ts';
import type { ProcessorServer } from '../servers/processor.ts';

export type Urgency = 'page' | 'ticket';

export interface Story {
  /** The id of the asset that pages. */
  assetId: string;
  /** What comes before anybody is to be told. */
  begin(processor: ProcessorServer): Promise<void>;
  /** The events that somebody is told of, in order: one that pages may come after one that was a ticket. */
  strikes: { urgency: Urgency; send(processor: ProcessorServer): Promise<unknown> }[];
  /** What proves that it is over. `incidentId` is that of the story. */
  end(processor: ProcessorServer, incidentId: string): Promise<void>;
}

const FAIL = 3;

function numbered(number: number): string {
  return String(number).padStart(3, '0');
}

/** A policy opens a bucket of payments', a scanner sees it. Critical pages, high is a ticket. */
export function publicBucket(number: number, baseMs: number, severity: 'Critical' | 'High' = 'Critical'): Story {
  const name = `${BUCKET}-${numbered(number)}`;
  const assetId = ASSET.replace(BUCKET, name);
  const documents = JSON.parse(
    JSON.stringify(bucketStory(baseMs))
      .replaceAll(BUCKET, name)
      .replaceAll(
        '"severity_id":5,"severity":"Critical"',
        `"severity_id":${severity === 'High' ? 4 : 5},"severity":"${severity}"`,
      )
      .replaceAll('0b1d6f0a-0000', `0b1d6f0a-1${numbered(number)}`),
  ) as object[];
  const owned = {
    ResourceTagMappingList: [{ ResourceARN: assetId, Tags: [{ Key: 'owner', Value: 'payments' }] }],
    PaginationToken: '',
  };
  return {
    assetId,
    async begin(processor) {
      await processor.sendLogs([owned]);
      await processor.sendLogs(documents.slice(0, FAIL));
    },
    strikes: [
      {
        urgency: severity === 'High' ? 'ticket' : 'page',
        send: (processor) => processor.sendLogs(documents.slice(FAIL, FAIL + 1)),
      },
    ],
    async end(processor) {
      await processor.sendLogs(documents.slice(FAIL + 1));
    },
  };
}

/** An image of payments' is found tainted, which is a ticket; then somebody uses it, which is a page of the same incident. */
export function compromisedImage(number: number, baseMs: number): Story {
  const name = `checkout-${numbered(number)}`;
  const story = JSON.parse(
    JSON.stringify(imageStory(baseMs))
      .replaceAll('checkout', name)
      .replaceAll('c0ffee', `c${numbered(number)}ee`) // digests and ids, of the same length
      .replaceAll('beef', `b${numbered(number)}`)
      .replaceAll('-00000000c0de', `-000000000${numbered(number)}`)
      .replaceAll('-00000000000', `-0000000${numbered(number)}0`),
  ) as ReturnType<typeof imageStory>;
  const tell = (processor: ProcessorServer, { documents, resource }: (typeof story)['pod']) =>
    processor.sendLogs(documents, resource);
  return {
    assetId: WORKLOAD.replace('checkout', name),
    async begin(processor) {
      for (const telling of [story.cleanScan, story.provenance, story.pod]) await tell(processor, telling);
    },
    strikes: [
      { urgency: 'ticket', send: (processor) => tell(processor, story.registryScan) },
      { urgency: 'page', send: (processor) => tell(processor, story.attack) },
    ],
    async end(processor, incidentId) {
      const contained = { subject_id: incidentId, action: 'contained', actor: 'ana@acme.example' };
      await fetch(`http://${processor.api}/api/v1/actions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(contained),
      });
      const clean = { ...story.cleanScan.documents[0], CreatedAt: new Date().toISOString() };
      await processor.sendLogs([clean], story.cleanScan.resource);
    },
  };
}
