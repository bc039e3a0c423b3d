import {
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** What the dashboards' panels have in common. Whichever Prometheus is chosen; the provisioned one at first. */
export const prometheus = { type: 'prometheus', uid: '$datasource' };
export const ratioUnit = 'percentunit';

export const query = (refId: string, expr: string, legend = '') =>
  new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).datasource(prometheus).range();

/** The latest value, as rows of a table. */
export const cell = (refId: string, expr: string) =>
  new DataqueryBuilder().refId(refId).expr(expr).datasource(prometheus).instant().format(PromQueryFormat.Table);

export const steps = (...[first, ...rest]: [string, ...(readonly [number, string])[]]) =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))]);

/** The same for a column: overrides take plain objects. */
export const columnSteps = (...[first, ...rest]: [string, ...(readonly [number, string])[]]): DynamicConfigValue => ({
  id: 'thresholds',
  value: {
    mode: 'absolute',
    steps: [{ value: null, color: first }, ...rest.map(([value, color]) => ({ value, color }))],
  },
});
export const property = (id: string, value: unknown): DynamicConfigValue => ({ id, value });
export const width = (pixels: number) => property('custom.width', pixels);
export const coloured = property('custom.cellOptions', { type: 'color-text' });

export function timeseries(title: string): TimeseriesBuilder {
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

/** One number, large; `no data` where there is none. */
export function stat(title: string, expr: string): StatBuilder {
  return new StatBuilder()
    .title(title)
    .datasource(prometheus)
    .height(4)
    .span(4)
    .noValue('no data')
    .thresholds(steps('text'))
    .withTarget(query('A', expr).instant());
}

export function table(title: string): TableBuilder {
  return new TableBuilder().title(title).datasource(prometheus).height(8).span(12).noValue('no data');
}
