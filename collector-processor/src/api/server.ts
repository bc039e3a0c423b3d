import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Component } from '@cnapp-slo/model';
import swagger from '@fastify/swagger';
import { type FastifyError, type FastifyInstance, fastify } from 'fastify';
import { addAssetRoutes } from './assets.ts';
import { addAuthentication, isThisMachine } from './auth.ts';
import { addChangeRoutes } from './changes.ts';
import { addComplianceRoutes } from './compliance.ts';
import type { ApiConfig } from './config.ts';
import { addDeclarationRoutes } from './declarations.ts';
import { addExerciseRoutes } from './exercises.ts';
import { addFindingRoutes } from './findings.ts';
import { addGateRoutes } from './gate.ts';
import { GrafanaIdentities } from './grafana-identity.ts';
import { addHealthRoutes } from './health.ts';
import { addHookRoutes } from './hooks.ts';
import { addImportRoutes } from './imports.ts';
import { addIncidentRoutes } from './incidents.ts';
import { addActionRoute, addAssignmentRoute, addInputRoutes } from './inputs.ts';
import { addLabelRoutes } from './labels.ts';
import { addPages } from './pages/routes.ts';
import { addPlanRoutes } from './plans.ts';
import { addPolicyRoutes } from './policies.ts';
import { ApiProblem, sendProblem, toProblem } from './problem.ts';
import { addReleaseRoutes } from './releases.ts';
import { addSamplingRoutes } from './sampling.ts';
import { schemas } from './schemas.ts';
import { addScopeRoutes } from './scopes.ts';
import type { ApiSettings } from './settings.ts';
import { addSliRoutes } from './slis.ts';
import { addSourceRoutes } from './sources.ts';
import { addStreamRoute, Stream } from './stream.ts';
import { parseTokens, type TokenEntry } from './tokens.ts';
import { Turns } from './turns.ts';
import { addWebhookRoutes } from './webhooks.ts';

const maxHeaderBytes = 16 * 1024;
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 120_000;
/** Longer than clients and proxies keep theirs, so that it is they who close. */
const keepAliveTimeoutMs = 65_000;
/** What is under way at a stop gets this long. Cutting off an import is safe: sent again, it adds nothing twice. */
const stopGraceMs = 1000;

/** The HTTP API and the pages on one listener. The constructor throws an Error that names the config key that is wrong. */
export class ApiServer implements Component {
  readonly name = 'api';
  readonly #settings: ApiSettings;
  readonly #tokens: readonly TokenEntry[];
  readonly #tls: Tls;
  readonly #host: string;
  readonly #port: number;
  #app: FastifyInstance | undefined;

