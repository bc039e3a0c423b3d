import { type MultiValueVariable, type SceneObject, type SceneTimeRangeState, sceneGraph } from '@grafana/scenes';
import { useMemo } from 'react';
import { type Client, createClient, type Filter } from '../api/client.ts';
import { type SliWindow, sliWindowOf, stepOf } from '../slo/window.ts';

/** What the controls of a scene currently choose. */
export interface Scope {
  dataSourceUid: string;
  client: Client;
  filter: Filter;
  /** The time range as the API takes it. */
  window: SliWindow;
  /** Between the points of a trend. */
  step: string;
  fromMs: number;
  toMs: number;
  timeZone: SceneTimeRangeState['timeZone'];
  /** Names the choice, for `useApi`. */
  key: string;
  /** Grows when somebody, or the timer, asks again. */
  refresh: number;
}

export function useScope(scene: SceneObject): Scope {
  const { value: range, timeZone } = sceneGraph.getTimeRange(scene).useState();
  const dataSourceUid = useVariable(scene, 'ds') ?? '';
  const team = useVariable(scene, 'team');
  const environment = useVariable(scene, 'environment');
  const criticality = useVariable(scene, 'criticality');
  const severity = useVariable(scene, 'severity');
  const fromMs = range.from.valueOf();
  const toMs = range.to.valueOf();
  return useMemo(() => {
    const chosen = { team, environment, criticality, severity };
    const filter: Filter = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
    const window = sliWindowOf(fromMs, toMs, Date.now());
    return {
      dataSourceUid,
      client: createClient(dataSourceUid),
      filter,
      window,
      step: stepOf(fromMs, toMs),
      fromMs,
      toMs,
      timeZone,
      key: JSON.stringify([dataSourceUid, filter, window]),
      refresh: toMs,
    };
  }, [dataSourceUid, team, environment, criticality, severity, fromMs, toMs, timeZone]);
}

/** A variable's value; undefined when it stands on "All". */
function useVariable(scene: SceneObject, name: string): string | undefined {
  const variable = sceneGraph.lookupVariable(name, scene);
  if (variable === null) throw new Error(`the scene has no variable "${name}"`);
  const { value } = (variable as MultiValueVariable).useState();
  return value === '$__all' || value === '' ? undefined : String(value);
}
