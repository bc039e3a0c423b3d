import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  StackingConfigBuilder,
  StackingMode,
  TableSortByFieldStateBuilder,
  VizOrientation,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { sliTexts, sliTitles, statusTexts, units } from './mappings.ts';
import {
  cell,
  coloured,
  columnSteps,
  prometheus,
  property,
  query,
  ratioUnit,
  steps,
  table,
  timeseries,
  width,
} from './panels.ts';
import * as queries from './sli-queries.ts';

/** Panels about SLIs, for every dashboard that shows them. */

const burnColumns: readonly [refId: string, window: '1h' | '6h' | '1d' | '3d', threshold: number, color: string][] = [
  ['F', '1h', 13.44, 'red'],
  ['G', '6h', 5.6, 'red'],
  ['H', '1d', 2.8, 'orange'],
  ['I', '3d', 1, 'orange'],
];

/** A row an SLI. A cell without a value is unknown, and says so. */
export function objectives(): TableBuilder {
  const titles: Record<string, string> = {
    'Value #A': 'Status',
    'Value #B': 'Ratio',
    'Value #C': 'Objective',
    'Value #D': 'Budget left',
    'Value #E': 'Coverage',
    ...Object.fromEntries(burnColumns.map(([refId, window]) => [`Value #${refId}`, `Burn ${window}`])),
    sli: 'SLI',
  };
  const panel = table('Objectives')
    .description(
      'Over each SLI’s own window. The burn rate is a multiple of what the objective allows; coloured from the rate on that alerts.',
    )
    .height(18)
    .span(24)
    .sortBy([new TableSortByFieldStateBuilder().displayName('Status').desc(true)])
    .withTarget(cell('A', queries.status))
    .withTarget(cell('B', queries.ratio))
    .withTarget(cell('C', queries.objective))
    .withTarget(cell('D', queries.budgetRemaining))
    .withTarget(cell('E', queries.coverage))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: Object.fromEntries(
          ['sli', ...'ABCDFGHIE'].map((key, index) => [key === 'sli' ? key : `Value #${key}`, index]),
        ),
        renameByName: titles,
      },
    })
    .overrideByName('SLI', [
      property('mappings', [sliTitles()]),
      property('custom.minWidth', 230),
      property('links', [
        { title: 'Its dashboard', url: `/d/cnapp-sli?var-sli=\${__data.fields.SLI}` },
        { title: 'Open in the app', url: `/a/cnapp-slo-app/slis/\${__data.fields.SLI}` },
        { title: 'Open on the processor’s page', url: `$processor/slis/\${__data.fields.SLI}`, targetBlank: true },
      ]),
    ])
    .overrideByName('Status', [
      width(120),
      property('mappings', [statusTexts()]),
      property('custom.cellOptions', { type: 'color-background' }),
    ])
    .overrideByName('Ratio', [width(90), property('unit', ratioUnit), property('decimals', 2)])
    .overrideByName('Objective', [width(90), property('unit', ratioUnit)])
    .overrideByName('Budget left', [
      width(130),
      property('unit', ratioUnit),
      property('min', 0),
      property('max', 1),
      property('decimals', 0),
      property('custom.cellOptions', { type: 'gauge', mode: 'basic' }),
      columnSteps('text', [-1000, 'red'], [0.001, 'orange'], [0.5, 'green']),
    ])
    .overrideByName('Coverage', [
      width(90),
      property('unit', ratioUnit),
      property('decimals', 0),
      coloured,
      columnSteps('text', [0, 'red'], [0.9, 'text']),
    ]);
  for (const [refId, window, threshold, color] of burnColumns) {
    panel
      .withTarget(cell(refId, queries.burnRate(window)))
      .overrideByName(`Burn ${window}`, [
        width(80),
        property('decimals', 1),
        coloured,
        columnSteps('text', [threshold, color]),
      ]);
  }
  return panel;
}

/** What each SLI and signal is known by, in its own unit. */
export function values(): StatBuilder {
  const panel = new StatBuilder()
    .title('Values')
    .description('Of every SLI and failure signal, over its own window. One that is missing is unknown.')
    .datasource(prometheus)
    .height(8)
    .span(24)
    .noValue('no data')
    .colorMode(BigValueColorMode.None)
    .graphMode(BigValueGraphMode.None)
    .withTarget(query('A', queries.officialValue, '{{sli}}').instant());
  for (const [sli, title] of Object.entries(sliTexts)) {
    panel.overrideByName(sli, [property('displayName', title), property('unit', units[sli])]);
  }
  return panel;
}

export const ratios = () =>
  timeseries('Ratio against objective')
    .span(12)
    .unit(ratioUnit)
    .max(1)
    .axisSoftMin(0.8)
    .withTarget(query('A', queries.ratioOfChosen, '{{sli}}'))
    .withTarget(query('B', queries.objectiveOfChosen, 'objective of {{sli}}'))
    .overrideByQuery('B', [
      property('custom.lineStyle', { fill: 'dash', dash: [8, 6] }),
      property('custom.lineWidth', 1),
      property('custom.fillOpacity', 0),
      property('custom.hideFrom', { legend: true, tooltip: false, viz: false }),
    ]);

export const budgets = () =>
  timeseries('Error budget left')
    .span(12)
    .unit(ratioUnit)
    .max(1)
    .axisSoftMin(0)
    .thresholds(steps('red', [0, 'transparent']))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Area))
    .withTarget(query('A', queries.budgetOfChosen, '{{sli}}'));

export const burn = (window: '1h' | '6h', threshold: number) =>
  timeseries(`Burn rate over ${window}`)
    .description(`How many times faster than the objective allows the budget is spent. From ${threshold} on it pages.`)
    .span(8)
    .min(0)
    .axisSoftMax(threshold)
    .decimals(1)
    .thresholds(steps('transparent', [threshold, 'red']))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
    .withTarget(query('A', queries.burnOfChosen(window), '{{sli}}'));

export const events = () =>
  timeseries('Good and bad events')
    .description('As they are decided. Without the SLIs that weigh by time.')
    .span(8)
    .min(0)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(70)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .withTarget(query('A', queries.eventsOfChosen, '{{outcome}}'))
    .overrideByName('good', [property('color', { mode: 'fixed', fixedColor: 'green' })])
    .overrideByName('bad', [property('color', { mode: 'fixed', fixedColor: 'red' })]);

export const segmentBars = (title: string, expr: string) =>
  new BarGaugeBuilder()
    .title(title)
    .description('Mean of each segment, over the episodes that completed it in the time range.')
    .datasource(prometheus)
    .height(8)
    .span(6)
    .unit('s')
    .noValue('no data')
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .thresholds(steps('blue'))
    .withTarget(query('A', expr, '{{segment}}').instant());

export const segments = (sli: string, title: string) => segmentBars(title, queries.meanSegment(sli));

export const durations = (sli: string, title: string) =>
  timeseries(title)
    .span(6)
    .unit('s')
    .min(0)
    .withTarget(query('A', queries.views(sli), '{{view}}'));
