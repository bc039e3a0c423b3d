import { SceneAppPage, type SceneAppPageLike } from '@grafana/scenes';
import type { ComponentType } from 'react';
import { PLUGIN_BASE_URL } from '../constants.ts';
import { createScene } from './create-scene.ts';
import { SceneView } from './scene-view.tsx';

/** What the component of such a page is given. */
export interface DetailProps {
  scene: SceneView;
  id: string;
  /** Sets the page's title, once it is known. */
  onTitle: (title: string) => void;
}

interface Options {
  /** `/findings`. */
  section: string;
  id: string;
  /** Until the component knows a better one. */
  title: string;
  parent: SceneAppPageLike;
  component: ComponentType<DetailProps>;
}

/** `{section}/{id}`: a page about one thing, which only hands the filters on. */
export function detailPage({ section, id, title, parent, component: Detail }: Options): SceneAppPage {
  const page: SceneAppPage = new SceneAppPage({
    title,
    url: `${PLUGIN_BASE_URL}${section}/${encodeURIComponent(id)}`,
    routePath: '*',
    getParentPage: () => parent,
    getScene: () =>
      createScene(
        new SceneView({
          component: ({ scene }) => <Detail scene={scene} id={id} onTitle={(text) => page.setState({ title: text })} />,
        }),
        { hasFilters: false },
      ),
  });
  return page;
}
