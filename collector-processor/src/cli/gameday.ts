import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { duration, percent } from '../api/pages/humanize.ts';
import { ApiClient, clientHelp, clientOptions } from './client.ts';
import { CommandError, command, UsageError } from './command.ts';
import { type Canary, STANDARD_SET } from './gameday/canaries.ts';
import { sendCanary } from './gameday/send.ts';
import { plain, textTable } from './table.ts';

const help = `Usage: cnapp gameday run [options]

Plays a set of detection canaries: plans the exercise, sends each synthetic event over OTLP as its sensor would, waits, and says which
techniques were detected and how fast. It tests the way from the receiver to the finding; put a Collector's address into --otlp to test that too.
Exercises never enter production's numbers. Exit code 1 when a technique was missed.
  --otlp URL        where events go, OTLP/HTTP (default http://127.0.0.1:4318)
  --within SECONDS  later is missed (default 60)
  --set FILE        canaries of your own: a JSON array of {name, technique, message}, {{at}} in a message is replaced by the time
  --tenant NAME
  --json            the exercise as the API answers it
The key that signs exercises is read from the environment, as the processor's own: CNAPP_EXERCISES__KEY.
${clientHelp}`;

const text = { type: 'string' } as const;
const POLL_MS = 250;

interface Exercise {
  id: string;
  over: boolean;
  recall: number;
  techniques: { technique: string; detected_at: string | null; seconds: number | null }[];
}

export const run = command(
  'gameday',
  help,
  {
    ...clientOptions,
    otlp: { type: 'string', default: 'http://127.0.0.1:4318' },
    within: { type: 'string', default: '60' },
    set: text,
    tenant: text,
    json: { type: 'boolean' },
  },
  async ({ values, positionals }, io) => {
    const { url, otlp, within, set, tenant, json } = values;
    if (positionals.join(' ') !== 'run') throw new UsageError('want: run');
    if (!/^[1-9]\d{0,4}$/.test(within)) throw new UsageError(`--within: ${within} is no number of seconds`);
    const canaries = set === undefined ? STANDARD_SET : readSet(set);
    const api = new ApiClient(url, io.env);
    const exerciseId = `gameday-${new Date().toISOString()}`;
    const techniques = [...new Set(canaries.map(({ technique }) => technique))];
    const plan = { exercise_id: exerciseId, techniques, within_seconds: Number(within) };
    await api.postJson<Exercise>('/exercises', { tenant }, plan);
    for (const { message } of canaries) {
      const destination = { otlp, exerciseId, key: io.env.CNAPP_EXERCISES__KEY };
      await sendCanary(message(new Date().toISOString()), destination);
    }
    const exercise = await finished(api, exerciseId, tenant);
    io.stdout.write(json ? `${JSON.stringify(exercise)}\n` : describe(exercise, canaries));
    return exercise.techniques.every(({ detected_at }) => detected_at !== null) ? 0 : 1;
  },
);

const CanarySet = z.array(
  z.strictObject({
    name: z.string().min(1),
    technique: z.string().regex(/^T\d{4}(\.\d{3})?$/),
    message: z.string().min(1),
  }),
);

function readSet(path: string): Canary[] {
  try {
    return CanarySet.min(1)
      .parse(JSON.parse(readFileSync(path, 'utf8')))
      .map(({ name, technique, message }) => ({ name, technique, message: (at) => message.replaceAll('{{at}}', at) }));
  } catch (error) {
    throw new CommandError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As soon as everything is detected, or when nothing more counts. */
async function finished(api: ApiClient, id: string, tenant: string | undefined): Promise<Exercise> {
  for (;;) {
    const exercise = await api.get<Exercise>(`/exercises/${encodeURIComponent(id)}`, { tenant });
    if (exercise.over || exercise.techniques.every(({ detected_at }) => detected_at !== null)) return exercise;
    await delay(POLL_MS);
  }
}

function describe({ id, recall, techniques }: Exercise, canaries: readonly Canary[]): string {
  const rows = techniques.map(({ technique, seconds }) => [
    technique,
    seconds === null ? 'MISSED' : `detected after ${duration(seconds)}`,
    canaries
      .filter((canary) => canary.technique === technique)
      .map(({ name }) => name)
      .join(', '),
  ]);
  return `${plain(`${id}: recall ${percent(recall)}`)}\n\n${textTable(['TECHNIQUE', 'OUTCOME', 'EVENTS'], rows)}`;
}
