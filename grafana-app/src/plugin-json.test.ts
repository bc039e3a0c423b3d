import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LINKS } from './extensions/links.ts';

/** What Grafana's plugin.schema.json and its loader ask of a plugin.json, as far as ours use it; what breaks it would only show in a running Grafana. */
interface PluginJson {
  type: string;
  name: string;
  id: string;
  info: { logos: { small: string; large: string }; version: string; updated: string; keywords: string[] };
  includes?: { type: string; name: string; path: string; role?: string; addToNav?: boolean; defaultNav?: boolean }[];
  extensions?: { addedLinks: { title: string; description: string; targets: string[] }[] };
  routes?: {
    path: string;
    method: string;
    url: string;
    reqRole?: string;
    headers: { name: string; content: string }[];
  }[];
  languages: string[];
  dependencies: { grafanaDependency: string; plugins: unknown[] };
}

const read = (path: string) => JSON.parse(readFileSync(join(__dirname, path), 'utf8')) as PluginJson;
const app = read('plugin.json');
const dataSource = read('datasource/plugin.json');
/** `additionalProperties: false` in the schema. */
const allowed = new Set(
  `alerting annotations autoEnabled backend buildMode builtIn category dependencies enterpriseFeatures executable extensions hideFromList iam id includes info
   languages logs metrics multiValueFilterOperators name pascalName preload queryOptions roles routes skipDataQuery state streaming tracing type $schema`.split(
    /\s+/,
  ),
);

test.each([
  ['app', app],
  ['datasource', dataSource],
])('the %s is described as the schema asks', (type, json) => {
  expect(Object.keys(json).filter((key) => !allowed.has(key))).toEqual([]);
  expect(json.type).toBe(type);
  expect(json.id).toMatch(/^[0-9a-z]+-([0-9a-z]+-)?(app|panel|datasource)$/);
  expect(json.info.version).toBe('%VERSION%');
  expect(json.info.updated).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(json.info.keywords.length).toBeGreaterThan(0);
  for (const logo of Object.values(json.info.logos)) {
    expect(readFileSync(join(__dirname, type === 'app' ? '' : 'datasource', logo), 'utf8')).toContain('<svg');
  }
  expect(json.languages).toEqual(['en-US', 'de-DE']);
  expect(json.dependencies.grafanaDependency).toBe('>=12.3.0');
});

test('every page has a role, and one is where the menu leads', () => {
  const pages = (app.includes ?? []).filter(({ type }) => type === 'page');
  for (const { path, role } of pages) {
    expect(path).toMatch(/^\/a\/%PLUGIN_ID%\//);
    expect(['Viewer', 'Editor', 'Admin']).toContain(role);
  }
  expect(pages.filter(({ defaultNav }) => defaultNav)).toHaveLength(1);
  expect(app.includes).toContainEqual({ type: 'datasource', name: 'CNAPP SLO', path: 'datasource/plugin.json' });
});

test('links that code adds are those that plugin.json announces: others would not work', () => {
  const announced = app.extensions?.addedLinks ?? [];
  for (const { title } of announced) expect(title.length).toBeGreaterThanOrEqual(10);
  const inCode = LINKS.map(({ title, targets }) => [title, [targets].flat().toSorted()]);
  expect(inCode).toEqual(announced.map(({ title, targets }) => [title, targets.toSorted()]));
});

test('what changes something wants an editor, what drops telemetry an administrator; every route carries the token', () => {
  const routes = dataSource.routes ?? [];
  /** Asked by POST, and changes nothing. */
  const questions = ['v1/sampling/simulations'];
  const drops = ['v1/sampling/rollouts/canary', 'v1/sampling/rollouts/enforced'];
  for (const { path, method, reqRole, url, headers } of routes) {
    const isQuestion = method === 'GET' || questions.includes(path);
    expect([path, reqRole]).toEqual([path, isQuestion ? undefined : drops.includes(path) ? 'Admin' : 'Editor']);
    expect(url).toMatch(/^{{ \.JsonData\.apiUrl }}\/api\/v1/);
    expect(headers).toEqual([{ name: 'Authorization', content: 'Bearer {{ .SecureJsonData.apiToken }}' }]);
  }
});
