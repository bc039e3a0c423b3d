/**
 * An estate for the sampling page, sent to a running processor over OTLP: 500 hosts in four tiers, and five sources – CloudTrail, VPC flow logs, DNS
 * logs of the hosts, application logs and GuardDuty. `OTLP_URL=http://127.0.0.1:4318 node e2e/sampling-estate.ts [inventory|telemetry|attack]`.
 *
 * inventory   who the hosts are; tiers are made at the processor's start and every minute
 * telemetry   the hour before now, with detections on hosts of every tier
 * attack      one more detection, on a c1 host, of which a fiftieth of the minutes leaves no trace
 */
import { createHash } from 'node:crypto';
import { hostMinute, isKept, MINUTE_MS, seeded, thresholdOf } from '@cnapp-slo/model';

const account = '111122223333';
const region = 'eu-central-1';
const hosts = Array.from({ length: 500 }, (_, index) => {
  const criticality = index < 20 ? 'c0' : index < 100 ? 'c1' : index < 300 ? 'c2' : 'c3';
  const service = `${['pay', 'shop', 'web', 'batch'][Number(criticality[1])]}-${String(index).padStart(3, '0')}`;
  const instance = `i-${createHash('sha256').update(service).digest('hex').slice(0, 17)}`;
  return { index, criticality, service, instance };
});
type Host = (typeof hosts)[number];

/** They send nothing but an attack. */
const isQuiet = ({ index }: Host): boolean => index >= 90 && index < 100;

const url = process.env.OTLP_URL ?? 'http://127.0.0.1:4318';
const minutes = Number(process.env.MINUTES ?? 60);

interface Log {
  timeUnixNano: string;
  body: { stringValue: string };
}
const logAt = (ms: number, body: string | object): Log => ({
  timeUnixNano: `${BigInt(Math.round(ms)) * 1_000_000n}`,
  body: { stringValue: typeof body === 'string' ? body : JSON.stringify(body) },
});

async function send(
  resource: Record<string, string>,
  logRecords: readonly Log[],
  scope = 'sampling-estate',
): Promise<void> {
  const attributes = Object.entries(resource).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const body = { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: { name: scope }, logRecords }] }] };
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/logs`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** Tags of the resources, as AWS lists them. */
export async function sendInventory(): Promise<void> {
  const ResourceTagMappingList = hosts.map(({ index, criticality, service, instance }) => ({
    ResourceARN: `arn:aws:ec2:${region}:${account}:instance/${instance}`,
    Tags: [
      { Key: 'Name', Value: service },
      { Key: 'criticality', Value: criticality },
      { Key: 'service', Value: service },
      ...(index % 50 === 49 ? [{ Key: 'data-classification', Value: 'restricted' }] : []),
      ...(index % 30 === 29 ? [{ Key: 'data-classification', Value: 'confidential' }] : []),
    ],
  }));
  await send({ 'cloud.account.id': account }, [logAt(Date.now(), { ResourceTagMappingList })]);
}

const flow = ({ index }: Host, ms: number): string =>
  `2 ${account} eni-${index.toString(16).padStart(8, '0')} 10.0.${index >> 8}.${index & 255} 10.1.0.9 443 ${49152 + (ms % 9999)} 6 20 4249 ${Math.floor(ms / 1000)} ${Math.floor(ms / 1000) + 60} ACCEPT OK`;
const query = (ms: number): string => `queries: info: client 10.0.0.7#53: query: mirror-${ms % 97}.example.org IN A`;
const request = (ms: number): string =>
  `"GET /orders/${ms % 9973} HTTP/1.1" 200 ${500 + (ms % 3000)} "-" "Mozilla/5.0"`;
