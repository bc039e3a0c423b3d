import { css } from '@emotion/css';
import { type SceneComponentProps, type SceneObject, SceneObjectBase, type SceneObjectState } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import { useInSight } from '../components/use-in-sight.ts';

interface LazySceneState extends SceneObjectState {
  body: SceneObject;
}

/** A part of a page that is drawn, and asks for its data, when it comes near the window. Its place is kept by the layout item around it. */
export class LazyScene extends SceneObjectBase<LazySceneState> {
  protected override _renderBeforeActivation = true;

  static Component = ({ model }: SceneComponentProps<LazyScene>) => {
    const { body } = model.useState();
    const styles = useStyles2(getStyles);
    const [ref, isInSight] = useInSight<HTMLDivElement>();
    return (
      <div ref={ref} className={styles.grow}>
        {isInSight && <body.Component model={body} />}
      </div>
    );
  };
}

const getStyles = () => ({ grow: css({ display: 'flex', flexGrow: 1, minWidth: 0 }) });
