import pluginJson from './plugin.json' with { type: 'json' };

export const PLUGIN_ID = pluginJson.id;
export const DATA_SOURCE_TYPE = 'cnapp-slo-datasource';
/** Where Grafana serves the app's pages. */
export const PLUGIN_BASE_URL = `/a/${PLUGIN_ID}`;
