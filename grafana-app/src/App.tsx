import { SceneApp, useSceneApp } from '@grafana/scenes';
import { alertRulesPage } from './pages/AlertRules/alert-rules-page.tsx';
import { findingsPage } from './pages/Findings/findings-page.tsx';
import { incidentsPage } from './pages/Incident/incidents-page.tsx';
import { onCallPage } from './pages/OnCall/on-call-page.tsx';
import { overviewPage } from './pages/Overview/overview-page.tsx';
import { slisPage } from './pages/Sli/sli-page.tsx';

const createApp = () =>
  new SceneApp({
    name: 'cnapp-slo',
    pages: [overviewPage(), slisPage(), onCallPage(), incidentsPage(), findingsPage(), alertRulesPage()],
  });

export default function App() {
  const app = useSceneApp(createApp);
  return <app.Component model={app} />;
}
