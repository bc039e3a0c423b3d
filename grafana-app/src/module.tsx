import './public-path.ts';
import { AppPlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import { PLUGIN_ID } from './constants.ts';
import { LINKS } from './extensions/links.ts';

/** The pages, with everything they need, once somebody opens one. */
const LazyApp = lazy(async () => {
  const { loadResources } = await import('@grafana/scenes'); // its own texts, of controls
  await initPluginTranslations(PLUGIN_ID, [loadResources]);
  return import('./App.tsx');
});

// No text yet: the translations come with the pages.
const Root = () => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyApp />
  </Suspense>
);

export const plugin = new AppPlugin().setRootPage(Root);
for (const link of LINKS) plugin.addLink(link);
