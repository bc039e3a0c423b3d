import type { PluginPageProps } from '@grafana/runtime';

/** What stands in for Grafana's frame around a plugin's page. */
export function PluginFrame({ pageNav, subTitle, children }: PluginPageProps) {
  return (
    <main>
      <h1>{pageNav?.text}</h1>
      <p>{subTitle}</p>
      {children}
    </main>
  );
}
