import { type BackendSrv, type BackendSrvRequest, type FetchResponse, setBackendSrv } from '@grafana/runtime';
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { from, type Observable } from 'rxjs';
import { createFixtureApi } from './fixture-api.ts';

/** The instant that the fixture API takes for now. */
export const NOW_MS = Date.parse('2026-11-22T12:00:00Z');
const proxied = 'http://localhost/api/datasources/proxy/uid/:uid/v1/*';

const alertRules = [
  {
    uid: 'cnapp-mttr-page-fast',
    name: 'Time to remediate: page-fast',
    state: 'firing',
    health: 'ok',
    labels: { slo: 'mttr', severity: 'page' },
    alerts: [
      { state: 'Alerting', activeAt: '2026-11-22T11:40:00Z', annotations: { summary: '71 % bad in the last 1h' } },
    ],
  },
  {
    uid: 'cnapp-mttr-ticket-slow',
    name: 'Time to remediate: ticket-slow',
    state: 'inactive',
    health: 'ok',
    labels: { slo: 'mttr' },
  },
];

/** Makes the proxy accept what is posted to a path of the API, and remembers it. */
export function acceptPosts(path: string): unknown[] {
  const posted: unknown[] = [];
  server.use(
    http.post(`http://localhost/api/datasources/proxy/uid/:uid/v1/${path}`, async ({ request }) => {
      posted.push(await request.json());
      return HttpResponse.json({ fact_id: 'x' }, { status: 201 });
    }),
  );
  return posted;
}

/** Grafana's server, as far as our pages use it: the data source proxy in front of the fixture API. */
export const server = setupServer(
  http.get(proxied, ({ request }) => {
    const url = new URL(request.url);
    url.pathname = url.pathname.replace(/^\/api\/datasources\/proxy\/uid\/[^/]+/, '/api');
    const { status, body } = createFixtureApi(NOW_MS)(url);
    return HttpResponse.json(body as object, { status });
  }),
  http.get('http://localhost/api/prometheus/grafana/api/v1/rules', () =>
    HttpResponse.json({ data: { groups: [{ rules: alertRules }] } }),
  ),
  http.get('http://localhost/api/v1/rules/history', () =>
    HttpResponse.json({
      schema: { fields: ['time', 'text', 'prev', 'next', 'data'].map((name) => ({ name })) },
      data: { values: [[Date.parse('2026-11-22T11:40:00Z')], [''], ['Pending'], ['Alerting'], ['{}']] },
    }),
  ),
);

/** Makes the proxy answer everything with this, until the test ends. */
export function answerWith(status: number, body: object | string): void {
  server.use(
    http.get(proxied, () =>
      typeof body === 'string' ? new HttpResponse(body, { status }) : HttpResponse.json(body, { status }),
    ),
  );
}

/** Use in a test file: starts the server, and puts a backend service on `fetch` in its place. */
export function startBackend(): void {
  beforeAll(() => {
    server.listen({ onUnhandledRequest: 'error' });
    setBackendSrv({ fetch: backendFetch } as unknown as BackendSrv);
  });
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
}

function backendFetch<T>({ url, params, method = 'GET', data }: BackendSrvRequest): Observable<FetchResponse<T>> {
  return from(send<T>(url, params ?? {}, method, data));
}

/** As Grafana's own service: JSON where it parses, else the text; other than 2xx is an error. */
async function send<T>(
  path: string,
  params: Record<string, unknown>,
  method: string,
  body: unknown,
): Promise<FetchResponse<T>> {
  const url = new URL(path, 'http://localhost');
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, String(value));
  const response = await fetch(url, { method, body: body === undefined ? null : JSON.stringify(body) });
  const text = await response.text();
  const { status, statusText, ok } = response;
  const answer = { status, statusText, ok, data: parse(text) as T };
  if (!ok) throw answer;
  return answer as FetchResponse<T>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The addresses that the proxy is asked for from now on. */
export function requests(): URL[] {
  const urls: URL[] = [];
  server.use(
    http.get(proxied, ({ request }) => {
      urls.push(new URL(request.url));
      return undefined; // the next handler answers
    }),
  );
  return urls;
}

/** Makes the proxy wait with every answer, until the function that this returns is called. */
export function holdAnswers(): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.use(
    http.get(proxied, async () => {
      await released;
      return undefined; // the next handler answers
    }),
  );
  return release;
}
