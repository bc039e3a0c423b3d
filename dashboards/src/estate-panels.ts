import { StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { severityColors } from './mappings.ts';
import { cell, property, query, table, timeseries } from './panels.ts';
import * as queries from './sli-queries.ts';

/** Panels about what the numbers are made of. */

export const openFindings = () => {
  const panel = timeseries('Open findings')
    .span(8)
    .min(0)
    .decimals(0)
    .fillOpacity(30)
    .lineWidth(1)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .withTarget(query('A', queries.openFindings, '{{severity}}'));
  for (const [severity, fixedColor] of Object.entries(severityColors)) {
    panel.overrideByName(severity, [property('color', { mode: 'fixed', fixedColor })]);
  }
  return panel;
};

export const sources = () =>
  table('Sources')
    .description('Since each source was last heard from.')
    .span(8)
    .withTarget(cell('A', queries.sourceAge))
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: { source: 0, Value: 1 },
        renameByName: { source: 'Source', Value: 'Silent for' },
      },
    })
    .withTransformation({ id: 'sortBy', options: { sort: [{ field: 'Silent for', desc: true }] } })
    .overrideByName('Silent for', [property('unit', 's'), property('custom.width', 110)]);

export const records = () =>
  timeseries('Records received and refused')
    .span(8)
    .unit('cps')
    .min(0)
    .withTarget(query('A', queries.recordRate, '{{format}}'))
    .withTarget(query('B', queries.rejectRate, 'refused: {{format}} {{code}}'))
    .overrideByQuery('B', [property('color', { mode: 'fixed', fixedColor: 'red' })]);
