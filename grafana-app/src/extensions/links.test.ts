import pluginJson from '../plugin.json' with { type: 'json' };
import { alertPath, LINKS, queryPath } from './links.ts';

test('plugin.json declares every link, letter by letter', () => {
  const declared = LINKS.map(({ title, description, targets }) => ({ title, description, targets }));
  expect(pluginJson.extensions.addedLinks).toEqual(declared);
  expect(pluginJson.preload).toBe(true);
  for (const { title } of LINKS) expect(title.length).toBeGreaterThanOrEqual(10);
});

test('an alert leads to its incident, else to its SLO', () => {
  expect(alertPath({ instance: { labels: { slo: 'mttr', cnapp_incident: 'i_1.1' } } })).toBe(
    '/a/cnapp-slo-app/incidents/i_1.1',
  );
  expect(alertPath({ rule: { labels: { slo: 'mttr' } } })).toBe('/a/cnapp-slo-app/slis/mttr');
  expect(alertPath({ rule: { labels: { team: 'a' } } })).toBeNull();
});

test.each([
  [
    'a query of our data source',
    [{ datasource: { type: 'cnapp-slo-datasource' }, sli: 'mttr' }],
    '/a/cnapp-slo-app/slis/mttr',
  ],
  [
    'PromQL on our metrics',
    [{ expr: 'max(cnapp_sli_value{sli="drift-rate",view="ratio"})' }],
    '/a/cnapp-slo-app/slis/drift-rate',
  ],
  ['PromQL on our rules', [{ expr: 'cnapp:slo_error:ratio_1h{slo="mttr"}' }], '/a/cnapp-slo-app/slis/mttr'],
  ['several SLIs', [{ expr: 'cnapp_sli_value{sli="mttr"}' }, { expr: 'cnapp_sli_value{sli="drift-rate"}' }], null],
  ['something else', [{ expr: 'up{sli="mttr"}' }], null],
  ['nothing', [], null],
])('a panel on %s leads to its page, or nowhere', (_, targets, path) => {
  expect(queryPath({ targets })).toBe(path);
});

test('an alert that Grafana shows through a proxy, and whose parts are frozen', () => {
  const proxied = <T extends object>(of: T): T =>
    new Proxy(of, {
      get: (target, key, receiver) => {
        const value = Reflect.get(target, key, receiver);
        return typeof value === 'object' && value !== null ? proxied(value) : value;
      },
    });
  const instance = Object.freeze({ labels: Object.freeze({ slo: 'mttr' }) });
  expect(() => proxied({ instance }).instance.labels).toThrow(TypeError);
  expect(alertPath(proxied({ instance }))).toBe('/a/cnapp-slo-app/slis/mttr');
});
