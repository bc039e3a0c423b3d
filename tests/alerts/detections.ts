import { randomUUID } from 'node:crypto';
import { BUCKET, bucketStory } from '../acceptance/bucket-story.ts';

const HOUR_MS = 3_600_000;

/** The opening change and the scanner's finding of a bucket of its own, found now: twenty minutes after it was opened, or (`late`) later than the hour allowed. */
export function detection(late: boolean, owner = 'payments'): object[] {
  const wholeSecondMs = Math.floor(Date.now() / 1000) * 1000;
  const [, opened] = bucketStory(wholeSecondMs - (late ? 3 * HOUR_MS : HOUR_MS / 2));
  const [, , , failed] = bucketStory(wholeSecondMs - HOUR_MS / 2);
  const name = `bucket-${randomUUID()}`;
  const text = JSON.stringify([opened, failed]).replaceAll(BUCKET, name).replace('owner:payments', `owner:${owner}`);
  return JSON.parse(text.replaceAll('0b1d6f0a-0000-4000-8000-000000000001', randomUUID())) as object[];
}
