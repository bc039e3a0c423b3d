import { random } from '../random.ts';
import type { Telemetry } from '../telemetry/record.ts';
import type { World } from '../world.ts';
import type { Stage, Story } from './stage.ts';

export type Happening =
  | { kind: 'telemetry'; atMs: number; telemetry: Telemetry }
  | { kind: 'alert' | 'acknowledgement' | 'true_positive'; atMs: number; assetId: string; rule: string; actor: string };

/** Plays stories side by side on a clock of its own, without waiting, and returns what happened in order. */
export function simulate(
  world: World,
  startMs: number,
  seconds: number,
  begin: (stage: Stage) => Story[],
): Happening[] {
  let now = startMs;
  const happened: Happening[] = [];
  const stage: Stage = {
    world,
    random: random('simulation'),
    now: () => now,
    emit: (telemetry) => {
      for (const one of telemetry) happened.push({ kind: 'telemetry', atMs: now, telemetry: one });
    },
    alert: (resource, rule) => happened.push({ kind: 'alert', atMs: now, assetId: resource.id, rule, actor: '' }),
    acknowledge: (resource, rule, actor) =>
      happened.push({ kind: 'acknowledgement', atMs: now, assetId: resource.id, rule, actor }),
    confirm: (resource, rule, actor) =>
      happened.push({ kind: 'true_positive', atMs: now, assetId: resource.id, rule, actor }),
    announce: () => {},
    silent: new Set(),
  };
  const running = begin(stage).map((story) => ({ story, dueMs: startMs }));
  for (;;) {
    const next = running.toSorted((a, b) => a.dueMs - b.dueMs)[0];
    if (!next || next.dueMs > startMs + seconds * 1000) return happened;
    now = next.dueMs;
    const step = next.story.next();
    if (step.done) running.splice(running.indexOf(next), 1);
    else next.dueMs = now + step.value * 1000;
  }
}
