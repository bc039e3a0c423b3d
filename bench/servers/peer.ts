import { type CollectorConfig, startCollector } from '../../tests/servers/collector.ts';
import { freePort } from '../../tests/servers/process.ts';
import { type MeasuredServer, pinToServerCore } from './measured.ts';

/** An OpenTelemetry Collector on one core. */
async function start(config: CollectorConfig, metricsUrl?: string): Promise<MeasuredServer> {
  const server = await startCollector(() => config, { GOMAXPROCS: '1' });
  pinToServerCore(server.pid);
  return {
    address: server.grpc,
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    pid: server.pid,
    stop: server.stop,
  };
}

/** It receives and decodes, and nothing more. */
export function startReceivingPeer(): Promise<MeasuredServer> {
  return start({ exporters: { nop: {} }, pipelines: { logs: { receivers: ['otlp'], exporters: ['nop'] } } });
}

/**
 * The nearest job that a Collector does: read findings out of bodies, group them by account, count them by severity and
 * status, count all records, expose the counts. It keeps no state by key and nothing on disk.
 */
export async function startPipelinePeer(): Promise<MeasuredServer> {
  const metrics = `127.0.0.1:${await freePort()}`;
  const isFinding = 'attributes["finding.uid"] != nil';
  const config: CollectorConfig = {
    processors: {
      transform: {
        log_statements: [
          {
            conditions: ['IsMatch(log.body, "^\\\\{")'],
            statements: [
              'merge_maps(log.cache, ParseJSON(log.body), "upsert")',
              'set(log.attributes["finding.uid"], log.cache["finding_info"]["uid"])',
              'set(log.attributes["finding.severity"], log.cache["severity"])',
              'set(log.attributes["finding.status"], log.cache["status_code"])',
              'set(log.attributes["cloud.account.id"], log.cache["cloud"]["account"]["uid"])',
            ],
          },
        ],
      },
      groupbyattrs: { keys: ['cloud.account.id', 'k8s.namespace.name'] },
    },
    connectors: {
      signaltometrics: {
        logs: [
          {
            name: 'findings',
            description: 'Findings by severity and status',
            conditions: [isFinding],
            attributes: [{ key: 'finding.severity' }, { key: 'finding.status' }],
            sum: { value: '1' },
          },
        ],
      },
      count: {
        logs: {
          'log.records': {
            description: 'All records by severity and status code',
            attributes: [
              { key: 'http.response.status_code', default_value: 0 },
              { key: 'finding.severity', default_value: 'none' },
            ],
          },
        },
      },
    },
    exporters: { prometheus: { endpoint: metrics } },
    pipelines: {
      logs: {
        receivers: ['otlp'],
        processors: ['transform', 'groupbyattrs'],
        exporters: ['signaltometrics', 'count'],
      },
      metrics: { receivers: ['signaltometrics', 'count'], exporters: ['prometheus'] },
    },
  };
  return start(config, `http://${metrics}/metrics`);
}
