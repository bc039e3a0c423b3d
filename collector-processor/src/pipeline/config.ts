import { z } from 'zod';

/** `exercises`: detection exercises that stay out of production's numbers. */
export const ExerciseConfig = z.strictObject({
  /** Signs them; a secret. Unset: every message that calls itself an exercise is believed, also an attacker's. */
  key: z.string().min(16).optional(),
});
