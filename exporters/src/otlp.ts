import type { HrTime } from '@opentelemetry/api';
import type { OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base';
import type { Resource } from '@opentelemetry/resources';
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

/** An exporter of the SDK's. */
interface Client<R> {
  export(batch: R[], done: (result: GrpcAnswer) => void): void;
  shutdown(): Promise<void>;
}

interface GrpcAnswer {
  code: number;
  error?: Error;
}

/** How items become requests to one receiver. */
interface OtlpOptions<T, R> {
  exporter: string;
  section: z.output<typeof otlpSection>;
  /** The SDK's exporter of these signals: imported when it is asked for. */
  open(config: OTLPGRPCExporterConfigNode): Promise<Client<R>>;
  /** An item as that exporter takes it. */
  readable(item: T, resource: Resource): R;
  maxItems: number;
  batchItems: number;
}

/** Items on their way to an OTLP receiver; those who offer them never wait for it. */
export class OtlpDelivery<T, R> {
  #connection: Promise<{ client: Client<R>; resource: Resource }> | undefined;
  readonly #queue: DeliveryQueue<T>;
  #stopped: Promise<void> | undefined;

  /** Connects with the first batch: gRPC is what only its users should hold in memory. */
  constructor({ section, open, readable, ...options }: OtlpOptions<T, R>, settings: ExporterSettings) {
    const connect = async () => ({
      client: await open(await clientConfig(section)),
      resource: await resourceOf(section),
    });
    const send = async (batch: readonly T[]): Promise<ExportResult> => {
      this.#connection ??= connect();
      const { client, resource } = await this.#connection;
      const items = batch.map((item) => readable(item, resource));
      return new Promise((resolve) => {
        client.export(items, (answer) => resolve(grpcResult(answer)));
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

/** The section as the SDK's OTLP/gRPC exporters want it. */
async function clientConfig(section: z.output<typeof otlpSection>): Promise<OTLPGRPCExporterConfigNode> {
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

async function resourceOf({ service_name }: z.output<typeof otlpSection>): Promise<Resource> {
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  return resourceFromAttributes({ 'service.name': service_name });
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
