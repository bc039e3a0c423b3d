import type { Fact } from './fact.ts';
import { addRange, type Range } from './ranges.ts';
import { HOUR_MS } from './scope-record.ts';

/** An agent on a node: when it was alive, and what it lost. */
export interface AgentRecord {
  tenant: string;
  agent: string;
  node: string;
  /** Within three intervals of a heartbeat. */
  alive: readonly Range[];
  lastMs: number;
  /** [lost, seen] events by hour since 1970; only hours in which something was lost or counted. */
  events: Record<string, [lost: number, seen: number]>;
}

/** Where an agent does not say how often it reports. Falco's metrics snapshots come hourly (falco.yaml, `metrics.interval`). */
const INTERVAL_SECONDS: Readonly<Record<string, number>> = { falco: 3600 };
const DEFAULT_INTERVAL_SECONDS = 300;
const INTERVALS = 3;

export function mergeAgent(known: AgentRecord | undefined, fact: Fact): AgentRecord {
  const { body, atMs } = fact;
  if (body.kind !== 'heartbeat') throw new Error(`${body.kind} is no heartbeat`);
  const record = known ?? {
    tenant: fact.tenant,
    agent: body.agent,
    node: body.node,
    alive: [],
    lastMs: atMs,
    events: {},
  };
  const interval = body.intervalSeconds ?? INTERVAL_SECONDS[body.agent] ?? DEFAULT_INTERVAL_SECONDS;
  const lastsMs = INTERVALS * interval * 1000;
  const next: AgentRecord = {
    ...record,
    alive: addRange(record.alive, [atMs, atMs + lastsMs]),
    lastMs: Math.max(record.lastMs, atMs),
  };
  if (body.dropped !== undefined || body.received !== undefined) {
    const hour = String(Math.floor(atMs / HOUR_MS));
    const [lost, seen] = record.events[hour] ?? [0, 0];
    next.events = { ...record.events, [hour]: [lost + (body.dropped ?? 0), seen + (body.received ?? 0)] };
  }
  return next;
}
