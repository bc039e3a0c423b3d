import type {
  CompliancePort,
  DeclarationSink,
  EstateReader,
  ExercisePort,
  InputSink,
  Intake,
  Json,
  NowMs,
  PersonInput,
  SliReader,
  TransitionFeed,
} from '@cnapp-slo/model';
import type { ApiConfig } from './config.ts';
import type { ApiLog, ApiTelemetry, NoticePort, PlanPort, PolicyPort, ReleasePort } from './ports.ts';
import type { SamplingPort } from './sampling-port.ts';

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
  /** Declared incidents. Unset: none can be declared. */
  declarations?: DeclarationSink;
  /** Detection exercises. Unset: none can be planned. */
  exercises?: ExercisePort;
  /** Overrides of the gate and maintenance windows. Unset: none are kept. */
  releases?: ReleasePort;
  /** Plans that wait for a second person. Unset: none can be made. */
  plans?: PlanPort;
  /** The actor behind a Grafana login. Unset: the login itself. */
  nameOf?: (login: string) => string;
  /** Markdown by id, `posture`. Unset: none are shown. */
  runbooks?: ReadonlyMap<string, string>;
  /** What people are told. Unset: the pages show the read models alone. */
  notices?: NoticePort;
  /** Policies in force. Unset: the API knows none. */
  policies?: PolicyPort;
  /** Sampling tiers. Unset: there are none. */
  sampling?: SamplingPort;
  /** Posture against frameworks. Unset: none is kept. */
  compliance?: CompliancePort;
  telemetry: ApiTelemetry;
  log: ApiLog;
}
