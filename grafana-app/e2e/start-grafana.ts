/**
 * Starts an installed Grafana with the built plugin and the provisioning of deploy/grafana, in the foreground; Ctrl-C ends it.
 *
 * GRAFANA_HOME   folder of the Grafana installation; without it `grafana` of the PATH
 * PORT           3000
 * CNAPP_API_URL, CNAPP_PROMETHEUS_URL   http://127.0.0.1:8080 and http://127.0.0.1:9090
 * GRAFANA_DATA   folder of its database; a new one in .cache without it
 * BARE           1: the plugin alone, nothing provisioned
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = dirname(dirname(import.meta.dirname));
const env = process.env;
const port = env.PORT ?? '3000';
const data = resolve(env.GRAFANA_DATA ?? join(root, `.cache/grafana-${port}`));
const plugin = join(root, 'grafana-app/dist');
if (!existsSync(join(plugin, 'module.js'))) throw new Error('the plugin is not built: npm run build -w grafana-app');

const plugins = join(data, 'plugins');
const provisioning = join(data, 'provisioning');
for (const folder of [plugins, provisioning]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
symlinkSync(plugin, join(plugins, 'cnapp-slo-app'));
if (env.BARE !== '1') {
  cpSync(join(root, 'deploy/grafana/provisioning'), provisioning, { recursive: true });
  cpSync(join(root, 'alert-rules/generated/grafana'), join(provisioning, 'alerting'), { recursive: true });
}

const home = env.GRAFANA_HOME;
const binary = home === undefined ? 'grafana' : join(home, 'bin/grafana');
const grafana = spawn(binary, ['server', ...(home === undefined ? [] : ['--homepath', home])], {
  stdio: 'inherit',
  env: {
    ...env,
    GF_SERVER_HTTP_ADDR: '127.0.0.1',
    GF_SERVER_HTTP_PORT: port,
    GF_PATHS_DATA: data,
    GF_PATHS_LOGS: join(data, 'log'),
    GF_PATHS_PLUGINS: plugins,
    GF_PATHS_PROVISIONING: provisioning,
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: 'cnapp-slo-app,cnapp-slo-datasource',
    GF_PLUGINS_PREINSTALL_DISABLED: 'true',
    GF_DATAPROXY_SEND_USER_HEADER: 'true',
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
    GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
    // Else every dashboard asks whether it is public, and logs the 404.
    GF_PUBLIC_DASHBOARDS_ENABLED: 'false',
    GF_NEWS_NEWS_FEED_ENABLED: 'false',
    // Tests sign in once, and go on for longer than Grafana lets a session's token live.
    GF_AUTH_TOKEN_ROTATION_INTERVAL_MINUTES: '1440',
    GF_SECURITY_DISABLE_GRAVATAR: 'true',
    GF_LOG_LEVEL: env.GF_LOG_LEVEL ?? 'warn',
    CNAPP_API_URL: env.CNAPP_API_URL ?? 'http://127.0.0.1:8080',
    CNAPP_PROMETHEUS_URL: env.CNAPP_PROMETHEUS_URL ?? 'http://127.0.0.1:9090',
    CNAPP_DASHBOARDS_DIR: join(root, 'dashboards/generated'),
  },
});
grafana.on('error', (error) => {
  console.error(`Grafana does not start: ${error.message}. Install it, or set GRAFANA_HOME.`);
  process.exitCode = 1;
});
grafana.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => grafana.kill(signal));
