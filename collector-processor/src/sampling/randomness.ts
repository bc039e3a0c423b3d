import { createHash } from 'node:crypto';
import { randomnessOfHash } from '@cnapp-slo/model';

/** The randomness of a unit outside of traces: the first 56 bits of the SHA-256 of its key, as 14 hexadecimal digits. */
export function randomnessOfUnit(key: string): string {
  return randomnessOfHash(createHash('sha256').update(key).digest('hex'));
}
