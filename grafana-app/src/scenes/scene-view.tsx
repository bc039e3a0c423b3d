import { type SceneComponentProps, SceneObjectBase, type SceneObjectState } from '@grafana/scenes';
import type { ComponentType } from 'react';

interface SceneViewState extends SceneObjectState {
  component: ComponentType<{ scene: SceneView }>;
}

/** Draws a React component inside a scene; the component reaches time range and variables through `scene`. */
export class SceneView extends SceneObjectBase<SceneViewState> {
  static Component = ({ model }: SceneComponentProps<SceneView>) => {
    const { component: View } = model.useState();
    return <View scene={model} />;
  };
}