  constructor(settings: ApiSettings) {
    const { config } = settings;
    this.#settings = settings;
    this.#tokens = readTokens(config);
    this.#tls = config.tls && {
      cert: readConfigured('api.tls.cert_file', config.tls.cert_file),
      key: readConfigured('api.tls.key_file', config.tls.key_file),
    };
    const colon = config.endpoint.lastIndexOf(':');
    this.#host = config.endpoint.slice(0, colon).replace(/^\[|\]$/g, '');
    this.#port = Number(config.endpoint.slice(colon + 1));
    if (this.#tokens.length === 0 && !config.allow_anonymous && !isThisMachine(this.#host)) {
      throw new Error(`api.endpoint: ${this.#host} needs tokens (api.tokens_file) or api.allow_anonymous`);
    }
  }

  /** Throws an Error that names `api.endpoint` when it cannot listen. */
  async start(): Promise<void> {
    const app = await buildApp(this.#settings, this.#tokens, this.#tls);
    try {
      await app.listen({ host: this.#host, port: this.#port });
    } catch (error) {
      await app.close();
      throw new Error(`api.endpoint: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    this.#app = app;
  }

  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = undefined;
    if (!app) return;
    // Browsers hold connections open that never carried a request; Node does not count them as idle.
    const cutOff = setTimeout(() => app.server.closeAllConnections(), stopGraceMs);
    await app.close();
    clearTimeout(cutOff);
  }

  /** `host:port` as bound; null while stopped. */
  get address(): string | null {
    const bound = this.#app?.server.address() as AddressInfo | null | undefined;
    if (!bound) return null;
    return bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
  }
}

type Tls = { cert: string; key: string } | undefined;

async function buildApp(settings: ApiSettings, tokens: readonly TokenEntry[], tls: Tls): Promise<FastifyInstance> {
  const { config, telemetry, log } = settings;
  const app = fastify({
    bodyLimit: config.max_body_bytes,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2000 },
    // What is not known is an error to tell, not something to drop in silence.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true } },
    serverFactory: (handler) => createServer(tls, handler),
    // Paths that cannot be decoded never reach a route or hook.
    frameworkErrors: (error, _request, reply) => sendProblem(reply, new ApiProblem(400, 'invalid_path', error.message)),
  });
  // Forms of other sites can send text/plain without asking; nothing here takes it.
  app.removeContentTypeParser('text/plain');
  // The schemas describe the answers; they do not filter them.
  app.setSerializerCompiler(() => JSON.stringify);
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(securityHeaders(tls));
  });
  const identities = config.grafana ? new GrafanaIdentities(config.grafana, settings.now) : null;
  addAuthentication(app, tokens, config.allow_anonymous, identities, settings.nameOf ?? ((login) => login));
  app.addHook('onResponse', async (request, reply) => {
    telemetry.request(request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
  });
  app.setErrorHandler<FastifyError | ApiProblem>((error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status === 500) {
      log.error('request failed', { route: request.routeOptions.url ?? 'none', error: error.stack ?? error.message });
    }
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      new ApiProblem(404, 'not_found', `${request.method} ${request.url.split('?')[0]} is not served here`),
    ),
  );

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'CNAPP SLI processor',
        version: '1',
        description: 'Times RFC 3339 UTC, durations seconds, ratios 0..1.',
      },
      ...(tokens.length > 0
        ? { components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } }, security: [{ token: [] }] }
        : {}),
    },
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, index) => String(json.$id ?? `schema${index}`) },
  });
  for (const schema of schemas) app.addSchema(schema);

  const turns = new Turns();
  const stream = new Stream({ ...settings, limits: config.stream });
  app.addHook('onReady', async () => stream.start());
  app.addHook('preClose', async () => stream.stop());
  await app.register(
    async (api) => {
      addSliRoutes(api, settings, turns);
      addFindingRoutes(api, settings);
      addAssetRoutes(api, settings);
      addLabelRoutes(api, settings);
      addChangeRoutes(api, settings);
      addIncidentRoutes(api, settings);
      addSourceRoutes(api, settings);
      addSamplingRoutes(api, settings);
      addGateRoutes(api, settings);
      addReleaseRoutes(api, settings);
      addInputRoutes(api, settings);
      addAssignmentRoute(api, settings);
      addActionRoute(api, settings);
      addPlanRoutes(api, settings);
      addPolicyRoutes(api, settings);
      addScopeRoutes(api, settings);
      addComplianceRoutes(api, settings);
      addDeclarationRoutes(api, settings);
      addExerciseRoutes(api, settings);
      addWebhookRoutes(api, settings);
      addStreamRoute(api, stream);
      await addImportRoutes(api, settings);
    },
    { prefix: '/api/v1' },
  );
  addHealthRoutes(app, settings);
  await addHookRoutes(app, settings);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await addPages(app, settings, turns);
  await app.ready();
  return app;
}

function createServer(tls: Tls, handler: http.RequestListener): http.Server {
  const limits = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
  };
  return tls
    ? https.createServer({ ...limits, ...tls, minVersion: 'TLSv1.2' }, handler)
    : http.createServer(limits, handler);
}

function securityHeaders(tls: Tls): Record<string, string> {
  return {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
    ...(tls ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}

function readTokens(config: ApiConfig): TokenEntry[] {
  const fromFile = config.tokens_file
    ? parseTokens(readConfigured('api.tokens_file', config.tokens_file), 'api.tokens_file')
    : [];
  const tokens = [...fromFile, ...(config.tokens ? parseTokens(config.tokens, 'api.tokens') : [])];
  // An empty file must not open the API to everybody.
  if (tokens.length === 0 && config.tokens_file) throw new Error('api.tokens_file: the file holds no token');
  return tokens;
}

function readConfigured(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${key}: cannot read ${path}`, { cause: error });
  }
}
