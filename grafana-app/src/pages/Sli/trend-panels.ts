import { type DataFrame, type Field, FieldColorModeId } from '@grafana/data';
import { t } from '@grafana/i18n';
import { PanelBuilders, SceneDataTransformer, SceneFlexItem, SceneFlexLayout, SceneQueryRunner } from '@grafana/scenes';
import { AxisPlacement, GraphDrawStyle, LineInterpolation, StackingMode, VisibilityMode } from '@grafana/schema';
import { map } from 'rxjs';
import { SCENE_DATA_SOURCE, SCENE_FILTER } from '../../scenes/create-scene.ts';

/** Ratio against objective, value, and the events that make them: three views of one query. */
export function trendPanels(sli: string): SceneFlexLayout {
  return new SceneFlexLayout({
    direction: 'row',
    minHeight: 280,
    $data: new SceneQueryRunner({
      datasource: SCENE_DATA_SOURCE,
      queries: [{ refId: 'A', queryType: 'sli_series', sli, filter: SCENE_FILTER }],
    }),
    children: [
      new SceneFlexItem({ width: '44%', minHeight: 280, body: ratioPanel() }),
      new SceneFlexItem({ minHeight: 280, body: valuePanel() }),
      new SceneFlexItem({ minHeight: 280, body: eventsPanel() }),
    ],
  });
}

/** The scene's one answer, with the columns that a panel shows. */
function only(...names: string[]): SceneDataTransformer {
  const isShown = ({ name }: Field) => name === 'time' || names.includes(name);
  return new SceneDataTransformer({
    transformations: [
      () => map((frames: DataFrame[]) => frames.map((frame) => ({ ...frame, fields: frame.fields.filter(isShown) }))),
    ],
  });
}

function ratioPanel() {
  return PanelBuilders.timeseries()
    .setTitle(t('sli.panels.ratio', 'Ratio against objective'))
    .setDescription(
      t('sli.panels.ratio-description', 'Good events out of good and bad ones. The dashed line is the objective.'),
    )
    .setData(only('ratio', 'objective'))
    .setNoValue(t('sli.panels.no-data', 'No data in this time range'))
    .setUnit('percentunit')
    .setMax(1)
    .setColor({ mode: FieldColorModeId.Fixed, fixedColor: 'blue' })
    .setCustomFieldConfig('lineWidth', 2)
    .setCustomFieldConfig('lineInterpolation', LineInterpolation.Linear)
    .setCustomFieldConfig('fillOpacity', 10)
    .setCustomFieldConfig('showPoints', VisibilityMode.Auto)
    .setCustomFieldConfig('axisSoftMin', 0.8)
    .setOverrides((overrides) => {
      overrides
        .matchFieldsWithName('objective')
        .overrideColor({ mode: FieldColorModeId.Fixed, fixedColor: 'orange' })
        .overrideCustomFieldConfig('lineStyle', { fill: 'dash', dash: [8, 6] })
        .overrideCustomFieldConfig('lineWidth', 1)
        .overrideCustomFieldConfig('fillOpacity', 0)
        .overrideCustomFieldConfig('showPoints', VisibilityMode.Never);
    })
    .build();
}

function valuePanel() {
  return PanelBuilders.timeseries()
    .setTitle(t('sli.panels.value', 'Value'))
    .setData(only('value'))
    .setNoValue(t('sli.panels.no-data', 'No data in this time range'))
    .setMin(0)
    .setColor({ mode: FieldColorModeId.Fixed, fixedColor: 'purple' })
    .setCustomFieldConfig('lineWidth', 2)
    .setCustomFieldConfig('fillOpacity', 10)
    .setOption('legend', { showLegend: false })
    .build();
}

function eventsPanel() {
  return PanelBuilders.timeseries()
    .setTitle(t('sli.panels.events', 'Good and bad events'))
    .setData(only('good', 'bad'))
    .setNoValue(t('sli.panels.no-data', 'No data in this time range'))
    .setMin(0)
    .setCustomFieldConfig('drawStyle', GraphDrawStyle.Bars)
    .setCustomFieldConfig('fillOpacity', 70)
    .setCustomFieldConfig('lineWidth', 0)
    .setCustomFieldConfig('stacking', { mode: StackingMode.Normal, group: 'A' })
    .setCustomFieldConfig('axisPlacement', AxisPlacement.Left)
    .setOverrides((overrides) => {
      overrides.matchFieldsWithName('good').overrideColor({ mode: FieldColorModeId.Fixed, fixedColor: 'green' });
      overrides.matchFieldsWithName('bad').overrideColor({ mode: FieldColorModeId.Fixed, fixedColor: 'red' });
    })
    .build();
}
