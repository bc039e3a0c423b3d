import type { SliUnit } from '@cnapp-slo/model';
import { BigValueTextMode } from '@grafana/grafana-foundation-sdk/common';
import { type Dashboard, DashboardLinkBuilder, DashboardLinkType } from '@grafana/grafana-foundation-sdk/dashboard';
import type { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { frame, sliVariable } from '../frame.ts';
import { companionTitles, grafanaUnits, units } from '../mappings.ts';
import { cell, property, query, ratioUnit, stat, steps, table, timeseries, width } from '../panels.ts';
import { budgets, ratios, segmentBars } from '../sli-panels.ts';
import * as queries from './queries.ts';

export function sli(): Dashboard {
  const link = (title: string, url: string) =>
    new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url).icon('external link');
  return frame({
    uid: 'cnapp-sli',
    title: 'Security: one SLI',
    description: 'Everything that Prometheus knows about an SLI. The episodes behind it are a link away.',
    from: 'now-7d',
  })
    .withVariable(sliVariable(['mttr'], false))
    .link(link('Episodes in the app', '/a/cnapp-slo-app/slis/$sli'))
    .link(link('Episodes on the processor’s page', '$processor/slis/$sli').targetBlank(true))
    .withPanel(stat('Ratio', queries.ratio).unit(ratioUnit).decimals(2))
    .withPanel(stat('Objective', queries.objective).unit(ratioUnit))
    .withPanel(
      stat('Budget left', queries.budget)
        .unit(ratioUnit)
        .decimals(0)
        .thresholds(steps('red', [0.001, 'orange'], [0.5, 'green'])),
    )
    .withPanel(
      stat('Coverage', queries.coverage)
        .unit(ratioUnit)
        .decimals(0)
        .thresholds(steps('red', [0.9, 'text'])),
    )
    .withPanel(value())
    .withPanel(
      stat('Restated', queries.restatement)
        .description('Counted events that late data or a verdict has taken back or judged the other way.')
        .decimals(0),
    )
    .withPanel(ratios())
    .withPanel(budgets())
    .withPanel(
      timeseries('Burn rates')
        .description('How many times faster than the objective allows. Pages from 13.4 over 1h and 5.6 over 6h on.')
        .span(12)
        .min(0)
        .decimals(1)
        .withTarget(query('A', queries.burn, '{{window}}')),
    )
    .withPanel(
      timeseries('Good and bad within a day')
        .span(12)
        .min(0)
        .withTarget(query('A', queries.events, '{{outcome}}'))
        .overrideByName('good', [property('color', { mode: 'fixed', fixedColor: 'green' })])
        .overrideByName('bad', [property('color', { mode: 'fixed', fixedColor: 'red' })]),
    )
    .withPanel(segmentBars('Where the time goes', queries.meanSegment).span(7))
    .withPanel(
      table('Whose misses')
        .description('Bad events by team over seven days; seconds for SLIs that weigh by time.')
        .span(7)
        .noValue('No misses')
        .withTarget(cell('A', queries.contributors))
        .withTransformation({
          id: 'organize',
          options: { excludeByName: { Time: true }, renameByName: { team: 'Team', Value: 'Misses' } },
        }),
    )
    .withPanel(besides())
    .withPanel(
      timeseries('CUSUM')
        .description('Evidence that misses come more often than the objective allows; above the line it is an alarm.')
        .span(24)
        .min(0)
        .withTarget(query('A', queries.cusum, 'evidence'))
        .withTarget(query('B', queries.cusumThreshold, 'alarm'))
        .overrideByName('alarm', [
          property('color', { mode: 'fixed', fixedColor: 'red' }),
          property('custom.lineStyle', { fill: 'dash', dash: [8, 6] }),
          property('custom.fillOpacity', 0),
        ]),
    )
    .build();
}

/** In the SLI's own unit. */
function value(): StatBuilder {
  const panel = stat('Value', queries.value).description('Over the SLI’s own window.');
  panel.targets([query('A', queries.value, '{{sli}}').instant()]);
  for (const [id, unit] of Object.entries(units)) panel.overrideByName(id, [property('unit', unit)]);
  return panel.textMode(BigValueTextMode.Value);
}

/** A unit has a column: a cell of a table cannot have its own. */
const columns: readonly (readonly [refId: string, title: string, unit: SliUnit])[] = [
  ['A', 'Duration', 's'],
  ['B', 'Share', '1'],
  ['C', 'Number', 'count'],
  ['D', 'Bytes', 'By'],
];

function besides(): TableBuilder {
  const titles = Object.fromEntries(columns.map(([refId, title]) => [`Value #${refId}`, title]));
  const panel = table('What stands beside it')
    .description('Quantiles and companions of the definition, each in the column of its unit.')
    .span(10)
    .targets(columns.map(([refId, , unit]) => cell(refId, queries.beside(unit))))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { Time: true }, renameByName: { view: 'Name', ...titles } },
    })
    .overrideByName('Name', [property('mappings', [companionTitles()])]);
  for (const [, title, unit] of columns)
    panel.overrideByName(title, [property('unit', grafanaUnits[unit]), property('noValue', ''), width(85)]);
  return panel;
}
