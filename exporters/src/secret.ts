import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** A secret's place, never the secret: `{ file: /run/secrets/slack }` or `{ env: SLACK_TOKEN }`. */
export const secretPlace = z.union([
  z.strictObject({ file: z.string().min(1) }),
  z.strictObject({ env: z.string().min(1) }),
]);
type SecretPlace = z.output<typeof secretPlace>;

/** The secret without surrounding white space. Throws an Error that names `key` when there is none. */
export function readSecret(place: SecretPlace, key: string): string {
  let text: string | undefined;
  if ('env' in place) text = process.env[place.env];
  else {
    try {
      text = readFileSync(place.file, 'utf8');
    } catch (error) {
      throw new Error(`${key}: cannot read ${place.file}`, { cause: error });
    }
  }
  const secret = text?.trim();
  if (!secret) throw new Error(`${key}: ${'env' in place ? place.env : place.file} is empty`);
  return secret;
}