const readOf = ({ instance }: Host, ms: number): object => ({
  eventVersion: '1.09',
  eventTime: new Date(ms).toISOString(),
  eventSource: 'ec2.amazonaws.com',
  eventName: 'DescribeInstances',
  awsRegion: region,
  sourceIPAddress: '10.0.0.7',
  userAgent: 'aws-sdk',
  userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${account}:assumed-role/inventory/${instance}` },
  requestParameters: { instancesSet: { items: [{ instanceId: instance }] } },
  readOnly: true,
  eventID: createHash('sha256').update(`${instance} ${ms}`).digest('hex').slice(0, 36),
  eventType: 'AwsApiCall',
  eventCategory: 'Management',
  recipientAccountId: account,
});

/** Telemetry of the hour before now: most hosts have a line or two a minute of each kind, some minutes have many. */
export async function sendTelemetry(): Promise<void> {
  const random = seeded(9);
  const endMs = Date.now();
  const sendOf = async (host: Host): Promise<void> => {
    const own: Log[] = [];
    const network: Log[] = [];
    const names: Log[] = [];
    const reads: Log[] = [];
    for (let minute = 0; minute < minutes; minute += 1) {
      const startMs = endMs - (minute + 1) * MINUTE_MS;
      const lines = Math.min(40, Math.floor((1 - random()) ** -0.8));
      for (let line = 0; line < lines; line += 1) own.push(logAt(startMs + line, request(startMs + line * 7)));
      network.push(logAt(startMs, flow(host, startMs)));
      if (random() < 0.5) names.push(logAt(startMs, query(startMs)));
      if (random() < 0.2) reads.push(logAt(startMs, readOf(host, startMs)));
    }
    const resource = { 'service.name': host.service, 'host.name': host.service };
    await send(resource, own, 'nginx');
    await send(resource, network, 'vpc-flow');
    await send(resource, names, 'named');
    await send(resource, reads, 'cloudtrail');
  };
  const waiting = hosts.filter((one) => !isQuiet(one));
  const worker = async (): Promise<void> => {
    for (let host = waiting.pop(); host !== undefined; host = waiting.pop()) await sendOf(host);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  // Detections on some hosts of every tier.
  for (const host of [3, 9, 25, 40, 71, 120, 180, 220, 260, 310, 350, 399, 440, 480].map(
    (index) => hosts[index] as Host,
  ))
    await sendDetection(host, endMs);
}

async function sendDetection({ service, instance }: Host, ms: number): Promise<void> {
  const id = createHash('sha256').update(`${service} ${ms}`).digest('hex').slice(0, 32);
  const finding = {
    schemaVersion: '2.0',
    accountId: account,
    region,
    partition: 'aws',
    id,
    arn: `arn:aws:guardduty:${region}:${account}:detector/d/finding/${id}`,
    type: 'Backdoor:EC2/C&CActivity.B',
    severity: 8,
    title: `${service} talks to a command and control server`,
    createdAt: new Date(ms).toISOString(),
    updatedAt: new Date(ms).toISOString(),
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: instance } },
    service: { archived: false, count: 1, action: { actionType: 'NETWORK_CONNECTION' } },
  };
  await send({ 'cloud.account.id': account }, [logAt(ms, finding)], 'guardduty');
}

/** A command and control server is asked for once, in a minute that all keep, and a share of it does not; then it is detected. */
export async function sendAttack(share: number): Promise<void> {
  const threshold = thresholdOf(share) ?? '';
  const nowMs = Date.now();
  for (const host of hosts.filter(isQuiet)) {
    for (let minute = 0; minute < 10; minute += 1) {
      const ms = nowMs - minute * MINUTE_MS;
      const randomness = createHash('sha256').update(hostMinute(host.service, ms)).digest('hex').slice(0, 14);
      if (isKept(randomness, threshold)) continue;
      await send({ 'service.name': host.service, 'host.name': host.service }, [logAt(ms, query(ms))], 'named');
      await sendDetection(host, nowMs);
      return;
    }
  }
}

if (import.meta.main) {
  const what = process.argv[2] ?? 'telemetry';
  if (what === 'inventory') await sendInventory();
  else if (what === 'attack') await sendAttack(0.02);
  else await sendTelemetry();
}
