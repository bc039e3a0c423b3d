import { PanelBuilder as BarGaugeBuilder } from '@grafana/grafana-foundation-sdk/bargauge';
import {
  BarGaugeDisplayMode,
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type DynamicConfigValue,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { severityColors, sliTexts, sliTitles, statusTexts, units } from './mappings.ts';
import * as queries from './queries.ts';

/** Whichever Prometheus is chosen; the provisioned one at first. */
const prometheus = { type: 'prometheus', uid: '$datasource' };
/** What is charted at first; the table shows every SLI. */
const MAIN_SLIS = ['mttd-config', 'mttr', 'drift-rate'] as const;
const ratioUnit = 'percentunit';

export function sloOverview(): Dashboard {
  return new DashboardBuilder('Security SLOs')
    .uid('cnapp-slo-overview')
    .id(null)
    .description(
      'Objectives, error budgets and burn rates of the security SLIs, from Prometheus alone: it needs no plugin.',
    )
    .tags(['cnapp-slo'])
    .timezone('browser')
    .time({ from: 'now-24h', to: 'now' })
    .refresh('1m')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new DatasourceVariableBuilder('datasource')
        .label('Prometheus')
        .type('prometheus')
        .current({ selected: false, text: 'CNAPP Prometheus', value: 'cnapp-prometheus' }),
    )
    .withVariable(
      new QueryVariableBuilder('sli')
        .label('SLI')
        .datasource(prometheus)
        .query({ query: 'label_values(cnapp_sli_status, sli)', refId: 'sli' })
        .refresh(VariableRefresh.OnDashboardLoad)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue('.+')
        .current({ selected: true, text: [...MAIN_SLIS], value: [...MAIN_SLIS] }),
    )
    .withVariable(
      new TextBoxVariableBuilder('processor')
        .label('Processor')
        .description('Address of the processor’s own pages, for the links')
        .defaultValue('http://127.0.0.1:8080'),
    )
    .link(
      new DashboardLinkBuilder('Processor')
        .type(DashboardLinkType.Link)
        .url('$processor/')
        .icon('external link')
        .tooltip('The processor’s own status page')
        .targetBlank(true),
    )
    .withPanel(objectives())
    .withPanel(values())
    .withPanel(ratios())
    .withPanel(budgets())
    .withPanel(burn('1h', 13.44))
    .withPanel(burn('6h', 5.6))
    .withPanel(events())
    .withRow(new RowBuilder('Where the time goes'))
    .withPanel(segments('mttd-config', 'Time to detect, by segment'))
    .withPanel(durations('mttd-config', 'Time to detect'))
    .withPanel(segments('mttr', 'Time to remediate, by segment'))
    .withPanel(durations('mttr', 'Time to remediate'))
    .withRow(new RowBuilder('Findings, and whether the numbers can be trusted'))
    .withPanel(openFindings())
    .withPanel(sources())
    .withPanel(records())
    .build();
}

const query = (refId: string, expr: string, legend = '') =>
  new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).datasource(prometheus).range();

/** The latest value, as rows of a table. */
const cell = (refId: string, expr: string) =>
  new DataqueryBuilder().refId(refId).expr(expr).datasource(prometheus).instant().format(PromQueryFormat.Table);

const steps = (...[first, ...rest]: [string, ...(readonly [number, string])[]]) =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))]);

/** The same for a column: overrides take plain objects. */
const columnSteps = (...[first, ...rest]: [string, ...(readonly [number, string])[]]): DynamicConfigValue => ({
  id: 'thresholds',
  value: {
    mode: 'absolute',
    steps: [{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))],
  },
});
const property = (id: string, value: unknown): DynamicConfigValue => ({ id, value });
const width = (pixels: number) => property('custom.width', pixels);
const coloured = property('custom.cellOptions', { type: 'color-text' });

const burnColumns: readonly [refId: string, window: '1h' | '6h' | '1d' | '3d', threshold: number, color: string][] = [
  ['F', '1h', 13.44, 'red'],
  ['G', '6h', 5.6, 'red'],
  ['H', '1d', 2.8, 'orange'],
  ['I', '3d', 1, 'orange'],
];

/** A row an SLI. A cell without a value is unknown, and says so. */
function objectives(): TableBuilder {
  const titles: Record<string, string> = {
    'Value #A': 'Status',
    'Value #B': 'Ratio',
    'Value #C': 'Objective',
    'Value #D': 'Budget left',
    'Value #E': 'Coverage',
    ...Object.fromEntries(burnColumns.map(([refId, window]) => [`Value #${refId}`, `Burn ${window}`])),
    sli: 'SLI',
  };
  const panel = new TableBuilder()
    .title('Objectives')
    .description(
      'Over each SLI’s own window. The burn rate is a multiple of what the objective allows; coloured from the rate on that alerts.',
    )
    .datasource(prometheus)
    .height(18)
    .span(24)
    .noValue('no data')
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
function values(): StatBuilder {
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

function timeseries(title: string): TimeseriesBuilder {
  return new TimeseriesBuilder()
    .title(title)
    .datasource(prometheus)
    .height(8)
    .noValue('no data')
    .lineWidth(2)
    .fillOpacity(8)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

const ratios = () =>
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

const budgets = () =>
  timeseries('Error budget left')
    .span(12)
    .unit(ratioUnit)
    .max(1)
    .axisSoftMin(0)
    .thresholds(steps('red', [0, 'transparent']))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Area))
    .withTarget(query('A', queries.budgetOfChosen, '{{sli}}'));

const burn = (window: '1h' | '6h', threshold: number) =>
  timeseries(`Burn rate over ${window}`)
    .description(`How many times faster than the objective allows the budget is spent. From ${threshold} on it pages.`)
    .span(8)
    .min(0)
    .axisSoftMax(threshold)
    .decimals(1)
    .thresholds(steps('transparent', [threshold, 'red']))
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
    .withTarget(query('A', queries.burnOfChosen(window), '{{sli}}'));

const events = () =>
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

const segments = (sli: string, title: string) =>
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
    .withTarget(query('A', queries.meanSegment(sli), '{{segment}}').instant());

const durations = (sli: string, title: string) =>
  timeseries(title)
    .span(6)
    .unit('s')
    .min(0)
    .withTarget(query('A', queries.views(sli), '{{view}}'));

const openFindings = () => {
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

const sources = () =>
  new TableBuilder()
    .title('Sources')
    .description('Since each source was last heard from.')
    .datasource(prometheus)
    .height(8)
    .span(8)
    .noValue('no data')
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

const records = () =>
  timeseries('Records received and refused')
    .span(8)
    .unit('cps')
    .min(0)
    .withTarget(query('A', queries.recordRate, '{{format}}'))
    .withTarget(query('B', queries.rejectRate, 'refused: {{format}} {{code}}'))
    .overrideByQuery('B', [property('color', { mode: 'fixed', fixedColor: 'red' })]);
