import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FindingJson, Page } from '@cnapp-slo/model';
import { encode } from './telemetry/otlp.ts';
import type { Telemetry } from './telemetry/record.ts';

const gzipped = promisify(gzip);
const ATTEMPTS = 20;

export interface ClientSettings {
  /** `host:port` of OTLP/HTTP and of the API. */
  otlpHttp: string;
  api: string;
  /** Ends what is under way. */
  signal: AbortSignal;
}

/** What the demo does from outside: OTLP/HTTP and imports, and the API as people and Alertmanager use it. */
export class Client {
  readonly #settings: ClientSettings;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

  /** Returns when it is durable. Throws when a record is refused: the demo sends nothing that may be. */
  async send(telemetry: readonly Telemetry[]): Promise<void> {
    const { logs, traces } = encode(telemetry);
    if (logs !== null) await this.#export('logs', logs);
    if (traces !== null) await this.#export('traces', traces);
  }

  /** A file of OTLP, as the Collector's file exporter writes them, as history. Returns when it is durable. */
  async import(name: string, telemetry: readonly Telemetry[]): Promise<void> {
    const { logs, traces } = encode(telemetry);
    const lines = [logs, traces].filter((line) => line !== null).join('\n');
    const url = `http://${this.#settings.api}/api/v1/import?path=${encodeURIComponent(name)}`;
    const response = await this.#request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(await gzipped(lines)),
    });
    const { rejected, message } = (await response.json()) as { rejected: number; message: string | null };
    if (rejected > 0) throw new Error(`refused: ${message}`);
  }

  /** Every finding that ever failed. */
  async findings(): Promise<FindingJson[]> {
    const all: FindingJson[] = [];
    let cursor = '';
    do {
      const query = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await this.#get(`findings?limit=500${query}`)) as Page<FindingJson>;
      all.push(...page.items);
      cursor = page.next_cursor ?? '';
    } while (cursor !== '');
    return all;
  }

  async findingsOf(assetId: string): Promise<FindingJson[]> {
    return ((await this.#get(`findings?limit=100&asset=${encodeURIComponent(assetId)}`)) as Page<FindingJson>).items;
  }

  /** Alertmanager's webhook, version 4: these alerts fire. */
  async alerts(alerts: readonly { findingId: string; atMs: number }[]): Promise<void> {
    await this.#post('webhooks/alertmanager', {
      version: '4',
      status: 'firing',
      receiver: 'on-call',
      groupKey: '{}:{}',
      alerts: alerts.map(({ findingId, atMs }) => ({
        status: 'firing',
        labels: { alertname: 'CnappIncident', cnapp_incident: findingId },
        annotations: {},
        startsAt: new Date(atMs).toISOString(),
      })),
    });
  }

  async acknowledge(findingId: string, actor: string, atMs: number): Promise<void> {
    await this.#post('acknowledgements', { subject_id: findingId, actor, at: new Date(atMs).toISOString() });
  }

  async judge(findingId: string, verdict: 'tp' | 'fp', actor: string, atMs: number): Promise<void> {
    const at = new Date(atMs).toISOString();
    await this.#post('verdicts', { subject_id: findingId, verdict, actor, at });
  }

  async #export(signal: 'logs' | 'traces', body: string): Promise<void> {
    const response = await this.#request(`http://${this.#settings.otlpHttp}/v1/${signal}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: new Uint8Array(await gzipped(body)),
    });
    const { partialSuccess } = (await response.json()) as { partialSuccess?: { errorMessage?: string } };
    if (partialSuccess?.errorMessage) throw new Error(`refused: ${partialSuccess.errorMessage}`);
  }

  async #get(path: string): Promise<unknown> {
    return (await this.#request(`http://${this.#settings.api}/api/v1/${path}`, {})).json();
  }

  async #post(path: string, body: object): Promise<void> {
    const response = await this.#request(`http://${this.#settings.api}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await response.body?.cancel();
  }

  /** Tries again when the processor is busy, as OTLP asks. */
  async #request(url: string, init: RequestInit): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      const response = await fetch(url, { ...init, signal: this.#settings.signal });
      if (response.ok) return response;
      const text = await response.text();
      if (response.status !== 503 && response.status !== 429) throw new Error(`${url}: ${response.status} ${text}`);
      if (attempt === ATTEMPTS) throw new Error(`${url}: still busy after ${ATTEMPTS} attempts`);
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(response.headers.get('retry-after') ?? 1)));
    }
  }
}
