/** For tests: a request of each signal in protobuf JSON (ids are base64 there), with every kind of value in it. */
const attributes = [
  { key: 'text', value: { stringValue: 'Größe ✓' } },
  { key: 'yes', value: { boolValue: true } },
  { key: 'small', value: { intValue: '-7' } },
  { key: 'big', value: { intValue: '-9223372036854775808' } },
  { key: 'ratio', value: { doubleValue: 0.1 } },
  { key: 'nan', value: { doubleValue: 'NaN' } },
  { key: 'bytes', value: { bytesValue: 'AAEC/w==' } },
  { key: 'unset', value: {} },
  { key: 'none' },
  { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, {}, { stringValue: '' }] } } },
  {
    key: 'map',
    value: {
      kvlistValue: {
        values: [
          { key: '__proto__', value: { stringValue: 'own' } },
          { key: 'in', value: { kvlistValue: { values: [{ key: 'k', value: { arrayValue: {} } }] } } },
        ],
      },
    },
  },
];
const traceId = 'W47/95gDgQPSabYzgT/GDA==';
const spanId = '7uGbfsPBsXQ=';
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }, ...attributes] };
const scope = { name: 'library', version: '1.2.0', attributes };

export const logsSample = {
  resourceLogs: [
    {
      resource,
      scopeLogs: [
        {
          scope,
          logRecords: [
            {
              timeUnixNano: '1700000000123456789',
              observedTimeUnixNano: '1700000000999999999',
              severityNumber: 17,
              severityText: 'ERROR',
              body: { stringValue: '{"id":1}' },
              attributes,
              droppedAttributesCount: 3,
              flags: 1,
              traceId,
              spanId,
              eventName: 'finding',
            },
            { body: { bytesValue: 'AAEC/w==' } },
            { body: attributes.at(-1)?.value },
            { body: { intValue: '5' } },
            {},
          ],
        },
        { logRecords: [{ body: { stringValue: 'no scope' } }] },
      ],
      schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
    },
    { scopeLogs: [{ scope, logRecords: [{ body: { stringValue: 'no resource' } }] }] },
  ],
};

export const traceSample = {
  resourceSpans: [
    {
      resource,
      scopeSpans: [
        {
          scope,
          spans: [
            {
              traceId,
              spanId,
              parentSpanId: spanId,
              traceState: 'a=b',
              name: 'deploy',
              kind: 2,
              startTimeUnixNano: '1700000000000000000',
              endTimeUnixNano: '1700000001500000000',
              attributes,
              events: [{ timeUnixNano: '1700000000200000000', name: 'started', attributes }],
              links: [{ traceId, spanId, attributes, flags: 1 }, {}],
              status: { message: 'failed', code: 2 },
              flags: 257,
            },
            { name: 'no ids' },
          ],
        },
      ],
    },
  ],
};

const point = { startTimeUnixNano: '1700000000000000000', timeUnixNano: '1700000060000000000', attributes };
export const metricsSample = {
  resourceMetrics: [
    {
      resource,
      scopeMetrics: [
        {
          scope,
          metrics: [
            {
              name: 'g',
              unit: '1',
              gauge: {
                dataPoints: [
                  { ...point, asDouble: 0.5 },
                  { ...point, asInt: '-3' },
                ],
              },
            },
            {
              name: 's',
              sum: { dataPoints: [{ ...point, asInt: '9' }], aggregationTemporality: 2, isMonotonic: true },
            },
            {
              name: 'h',
              histogram: {
                dataPoints: [{ ...point, count: '4', sum: 2.5, bucketCounts: ['1', '3'], explicitBounds: [1] }],
                aggregationTemporality: 1,
              },
            },
            {
              name: 'e',
              exponentialHistogram: { dataPoints: [{ ...point, count: '2', sum: 7, scale: -2, zeroCount: '1' }] },
            },
            {
              name: 'q',
              summary: {
                dataPoints: [
                  { ...point, count: '8', sum: 16 },
                  { ...point, flags: 1 },
                ],
              },
            },
            { name: 'empty' },
          ],
        },
      ],
    },
  ],
};
