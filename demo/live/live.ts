import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../client.ts';
import type { Resource } from '../company/company.ts';
import { random } from '../random.ts';
import type { World } from '../world.ts';
import { play } from './play.ts';
import { incidents, programme } from './programme.ts';
import { routines } from './routine.ts';
import type { Stage } from './stage.ts';

export interface LiveSettings {
  world: World;
  seed: string;
  client: Client;
  now: () => number;
  announce: (text: string) => void;
  signal: AbortSignal;
}

/** The company from now on, truthfully stamped, until `signal` aborts. Rejects when the processor cannot be reached any more. */
export async function live(settings: LiveSettings): Promise<void> {
  const { client, signal } = settings;
  let failed: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  // One thing after another, in the order in which it happened.
  let queue: Promise<void> = Promise.resolve();
  const enqueue = (job: () => Promise<void>): void => {
    queue = queue.then(job).catch(failed);
  };
  const onFinding = (resource: Resource, rule: string, job: (findingId: string) => Promise<void>): void =>
    enqueue(async () => {
      const finding = (await client.findingsOf(resource.id)).find((one) => one.rule === rule && one.state !== 'closed');
      if (finding) await job(finding.id);
    });
  const stage: Stage = {
    world: settings.world,
    random: random(`${settings.seed}/live`),
    now: settings.now,
    emit: (telemetry) => enqueue(() => client.send(telemetry)),
    alert: (resource, rule) =>
      onFinding(resource, rule, (findingId) => client.alerts([{ findingId, atMs: settings.now() }])),
    acknowledge: (resource, rule, actor) =>
      onFinding(resource, rule, (findingId) => client.acknowledge(findingId, actor, settings.now())),
    confirm: (resource, rule, actor) =>
      onFinding(resource, rule, (findingId) => client.judge(findingId, 'tp', actor, settings.now())),
    announce: settings.announce,
    silent: new Set(),
  };
  const pause = (seconds: number): Promise<void> => sleep(seconds * 1000, undefined, { signal });
  const stories = [...routines(stage), programme(stage), incidents(stage)];
  const all = Promise.all(stories.map((story) => play(story, pause)));
  try {
    await Promise.race([all, failure]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
