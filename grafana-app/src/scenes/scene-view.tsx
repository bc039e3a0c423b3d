import { css } from '@emotion/css';
import { type SceneComponentProps, SceneObjectBase, type SceneObjectState } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import type { ComponentType } from 'react';

interface SceneViewState extends SceneObjectState {
  component: ComponentType<{ scene: SceneView }>;
}

/** Draws a React component inside a scene; the component reaches time range and variables through `scene`. */
export class SceneView extends SceneObjectBase<SceneViewState> {
  /** It does nothing when it is activated, and need not wait a frame for it. */
  protected override _renderBeforeActivation = true;

  static Component = ({ model }: SceneComponentProps<SceneView>) => {
    const { component: View } = model.useState();
    const styles = useStyles2(getStyles);
    return (
      <div className={styles.grow}>
        <View scene={model} />
      </div>
    );
  };
}

const getStyles = () => ({ grow: css({ flexGrow: 1, minWidth: 0 }) });
