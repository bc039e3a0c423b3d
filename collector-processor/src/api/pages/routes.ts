import type { SeriesPoint, SliQuery } from '@cnapp-slo/model';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { maySee } from '../auth.ts';
import { findingFor } from '../findings.ts';
import { incidentFor } from '../incidents.ts';
import { planFor, plansFor } from '../plans.ts';
import { type ApiProblem, notFound, pageBy, problemTitle, toProblem } from '../problem.ts';
import {
  explainQuerySchema,
  findingQueryProperties,
  type ListParams,
  listQuerySchema,
  type SliParams,
  sliQuerySchema,
  toListQuery,
  toSliQuery,
} from '../query.ts';
import type { ApiSettings } from '../settings.ts';
import type { Turns } from '../turns.ts';
import type { AnswerTarget } from './answer-forms.ts';
import { addAnswerRoutes } from './answer-routes.ts';
import { findingPage } from './finding-page.ts';
import { FormTokens } from './form-token.ts';
import { groupPage } from './group-page.ts';
import { type Html, html, path } from './html.ts';
import { words } from './humanize.ts';
import { incidentPage } from './incident-page.ts';
import { LastHour } from './last-hour.ts';
import { layout, type PageFrame, pageSecurity, staticFiles } from './layout.ts';
import { type Overview, overviewPage, sourceCounts, sourcesTable, worstFirst } from './overview-page.ts';
import { findingsTable, problemContent } from './parts.ts';
import { planPage, plansTable, planTitle } from './plan-page.ts';
import { sliPage } from './sli-page.ts';

interface Subject {
  Params: { id: string };
  Querystring: { said?: string };
}

const findingsOnOverview = 15;
const incidentsOnOverview = 10;
const episodesOnPage = 25;

