import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ProcessorTelemetry } from './processor-telemetry.ts';
import type { ReceiverTelemetry } from './receiver-telemetry.ts';

/**
 * The metrics of the process itself, in a registry of its own: the event loop, memory and CPU as prom-client names
 * them, and what receivers, pipeline, API and exporters count. No label has a value that a client chooses freely.
 */
export class SelfMetrics {
  readonly registry = new Registry();
  readonly receivers: ReceiverTelemetry;
  readonly processor: ProcessorTelemetry;
  /** `policy` is a name from the operator's own files. */
  readonly policies: {
    evaluated(policy: string, mode: string, outcome: string): void;
    reloaded(outcome: string): void;
  };
  readonly api: {
    request(method: string, route: string, status: number, seconds: number): void;
    streamEnded(reason: string): void;
  };
  readonly exporters: {
    exported(exporter: string, count: number): void;
    retried(exporter: string, reason: string): void;
    dropped(exporter: string, reason: string, count: number): void;
    queued(exporter: string, items: number): void;
  };

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.receivers = this.receiverMetrics();
    this.processor = this.processorMetrics();
    this.policies = this.policyMetrics();
    this.api = this.apiMetrics();
    this.exporters = this.exporterMetrics();
  }

  /** Shows `read()` as a gauge at every scrape: for what others already hold, such as the bytes of a queue. */
  watch(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }

  private counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<T extends string>(name: string, help: string, labelNames: T[]): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private receiverMetrics(): ReceiverTelemetry {
    const stream: ('transport' | 'signal')[] = ['transport', 'signal'];
    const requests = this.counter('cnapp_receiver_requests_total', 'Requests and messages by their answer.', [
      ...stream,
      'code',
    ]);
    const bytes = this.counter('cnapp_receiver_bytes_total', 'Bytes off the wire, before decompression.', stream);
    const accepted = this.counter('cnapp_receiver_accepted_records_total', 'Records accepted.', stream);
    const refused = this.counter('cnapp_receiver_refused_records_total', 'Records refused for good, by stable code.', [
      ...stream,
      'code',
    ]);
    const inFlight = this.gauge('cnapp_receiver_in_flight_bytes', 'Bytes of requests that are not answered yet.', [
      'transport',
    ]);
    return {
      request: (transport, signal, code) => requests.inc({ transport, signal: signal ?? 'unknown', code }),
      bytes: (transport, signal, count) => bytes.inc({ transport, signal }, count),
      acceptedRecords: (transport, signal, count) => accepted.inc({ transport, signal }, count),
      refusedRecords: (transport, signal, code, count) => refused.inc({ transport, signal, code }, count),
      bytesInFlight: (transport, count) => inFlight.set({ transport }, count),
    };
  }

  private processorMetrics(): ProcessorTelemetry {
    const duration = new Histogram({
      name: 'cnapp_commit_duration_seconds',
      help: 'Time of a commit to the store.',
      labelNames: ['outcome'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [this.registry],
    });
    for (const outcome of ['committed', 'failed']) duration.zero({ outcome });
    const facts = this.counter('cnapp_commit_facts_total', 'Facts that commits were asked to store.', []);
    const last = this.gauge('cnapp_last_commit_timestamp_seconds', 'When the store last took a commit.', []);
    const records = this.counter('cnapp_records_total', 'Records by what became of them.', ['outcome']);
    last.remove(); // absent until there was one
    return {
      commit(outcome, seconds, count) {
        duration.observe({ outcome }, seconds);
        if (outcome === 'failed') return;
        facts.inc(count);
        last.setToCurrentTime();
      },
      records: (outcome, count) => records.inc({ outcome }, count),
    };
  }

  private policyMetrics(): SelfMetrics['policies'] {
    const evaluations = this.counter(
      'cnapp_policy_evaluations_total',
      'Evaluations of policies by what came of them.',
      ['policy', 'mode', 'outcome'],
    );
    const reloads = this.counter('cnapp_policy_reloads_total', 'Times that changed policy files were read.', [
      'outcome',
    ]);
    return {
      evaluated: (policy, mode, outcome) => evaluations.inc({ policy, mode, outcome }),
      reloaded: (outcome) => reloads.inc({ outcome }),
    };
  }

  private apiMetrics(): SelfMetrics['api'] {
    const duration = new Histogram({
      name: 'cnapp_api_request_duration_seconds',
      help: 'Time of an API request; its count is the number of requests.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.25, 1, 5],
      registers: [this.registry],
    });
    const ended = this.counter('cnapp_api_streams_ended_total', 'Clients of the stream that went, by reason.', [
      'reason',
    ]);
    return {
      request: (method, route, status, seconds) => duration.observe({ method, route, status }, seconds),
      streamEnded: (reason) => ended.inc({ reason }),
    };
  }

  private exporterMetrics(): SelfMetrics['exporters'] {
    const exported = this.counter('cnapp_exporter_exported_total', 'Items that the destination accepted.', [
      'exporter',
    ]);
    const retries = this.counter('cnapp_exporter_retries_total', 'Attempts that failed and are repeated.', [
      'exporter',
      'reason',
    ]);
    const dropped = this.counter('cnapp_exporter_dropped_total', 'Items given up, by reason.', ['exporter', 'reason']);
    const queued = this.gauge('cnapp_exporter_queue_items', 'Items that wait to be exported.', ['exporter']);
    return {
      exported: (exporter, count) => exported.inc({ exporter }, count),
      retried: (exporter, reason) => retries.inc({ exporter, reason }),
      dropped: (exporter, reason, count) => dropped.inc({ exporter, reason }, count),
      queued: (exporter, items) => queued.set({ exporter }, items),
    };
  }
}
