import type { Downstream, Shipment, Shipped } from './downstream.ts';

/** Source: opentelemetry.io/docs/specs/otlp, "Failures" and "Retryable response codes". */
const RETRYABLE = new Set([408, 429, 502, 503, 504]);

export class OtlpHttpDownstream implements Downstream {
  readonly #endpoint: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;

  /** `endpoint` without `/v1/logs`. */
  constructor(endpoint: string, headers: Readonly<Record<string, string>>, timeoutMs: number) {
    this.#endpoint = endpoint.replace(/\/+$/, '');
    this.#headers = headers;
    this.#timeoutMs = timeoutMs;
  }

  async ship({ signal, encoding, body }: Shipment): Promise<Shipped> {
    try {
      const response = await fetch(`${this.#endpoint}/v1/${signal}`, {
        method: 'POST',
        headers: {
          ...this.#headers,
          'content-type': encoding === 'otlp_proto' ? 'application/x-protobuf' : 'application/json',
        },
        body: new Uint8Array(body),
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      await response.arrayBuffer();
      if (response.ok) return { status: 'delivered' };
      const code = `http_${response.status}`;
      if (!RETRYABLE.has(response.status)) return { status: 'rejected', code };
      const afterMs = Number(response.headers.get('retry-after')) * 1000;
      return afterMs > 0 ? { status: 'retry', code, afterMs } : { status: 'retry', code };
    } catch {
      return { status: 'retry', code: 'unreachable' };
    }
  }

  async close(): Promise<void> {}
}
