import { type DataFrame, type DataLink, type Field, FieldColorModeId, ThresholdsMode } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { PanelBuilders, SceneDataTransformer, SceneFlexItem, SceneFlexLayout, SceneQueryRunner } from '@grafana/scenes';
import { GraphGradientMode, SortOrder, TooltipDisplayMode, VisibilityMode } from '@grafana/schema';
import { map } from 'rxjs';
import type { QueryType } from '../../datasource/query.ts';
import { t } from '../../i18n.ts';

import { SCENE_DATA_SOURCE, SCENE_FILTER } from '../../scenes/create-scene.ts';
import { LookAhead } from '../../scenes/look-ahead.ts';
import { axisUnit, inAxisUnit } from '../../slo/axis-unit.ts';

/** Ratio against objective, budget and value over time. What has no objective has no budget. */
export function trendPanels(sli: string, hasObjective: boolean): SceneFlexLayout {
  const panels = hasObjective ? [ratioPanel(), budgetPanel(sli), valuePanel()] : [valuePanel()];
  return new SceneFlexLayout({
    direction: 'row',
    minHeight: 280,
    $data: asked('sli_series', sli),
    children: panels.map((body) => new SceneFlexItem({ minHeight: 280, body })),
  });
}

const asked = (queryType: QueryType, sli: string) =>
  new SceneQueryRunner({
    datasource: SCENE_DATA_SOURCE,
    queries: [{ refId: 'A', queryType, sli, filter: SCENE_FILTER }],
  });

/** The scene's one answer, with the columns that a panel shows. */
function only(...names: string[]): SceneDataTransformer {
  const isShown = ({ name }: Field) => name === 'time' || names.includes(name);
  return new SceneDataTransformer({
    transformations: [
      () => map((frames: DataFrame[]) => frames.map((frame) => ({ ...frame, fields: frame.fields.filter(isShown) }))),
    ],
  });
}

/** Durations in the unit that gives the axis round ticks. */
function inRoundUnits(data: SceneDataTransformer): SceneDataTransformer {
  const rounded = (field: Field): Field => {
    if (field.config.unit !== 's') return field;
    const seconds: (number | null)[] = field.values;
    const { unit, values } = inAxisUnit(seconds, axisUnit(Math.max(0, ...seconds.map((value) => value ?? 0))));
    return { ...field, values, config: { ...field.config, unit } };
  };
  const all = () =>
    map((frames: DataFrame[]) => frames.map((frame) => ({ ...frame, fields: frame.fields.map(rounded) })));
  data.setState({ transformations: [...data.state.transformations, all] });
  return data;
}

/** From a point to the episodes behind it: the list below is then about the window that ends there. */
const explainPoint = (): DataLink => ({
  title: t('sli.panels.explain-point', 'Explain this point'),
  url: '',
  onClick: ({ replaceVariables }) => {
    const ms = Number(replaceVariables?.(`\${__value.time}`));
    // What lies ahead is explained by what is known now.
    if (Number.isFinite(ms)) locationService.partial({ at: new Date(Math.min(ms, Date.now())).toISOString() });
  },
});

/** Wherever in the panel a click is, it is about the nearest point. The schema lacks the proximity (px), the panel has it. */
const tooltip = { mode: TooltipDisplayMode.Single, sort: SortOrder.None, hoverProximity: 1_000 };

function timeseries(title: string, description: string) {
  return PanelBuilders.timeseries()
    .setTitle(title)
    .setDescription(description)
    .setLinks([explainPoint()])
    .setNoValue(t('sli.panels.no-data', 'No data in this time range'))
    .setCustomFieldConfig('lineWidth', 2)
    .setCustomFieldConfig('fillOpacity', 10)
    .setOption('legend', { showLegend: false })
    .setOption('tooltip', tooltip);
}

function ratioPanel() {
  return timeseries(
    t('sli.panels.ratio', 'Ratio against objective'),
    t(
      'sli.panels.ratio-description',
      'Good events out of good and bad ones. Each point looks back over the SLI’s window. Dashed: the objective.',
    ),
  )
    .setData(only('ratio', 'objective'))
    .setMax(1)
    .setColor({ mode: FieldColorModeId.Fixed, fixedColor: 'blue' })
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

function budgetPanel(sli: string) {
  return timeseries(
    t('sli.panels.budget', 'Error budget left'),
    t(
      'sli.panels.budget-description',
      'What the errors within the SLI’s window have left of the budget. Below zero it is overspent. Dashed: where the pace of the last day leads, if it uses the budget up.',
    ),
  )
    .setData(asked('sli_budget', sli))
    .setTimeRange(new LookAhead())
    .setMax(1)
    .setCustomFieldConfig('axisSoftMin', 0)
    .setColor({ mode: FieldColorModeId.Thresholds })
    .setThresholds({
      mode: ThresholdsMode.Absolute,
      steps: [
        { value: Number.NEGATIVE_INFINITY, color: 'red' },
        { value: 0, color: 'orange' },
        { value: 0.5, color: 'green' },
      ],
    })
    .setCustomFieldConfig('gradientMode', GraphGradientMode.Scheme)
    .setOverrides((overrides) => {
      overrides
        .matchFieldsWithName('budget_ahead')
        .overrideColor({ mode: FieldColorModeId.Fixed, fixedColor: 'red' })
        .overrideCustomFieldConfig('lineStyle', { fill: 'dash', dash: [8, 6] })
        .overrideCustomFieldConfig('gradientMode', GraphGradientMode.None)
        .overrideCustomFieldConfig('fillOpacity', 0);
    })
    .build();
}

function valuePanel() {
  return timeseries(
    t('sli.panels.value', 'Value'),
    t('sli.panels.value-description', 'The SLI’s official value, over its window before each point.'),
  )
    .setData(inRoundUnits(only('value')))
    .setMin(0)
    .setColor({ mode: FieldColorModeId.Fixed, fixedColor: 'purple' })
    .build();
}
