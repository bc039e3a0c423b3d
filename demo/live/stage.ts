import type { Resource } from '../company/company.ts';
import type { Random } from '../random.ts';
import type { Telemetry } from '../telemetry/record.ts';
import type { World } from '../world.ts';

/** What a story acts on. Everything is stamped with the instant at which it happens. */
export interface Stage {
  readonly world: World;
  readonly random: Random;
  /** Epoch ms. */
  now(): number;
  /** Sends telemetry, after everything that was sent before. */
  emit(telemetry: readonly Telemetry[]): void;
  /** The finding reaches a person, as Alertmanager's webhook tells it; after everything that was sent before. */
  alert(resource: Resource, rule: string): void;
  acknowledge(resource: Resource, rule: string, actor: string): void;
  /** Somebody says that it is what it seems to be. */
  confirm(resource: Resource, rule: string, actor: string): void;
  /** A line on the console. */
  announce(text: string): void;
  /** Accounts whose Prowler is down. */
  readonly silent: Set<string>;
}

/** A story yields the seconds that pass until it goes on. */
export type Story = Generator<number, void, void>;

/**
 * Waits for the beginning of a second, and scheduled scans come at its end: audit logs and scanners stamp whole seconds, and a
 * change in the same second as a PASS would seem to lie before it.
 */
export function* beginningOfSecond(stage: Stage): Story {
  const ms = stage.now() % 1000;
  if (ms > 300) yield (1000 - ms) / 1000;
}

/** Seconds until an instant about `seconds` from now that lies in the second half of a second. */
export function untilEndOfSecond(stage: Stage, seconds: number): number {
  const now = stage.now();
  return (Math.floor((now + seconds * 1000) / 1000) * 1000 + 600 - now) / 1000;
}
