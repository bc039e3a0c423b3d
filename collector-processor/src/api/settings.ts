import type {
  EstateReader,
  InputSink,
  Intake,
  Json,
  NowMs,
  PersonInput,
  SliReader,
  TransitionFeed,
} from '@cnapp-slo/model';
import type { ApiConfig } from './config.ts';

/** What the API is built from: the ports, the clock, and where it tells about itself. */
export interface ApiSettings {
  config: ApiConfig;
  slis: SliReader;
  estate: EstateReader;
  inputs: InputSink;
  intake: Pick<Intake, 'accept'>;
  feed: TransitionFeed;
  now: NowMs;
  /** Reads a webhook's body into inputs; null: the body is not Alertmanager's. */
  parseAlertmanagerWebhook: (body: Json, receivedMs: number) => PersonInput[] | null;
  /** Takes what an outside service sends, by the service's name. Unset: none is known. */
  hooks?: (
    service: string,
    call: { headers: Readonly<Record<string, string | undefined>>; raw: string },
  ) => Promise<{ status: number; code: string }>;
  telemetry: ApiTelemetry;
  log: ApiLog;
}

export interface ApiTelemetry {
  /** `route` is the pattern, never the path, so that its values stay few. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** A client of the stream went: `closed` by itself, `slow` or `stopping` by us. */
  streamEnded(reason: 'closed' | 'slow' | 'stopping'): void;
}

/** Rare events only; never one a request. */
export interface ApiLog {
  error(message: string, fields?: Readonly<Record<string, string | number>>): void;
}
