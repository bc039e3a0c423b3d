import type { HeartbeatObservation, Json } from '@cnapp-slo/model';
import type { Batch } from './batch.ts';
import type { DataPointView } from './otlp/record-view.ts';

type Resource = Readonly<Record<string, Json>>;

/** Security agents by the `service.name` that their metrics carry; `cnapp.agent` names any other. */
const AGENTS = /^(falco|tetragon|suricata|zeek|osqueryd?|wazuh-agent|kubescape-node-agent|node-agent|trivy-operator)$/;
/** One heartbeat an agent and node for each stretch of this: the ledger keeps signs of life, not their telemetry. */
const GRID_SECONDS = 300;
const LOSS = /drop|lost/i;

/** Metric points of agents as heartbeats, with what they say they lost. */
export class AgentMetrics {
  readonly #receivedMs: number;
  readonly #beats = new Map<string, { resource: Resource; beat: HeartbeatObservation }>();
  #last: Resource | null = null;
  #isAgent = false;

  constructor(receivedMs: number) {
    this.#receivedMs = receivedMs;
  }

  see(point: DataPointView): void {
    const { resource } = point;
    // Readers hand out the same object for all points of a resource.
    if (resource !== this.#last) {
      this.#last = resource;
      this.#isAgent = agentOf(resource) !== null && nodeOf(resource) !== null;
    }
    if (this.#isAgent) this.#take(point);
  }

  flush(batch: Batch): void {
    for (const { resource, beat } of this.#beats.values()) {
      batch.take('agent-metrics', [beat], [], { resource, attributes: {}, receivedMs: this.#receivedMs }, 0);
    }
  }

  #take({ resource, metricName, metricKind, temporality, timeMs, value }: DataPointView): void {
    const agent = agentOf(resource) ?? '';
    const node = nodeOf(resource) ?? '';
    const atMs = Math.floor((timeMs ?? this.#receivedMs) / (GRID_SECONDS * 1000)) * GRID_SECONDS * 1000;
    const key = `${agent} ${node} ${atMs}`;
    const known = this.#beats.get(key)?.beat;
    const beat: HeartbeatObservation = known ?? {
      kind: 'heartbeat',
      agent,
      node,
      atMs,
      intervalSeconds: GRID_SECONDS,
    };
    // A cumulative counter says what was lost since its start: only a delta says what was lost now.
    const isDelta = metricKind === 'sum' && temporality === 1;
    if (isDelta && value !== null && LOSS.test(metricName)) beat.dropped = (beat.dropped ?? 0) + value;
    if (!known) this.#beats.set(key, { resource, beat });
  }
}

function agentOf(resource: Resource): string | null {
  const named = resource['cnapp.agent'];
  if (typeof named === 'string' && named !== '') return named;
  const service = resource['service.name'];
  return typeof service === 'string' && AGENTS.test(service) ? service : null;
}

function nodeOf(resource: Resource): string | null {
  const node = resource['k8s.node.name'] ?? resource['host.name'];
  return typeof node === 'string' && node !== '' ? node : null;
}
