/** A real listener on the hand-made readers, for tests. */
import type { IntakeResult, PersonInput, Transition } from '@cnapp-slo/model';
import { ApiConfig } from './config.ts';
import { nowMs } from './fake-estate.ts';
import { fakeEstate, fakeSlis } from './fake-readers.ts';
import { ApiServer } from './server.ts';
import type { ApiSettings } from './settings.ts';

export interface TestServer extends AsyncDisposable {
  url: string;
  /** What was recorded, with its tenant. */
  recorded: { input: PersonInput; tenant: string }[];
  requests: string[];
  streamsEnded: string[];
  errors: string[];
  publish(transitions: Transition[]): void;
  listeners(): number;
}

export async function startTestServer(
  config: Parameters<typeof ApiConfig.parse>[0] = {},
  settings: Partial<ApiSettings> = {},
): Promise<TestServer> {
  const recorded: TestServer['recorded'] = [];
  const requests: string[] = [];
  const streamsEnded: string[] = [];
  const errors: string[] = [];
  const listeners = new Set<(transitions: readonly Transition[]) => void>();
  const server = new ApiServer({
    config: ApiConfig.parse({ endpoint: '127.0.0.1:0', ...(config as object) }),
    slis: fakeSlis,
    estate: fakeEstate,
    inputs: {
      record: async (input, tenant) => {
        recorded.push({ input, tenant });
        return { status: 'accepted', factId: `fact-${recorded.length}` };
      },
    },
    intake: { accept: async (): Promise<IntakeResult> => ({ status: 'accepted', records: 1, rejected: 0 }) },
    feed: {
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    now: () => nowMs,
    parseAlertmanagerWebhook: () => null,
    telemetry: {
      request: (method, route, status) => requests.push(`${method} ${route} ${status}`),
      streamEnded: (reason) => streamsEnded.push(reason),
    },
    log: { error: (message) => errors.push(message) },
    ...settings,
  });
  await server.start();
  return {
    url: `http${settings.config?.tls ? 's' : ''}://${server.address}`,
    recorded,
    requests,
    streamsEnded,
    errors,
    publish: (transitions) => {
      for (const listener of listeners) listener(transitions);
    },
    listeners: () => listeners.size,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
