import { css } from '@emotion/css';
import { type SceneComponentProps, type SceneObject, SceneObjectBase, type SceneObjectState } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { answered } from '../api/client.ts';
import { useInSight } from '../components/use-in-sight.ts';

const longestWaitMs = 500;

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
    const isTurn = useTurn(isInSight);
    return (
      <div ref={ref} className={styles.grow}>
        {isTurn && <body.Component model={body} />}
      </div>
    );
  };
}

/** Charts take long to draw and words do not: what the page has asked already is answered and drawn first, unless that takes too long. */
function useTurn(isInSight: boolean): boolean {
  const [isTurn, setTurn] = useState(false);
  useEffect(() => {
    if (!isInSight) return;
    let isGone = false;
    const timeout = new Promise((resolve) => setTimeout(resolve, longestWaitMs));
    const drawn = () => requestAnimationFrame(() => setTimeout(() => isGone || setTurn(true)));
    void Promise.race([answered(), timeout]).then(drawn);
    return () => {
      isGone = true;
    };
  }, [isInSight]);
  return isTurn;
}

const getStyles = () => ({ grow: css({ display: 'flex', flexGrow: 1, minWidth: 0 }) });
