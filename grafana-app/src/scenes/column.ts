import { SceneFlexItem, SceneFlexLayout, type SceneObject } from '@grafana/scenes';

/** A page's parts, one below the other. Layouts do nothing when they are activated: what they hold need not wait a frame for each. */
class Column extends SceneFlexLayout {
  protected override _renderBeforeActivation = true;
}

class Part extends SceneFlexItem {
  protected override _renderBeforeActivation = true;
}

type Child = SceneFlexLayout['state']['children'][number];

export const column = (...children: Child[]): SceneObject => new Column({ direction: 'column', children });

/** As high as what is in it; `minHeight` keeps the place of what comes later. */
export const part = (body: SceneObject, minHeight?: number): Child =>
  new Part({ ySizing: 'content', body, ...(minHeight !== undefined && { minHeight }) });
