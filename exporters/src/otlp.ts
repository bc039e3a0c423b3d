import type { HrTime } from '@opentelemetry/api';
import type { OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base';
import * as z from 'zod';
import { durationMs } from './config.ts';
import { DeliveryQueue, type ExportResult } from './delivery-queue.ts';
import type { ExporterSettings } from './ports.ts';

/** The keys of every section that leads to an OTLP/gRPC receiver. */
export const otlpSection = z.strictObject({
  /** Where an OTLP/gRPC receiver listens, `http://collector:4317`; `https://` uses TLS. Required. */
  endpoint: z.url({ protocol: /^https?$/ }),
  /** Sent with every request, for example an API key. Unset: none. */
  headers: z.record(z.string(), z.string()).default({}),
  /** Unset: gzip. */
  compression: z.enum(['gzip', 'none']).default('gzip'),
  /** How long one request may take. Unset: 10s. */
  timeout: durationMs.default(10_000),
  /** The resource's `service.name`. Unset: cnapp-slo. */
  service_name: z.string().min(1).default('cnapp-slo'),
});

/** Whose signals they are. */
export const SCOPE = { name: '@cnapp-slo/exporters' };
const STOP_TIMEOUT_MS = 2000;

/** The section as the SDK's OTLP/gRPC exporters want it. */
export async function clientConfig(section: z.output<typeof otlpSection>): Promise<OTLPGRPCExporterConfigNode> {
  const { createEmptyMetadata } = await import('@opentelemetry/otlp-grpc-exporter-base');
  const metadata = createEmptyMetadata();
  for (const [name, value] of Object.entries(section.headers)) metadata.set(name, value);
  return {
    url: section.endpoint,
    metadata,
    timeoutMillis: section.timeout,
    compression: section.compression as NonNullable<OTLPGRPCExporterConfigNode['compression']>, // a string enum
  };
}

/** An exporter of the SDK's. */
interface Client<R> {
  export(batch: R[], done: (result: GrpcAnswer) => void): void;
  shutdown(): Promise<void>;
}

interface GrpcAnswer {
  code: number;
  error?: Error;
}

/** A client, and how it wants what is delivered. */
interface Connection<T, R> {
  client: Client<R>;
  readable(item: T): R;
}

/** Items on their way to an OTLP receiver; those who offer them never wait for it. */
export class OtlpDelivery<T, R> {
  #connection: Promise<Connection<T, R>> | undefined;
  readonly #queue: DeliveryQueue<T>;
  #stopped: Promise<void> | undefined;

  /** `connect` is called with the first batch: gRPC is what only its users should hold in memory. */
  constructor(
    connect: () => Promise<Connection<T, R>>,
    options: { exporter: string; maxItems: number; batchItems: number },
    settings: ExporterSettings,
  ) {
    const send = async (batch: readonly T[]): Promise<ExportResult> => {
      this.#connection ??= connect();
      const { client, readable } = await this.#connection;
      return new Promise((resolve) => {
        client.export(batch.map(readable), (answer) => resolve(grpcResult(answer)));
      });
    };
    this.#queue = new DeliveryQueue({ ...options, send }, settings);
  }

  offer(items: readonly T[]): void {
    this.#queue.offer(items);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#queue.stop(STOP_TIMEOUT_MS).then(() => {
      this.#connection?.then(({ client }) => client.shutdown()).catch(() => {}); // waits for a request that stop has given up on
    });
    return this.#stopped;
  }
}

/** gRPC status codes after which the same request may succeed (OTLP specification, "Failures"). */
const RETRYABLE: Record<number, string> = {
  1: 'cancelled',
  4: 'deadline_exceeded',
  8: 'resource_exhausted',
  10: 'aborted',
  11: 'out_of_range',
  14: 'unavailable',
  15: 'data_loss',
};

/** What an OTLP/gRPC client's answer means for the batch. */
function grpcResult({ code, error }: GrpcAnswer): ExportResult {
  if (code === 0) return { status: 'accepted' };
  const grpc = error && 'code' in error && typeof error.code === 'number' ? error.code : -1;
  const retryable = RETRYABLE[grpc];
  return retryable ? { status: 'retryable', code: retryable } : { status: 'rejected', code: `grpc_${grpc}` };
}

/** [seconds, nanoseconds] of epoch ms. */
export function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
