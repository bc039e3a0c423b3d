import { VariableHide } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import {
  CustomVariable,
  DataSourceVariable,
  EmbeddedScene,
  QueryVariable,
  SceneControlsSpacer,
  type SceneObject,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  SceneVariableSet,
  VariableValueSelectors,
} from '@grafana/scenes';
import { DATA_SOURCE_TYPE } from '../constants.ts';
import type { LabelName } from '../datasource/query.ts';
import { t } from '../i18n.ts';

/** How queries inside a scene name the data source that its variable `ds` chose. */
export const SCENE_DATA_SOURCE = { uid: '$ds', type: DATA_SOURCE_TYPE };

/** The filters of a scene as a query takes them. */
export const SCENE_FILTER = {
  team: '$team',
  environment: '$environment',
  criticality: '$criticality',
  severity: '$severity',
};

interface SceneOptions {
  /** False: the page is about one thing, and only hands the filters on. */
  hasFilters?: boolean;
  /** False: the page is about now. */
  hasTimeRange?: boolean;
  /** Where the time range begins unless the URL says so. */
  from?: string;
}

/** A page's scene: everything that decides what it shows is a control, and in the URL. */
export function createScene(
  body: SceneObject,
  { hasFilters = true, hasTimeRange = true, from = 'now-28d' }: SceneOptions = {},
): EmbeddedScene {
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from, to: 'now' }),
    $variables: new SceneVariableSet({
      variables: [
        dataSourceVariable(),
        labelVariable('team', t('filters.team', 'Team')),
        labelVariable('environment', t('filters.environment', 'Environment')),
        choiceVariable('criticality', t('filters.criticality', 'Criticality'), ['c0', 'c1', 'c2', 'c3']),
        choiceVariable('severity', t('filters.severity', 'Severity'), ['critical', 'high', 'medium', 'low']),
      ],
    }),
    controls: hasFilters
      ? [
          new VariableValueSelectors({}),
          new SceneControlsSpacer(),
          ...(hasTimeRange ? [new SceneTimePicker({ isOnCanvas: true })] : []),
          new SceneRefreshPicker({ isOnCanvas: true, refresh: '1m', intervals: ['10s', '1m', '5m', '30m'] }),
        ]
      : [],
    body,
  });
}

/** Which processor; of interest only where there are several. */
function dataSourceVariable(): DataSourceVariable {
  const count = getDataSourceSrv().getList({ pluginId: DATA_SOURCE_TYPE }).length;
  return new DataSourceVariable({
    name: 'ds',
    label: t('filters.processor', 'Processor'),
    pluginId: DATA_SOURCE_TYPE,
    hide: count > 1 ? VariableHide.dontHide : VariableHide.hideVariable,
  });
}

const everything = { includeAll: true, defaultToAll: true, allValue: '*' };

function labelVariable(name: LabelName, label: string): QueryVariable {
  return new QueryVariable({
    ...everything,
    name,
    label,
    datasource: SCENE_DATA_SOURCE,
    query: { refId: name, label: name },
  });
}

function choiceVariable(name: LabelName, label: string, values: readonly string[]): CustomVariable {
  return new CustomVariable({ ...everything, name, label, query: values.join(',') });
}
