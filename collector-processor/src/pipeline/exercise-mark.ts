import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Envelope, Json } from '@cnapp-slo/model';

export const EXERCISE = 'cnapp.exercise';
export const EXERCISE_ID = 'cnapp.exercise.id';
export const EXERCISE_SIGNATURE = 'cnapp.exercise.signature';

/** HMAC-SHA256 over the exercise's id, a line feed and the message as it is sent; hex. */
export function exerciseSignature(key: string, exerciseId: string, message: Uint8Array | string): string {
  return createHmac('sha256', key).update(`${exerciseId}\n`).update(message).digest('hex');
}

export function isMarked({ attributes, resource }: Pick<Envelope, 'attributes' | 'resource'>): boolean {
  const flag = attributes[EXERCISE] ?? resource[EXERCISE];
  return flag === true || flag === 'true';
}

/**
 * Whether the message may stay out of production's numbers. Without a key every mark is believed; with one only a signed
 * mark is, for otherwise whoever attacks could call the attack an exercise. Only text can be signed.
 */
export function isGenuine(envelope: Envelope, message: Uint8Array | string | Json, key: string | null): boolean {
  if (key === null) return true;
  const id = envelope.attributes[EXERCISE_ID];
  const signature = envelope.attributes[EXERCISE_SIGNATURE];
  if (typeof id !== 'string' || typeof signature !== 'string') return false;
  if (typeof message !== 'string' && !(message instanceof Uint8Array)) return false;
  const wanted = Buffer.from(exerciseSignature(key, id, message));
  const given = Buffer.from(signature);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