/** The pages for people: all that the API says, without Grafana and without scripts. */
export async function addPages(app: FastifyInstance, settings: ApiSettings, turns: Turns): Promise<void> {
  const { slis, estate, feed, now, notices } = settings;
  const tokens = new FormTokens();
  const config = { permission: 'read' } as const;
  const lastHour = new LastHour(now);
  let unfollow = () => {};
  app.addHook('onReady', async () => {
    unfollow = lastHour.follow(estate, feed);
  });
  app.addHook('onClose', async () => unfollow());

  const trendOf = async (id: string, query: SliQuery, { raw }: FastifyRequest): Promise<SeriesPoint[]> =>
    (await turns.all(
      () => slis.series(id, query),
      () => raw.socket.destroyed,
    )) ?? [];

  const offers = (kind: 'accept_risk' | 'propose_fix'): boolean => settings.plans?.offers(kind) === true;
  const targetOf = ({ caller, query }: FastifyRequest<Subject>, of: string): AnswerTarget => ({
    action: `${of}/answers`,
    token: tokens.of(caller, `${of}/answers`),
    caller,
    plans: { risk: offers('accept_risk'), fix: offers('propose_fix') },
    said: query.said,
  });

  const send = (reply: FastifyReply, frame: Omit<PageFrame, 'nowMs'>, content: Html) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', pageSecurity)
      .send(layout({ ...frame, nowMs: now() }, content).text);

  for (const { name, type, content } of staticFiles) {
    app.get(`/static/${name}`, { schema: { hide: true } }, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=300').send(content),
    );
  }

  await app.register(async (pages) => {
    pages.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
    });
    pages.setErrorHandler<FastifyError | ApiProblem>((error, _request, reply) => {
      const problem = toProblem(error);
      if (problem.status === 500) throw error;
      const title = problemTitle(problem.status);
      reply.code(problem.status).headers(problem.headers);
      return send(reply, { title, place: null }, problemContent(problem.status, title, problem.message));
    });

    pages.get<{ Querystring: SliParams }>(
      '/',
      { config, schema: { querystring: sliQuerySchema } },
      async (request, reply) => {
        const { caller } = request;
        const query = toSliQuery(request.query, caller, now);
        const reports: Overview['slis'][number][] = [];
        for (const report of slis.list(query))
          reports.push({ report, series: await trendOf(report.id, query, request) });
        const list = toListQuery({ ...request.query, limit: findingsOnOverview, state: 'open' }, caller);
        const { state: _open, ...anyState } = list;
        const { items: findings, next_cursor } = estate.findings(list);
        const view = {
          window: request.query.window,
          slis: reports,
          stories: lastHour.stories(caller),
          findings,
          hasMoreFindings: next_cursor !== null,
          incidents: estate.incidents({ ...anyState, limit: incidentsOnOverview }).items,
          sources: estate.sources().filter((source) => maySee(caller, source.tenant)),
          nowMs: now(),
        };
        return send(reply, { title: 'Overview', place: '/' }, overviewPage(view));
      },
    );

    pages.get<{ Params: { id: string }; Querystring: SliParams & ListParams & { role?: string } }>(
      '/slis/:id',
      { config, schema: { querystring: explainQuerySchema } },
      async (request, reply) => {
        const { cursor, role, limit } = request.query;
        const query = toSliQuery(request.query, request.caller, now);
        const explain = pageBy(cursor, () =>
          slis.explain(request.params.id, {
            ...query,
            ...(cursor ? { cursor } : {}),
            ...(role ? { role } : {}),
            limit: limit ?? episodesOnPage,
          }),
        );
        if (explain === null) throw notFound('SLI', request.params.id);
        const content = sliPage({
          explain,
          series: await trendOf(request.params.id, query, request),
          filter: query.filter ?? {},
          kept: [...new URLSearchParams(request.url.split('?')[1] ?? '')],
          role: role || undefined,
        });
        return send(reply, { title: explain.sli.title, place: '/' }, content);
      },
    );

    pages.get<{ Querystring: ListParams }>(
      '/findings',
      { config, schema: { querystring: listQuerySchema(findingQueryProperties) } },
      (request, reply) => {
        const query = toListQuery(request.query, request.caller);
        const { items, next_cursor } = pageBy(query.cursor, () => estate.findings(query));
        const next = new URLSearchParams(request.url.split('?')[1] ?? '');
        if (next_cursor !== null) next.set('cursor', next_cursor);
        const content = html`<div class="heading"><h1>Findings</h1><nav class="choice" aria-label="State"><a href="/findings"${!query.state && html` aria-current="true"`}>all</a><a href="/findings?state=open"${query.state === 'open' && html` aria-current="true"`}>open</a><a href="/findings?state=closed"${query.state === 'closed' && html` aria-current="true"`}>closed</a></nav></div>
<section class="panel" aria-label="Findings">${findingsTable('Findings', items, now(), 'No finding is like that.')}${next_cursor !== null && html`<p class="more"><a href="/findings?${next.toString()}">Next findings</a></p>`}</section>`;
        return send(reply, { title: 'Findings', place: '/findings' }, content);
      },
    );

    pages.get<Subject>('/findings/:id', { config }, (request, reply) => {
      const finding = findingFor(estate, request.caller, request.params.id);
      const target = targetOf(request, path('findings', finding.id));
      return send(reply, { title: finding.title, place: '/findings' }, findingPage(finding, target, now()));
    });

    pages.get<Subject>('/incidents/:id', { config }, (request, reply) => {
      const incident = incidentFor(estate, request.caller, request.params.id);
      const ofEpisodes = incident.episode_ids.map((id) => estate.finding(id));
      const findings = new Map(
        ofEpisodes.flatMap((item) => (item && maySee(request.caller, item.tenant) ? [[item.id, item]] : [])),
      );
      const more = {
        briefing: notices?.briefing(incident.id) ?? null,
        target: targetOf(request, path('incidents', incident.id)),
        nowMs: now(),
      };
      const told = { ...incident, chain: estate.incidentChain(incident.id) };
      return send(reply, { title: incident.title, place: '/' }, incidentPage(told, [...findings.values()], more));
    });

    pages.get<Subject>('/groups/:id', { config }, (request, reply) => {
      const { id } = request.params;
      const incidents = (notices?.group(id) ?? [])
        .flatMap((one) => estate.incident(one) ?? [])
        .filter(({ tenant }) => maySee(request.caller, tenant));
      const [first] = incidents;
      if (!first) throw notFound('alert group', id);
      const target = { ...targetOf(request, path('groups', id)), plans: { risk: false, fix: false } };
      const title = `${incidents.length} × ${first.title}`;
      return send(reply, { title, place: '/' }, groupPage(title, incidents, target, now()));
    });

    pages.get('/plans', { config }, (request, reply) => {
      const plans = settings.plans ? plansFor(settings, request.caller) : [];
      const content = html`<div class="heading"><h1>Approvals</h1></div><section class="panel" aria-label="Approvals">${plansTable(plans, now())}</section>`;
      return send(reply, { title: 'Approvals', place: '/plans' }, content);
    });

    pages.get<Subject>('/plans/:id', { config }, (request, reply) => {
      const plan = planFor(settings, request.caller, request.params.id);
      const token = tokens.of(request.caller, path('plans', plan.id, 'decision'));
      return send(reply, { title: planTitle(plan), place: '/plans' }, planPage(plan, request.caller, token, now()));
    });

    pages.get('/runbooks', { config }, (_request, reply) => {
      const ids = [...(settings.runbooks?.keys() ?? [])].sort();
      const content = html`<div class="heading"><h1>Runbooks</h1></div><section class="panel" aria-label="Runbooks"><ul class="links">${ids.map((id) => html`<li><a href="${path('runbooks', id)}">${words(id)}</a></li>`)}</ul></section>`;
      return send(reply, { title: 'Runbooks', place: null }, content);
    });

    pages.get<Subject>('/runbooks/:id', { config }, (request, reply) => {
      const runbook = settings.runbooks?.get(request.params.id);
      if (runbook === undefined) throw notFound('runbook', request.params.id);
      const [title = '', ...rest] = runbook.trim().split('\n');
      const content = html`<div class="heading"><h1>${title.replace(/^#\s*/, '')}</h1></div><section class="panel" aria-label="Runbook"><pre class="prose">${rest.join('\n').trim()}</pre></section>`;
      return send(reply, { title: `Runbook: ${request.params.id}`, place: null }, content);
    });

    await addAnswerRoutes(pages, settings, tokens);

    pages.get('/sources', { config }, (request, reply) => {
      const sources = estate.sources().filter((source) => maySee(request.caller, source.tenant));
      const content = html`<div class="heading"><h1>Sources</h1><p class="aside">${sourceCounts(sources)}</p></div><section class="panel" aria-label="Sources">${sourcesTable(worstFirst(sources), now())}</section>`;
      return send(reply, { title: 'Sources', place: '/sources' }, content);
    });
  });
}
