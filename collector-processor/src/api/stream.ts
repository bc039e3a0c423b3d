import type { ServerResponse } from 'node:http';
import type { SliQuery, SliStatus, StreamEvent, Transition } from '@cnapp-slo/model';
import type { FastifyInstance } from 'fastify';
import { tenantFor } from './auth.ts';
import { ApiProblem } from './problem.ts';
import { given, querySchema } from './query.ts';
import type { ApiSettings } from './settings.ts';

interface Client {
  response: ServerResponse;
  /** undefined: all tenants. */
  tenant: string | undefined;
}

type Settings = Pick<ApiSettings, 'slis' | 'estate' | 'feed' | 'now' | 'telemetry'> & {
  limits: ApiSettings['config']['stream'];
};

/** How often SLIs and sources are compared with what was told last, while anybody listens. */
const compareEveryMs = 2000;

/**
 * What just happened, to everybody who listens (server-sent events). It is a hint to look again, not a log: a client that reconnects gets
 * what comes from then on, and one that reads too slowly is dropped, so that no client holds memory.
 */
export class Stream {
  readonly #settings: Settings;
  readonly #clients = new Set<Client>();
  /** Last told, by tenant and id. */
  #told = new Map<string, string>();
  #timers: NodeJS.Timeout[] = [];
  #unsubscribe: () => void = () => {};

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  start(): void {
    this.#unsubscribe = this.#settings.feed.subscribe((transitions) => this.#publish(transitions));
    this.#timers = [
      setInterval(() => this.#compare(), compareEveryMs).unref(),
      setInterval(() => this.#heartbeat(), this.#settings.limits.heartbeat_seconds * 1000).unref(),
    ];
  }

  stop(): void {
    this.#unsubscribe();
    for (const timer of this.#timers) clearInterval(timer);
    for (const client of [...this.#clients]) this.#end(client, 'stopping');
  }

  isFull(): boolean {
    return this.#clients.size >= this.#settings.limits.max_clients;
  }

  /** Takes over a response whose head is sent. */
  add(response: ServerResponse, tenant: string | undefined): void {
    const client: Client = { response, tenant };
    this.#clients.add(client);
    response.on('close', () => this.#end(client, 'closed'));
    response.on('error', () => this.#end(client, 'closed'));
    this.#write(client, 'retry: 3000\n\n');
  }

  #publish(transitions: readonly Transition[]): void {
    if (this.#clients.size === 0) return;
    for (const transition of transitions) {
      // History that is being imported did not happen now.
      if (transition.episode.origin === 'backfill') continue;
      this.#send(episodeEvent(transition), (client) => isFor(client, transition.finding.tenant));
    }
  }

  #compare(): void {
    if (this.#clients.size === 0) {
      this.#told.clear();
      return;
    }
    const told = new Map<string, string>();
    const at = new Date(this.#settings.now()).toISOString();
    for (const tenant of new Set([...this.#clients].map((client) => client.tenant))) {
      const query: SliQuery = tenant === undefined ? {} : { filter: { tenant } };
      for (const { id, value, ratio, status } of this.#settings.slis.list(query)) {
        const event: StreamEvent = { type: 'sli', at, id, value, ratio, status };
        told.set(`${tenant ?? '*'} sli ${id}`, JSON.stringify([value, ratio, status satisfies SliStatus]));
        this.#sendIfNew(told, `${tenant ?? '*'} sli ${id}`, event, (client) => client.tenant === tenant);
      }
    }
    for (const { id, status, tenant } of this.#settings.estate.sources()) {
      told.set(`${tenant} source ${id}`, status);
      const event: StreamEvent = { type: 'source', at, id, status };
      this.#sendIfNew(told, `${tenant} source ${id}`, event, (client) => isFor(client, tenant));
    }
    this.#told = told;
  }

  /** The first comparison after somebody came only takes note: they have just read everything. */
  #sendIfNew(
    told: ReadonlyMap<string, string>,
    key: string,
    event: StreamEvent,
    to: (client: Client) => boolean,
  ): void {
    if (this.#told.size > 0 && this.#told.get(key) !== told.get(key)) this.#send(event, to);
  }

  #send({ type, ...data }: StreamEvent, to: (client: Client) => boolean): void {
    const text = `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const client of this.#clients) if (to(client)) this.#write(client, text);
  }

  #heartbeat(): void {
    for (const client of this.#clients) this.#write(client, ': heartbeat\n\n');
  }

  #write(client: Client, text: string): void {
    client.response.write(text);
    if (client.response.writableLength > this.#settings.limits.max_buffered_bytes) this.#end(client, 'slow');
  }

  #end(client: Client, reason: 'closed' | 'slow' | 'stopping'): void {
    if (!this.#clients.delete(client)) return;
    this.#settings.telemetry.streamEnded(reason);
    if (reason === 'slow') client.response.destroy();
    else client.response.end();
  }
}

function isFor(client: Client, tenant: string): boolean {
  return client.tenant === undefined || client.tenant === tenant;
}

function episodeEvent({ at, atMs, episode, finding, asset }: Transition): StreamEvent {
  return {
    type: 'episode',
    at: new Date(atMs).toISOString(),
    episode_id: episode.id,
    finding_id: finding.id,
    transition: at,
    title: finding.title,
    severity: episode.severity,
    asset_id: finding.asset.id,
    team: asset?.team ?? 'unowned',
  };
}

/** `/stream`. */
export function addStreamRoute(app: FastifyInstance, stream: Stream): void {
  app.get<{ Querystring: { tenant?: string } }>(
    '/stream',
    {
      exposeHeadRoute: false,
      config: { permission: 'read' },
      schema: {
        tags: ['stream'],
        summary: 'What happens, as server-sent events: episode, sli, source',
        querystring: querySchema({ tenant: { type: 'string', maxLength: 200 } }),
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const tenant = tenantFor(request.caller, given(request.query.tenant));
      if (stream.isFull()) {
        throw new ApiProblem(503, 'too_many_streams', 'too many clients listen already', { 'retry-after': '10' });
      }
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      stream.add(reply.raw, tenant);
    },
  );
}
