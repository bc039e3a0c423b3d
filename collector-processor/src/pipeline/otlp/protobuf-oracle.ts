import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

/**
 * For tests: protobuf-es as the reference implementation, with the messages of opentelemetry-proto v1.9 that are read
 * here. A line a message, `number:name:type`; `*` marks repeated fields, `|` members of its oneof. Enums are int32.
 */
const schema = `
AnyValue 1:string_value:string| 2:bool_value:bool| 3:int_value:int64| 4:double_value:double| 5:array_value:ArrayValue| 6:kvlist_value:KeyValueList| 7:bytes_value:bytes|
ArrayValue 1:values:AnyValue*
KeyValueList 1:values:KeyValue*
KeyValue 1:key:string 2:value:AnyValue
Resource 1:attributes:KeyValue*
Scope 1:name:string 2:version:string 3:attributes:KeyValue*
LogsRequest 1:resource_logs:ResourceLogs*
ResourceLogs 1:resource:Resource 2:scope_logs:ScopeLogs* 3:schema_url:string
ScopeLogs 1:scope:Scope 2:log_records:LogRecord* 3:schema_url:string
LogRecord 1:time_unix_nano:fixed64 2:severity_number:int32 3:severity_text:string 5:body:AnyValue 6:attributes:KeyValue* 7:dropped_attributes_count:uint32 8:flags:fixed32 9:trace_id:bytes 10:span_id:bytes 11:observed_time_unix_nano:fixed64 12:event_name:string
TraceRequest 1:resource_spans:ResourceSpans*
ResourceSpans 1:resource:Resource 2:scope_spans:ScopeSpans* 3:schema_url:string
ScopeSpans 1:scope:Scope 2:spans:Span* 3:schema_url:string
Span 1:trace_id:bytes 2:span_id:bytes 3:trace_state:string 4:parent_span_id:bytes 5:name:string 6:kind:int32 7:start_time_unix_nano:fixed64 8:end_time_unix_nano:fixed64 9:attributes:KeyValue* 10:dropped_attributes_count:uint32 11:events:Event* 12:dropped_events_count:uint32 13:links:Link* 14:dropped_links_count:uint32 15:status:Status 16:flags:fixed32
Event 1:time_unix_nano:fixed64 2:name:string 3:attributes:KeyValue* 4:dropped_attributes_count:uint32
Link 1:trace_id:bytes 2:span_id:bytes 3:trace_state:string 4:attributes:KeyValue* 5:dropped_attributes_count:uint32 6:flags:fixed32
Status 2:message:string 3:code:int32
MetricsRequest 1:resource_metrics:ResourceMetrics*
ResourceMetrics 1:resource:Resource 2:scope_metrics:ScopeMetrics* 3:schema_url:string
ScopeMetrics 1:scope:Scope 2:metrics:Metric* 3:schema_url:string
Metric 1:name:string 2:description:string 3:unit:string 5:gauge:Gauge| 7:sum:Sum| 9:histogram:Histogram| 10:exponential_histogram:ExponentialHistogram| 11:summary:Summary|
Gauge 1:data_points:NumberDataPoint*
Sum 1:data_points:NumberDataPoint* 2:aggregation_temporality:int32 3:is_monotonic:bool
Histogram 1:data_points:HistogramDataPoint* 2:aggregation_temporality:int32
ExponentialHistogram 1:data_points:ExponentialHistogramDataPoint* 2:aggregation_temporality:int32
Summary 1:data_points:SummaryDataPoint*
NumberDataPoint 2:start_time_unix_nano:fixed64 3:time_unix_nano:fixed64 4:as_double:double| 6:as_int:sfixed64| 7:attributes:KeyValue* 8:flags:uint32
HistogramDataPoint 2:start_time_unix_nano:fixed64 3:time_unix_nano:fixed64 4:count:fixed64 5:sum:double 6:bucket_counts:fixed64* 7:explicit_bounds:double* 9:attributes:KeyValue* 10:flags:uint32
ExponentialHistogramDataPoint 1:attributes:KeyValue* 2:start_time_unix_nano:fixed64 3:time_unix_nano:fixed64 4:count:fixed64 5:sum:double 6:scale:sint32 7:zero_count:fixed64 10:flags:uint32
SummaryDataPoint 2:start_time_unix_nano:fixed64 3:time_unix_nano:fixed64 4:count:fixed64 5:sum:double 7:attributes:KeyValue* 8:flags:uint32
`;

const messages = schema.trim().split('\n').map(parseMessage);

const file = create(FileDescriptorProtoSchema, {
  name: 'otlp.proto',
  package: 'otlp',
  syntax: 'proto3',
  messageType: messages,
});

const registry = createFileRegistry(file, () => undefined);

function parseMessage(line: string) {
  const [name = '', ...fields] = line.split(' ');
  return {
    name,
    oneofDecl: line.includes('|') ? [{ name: 'one' }] : [],
    field: fields.map((field) => {
      const [number, fieldName = '', type = ''] = field.split(':');
      const scalar = type.replace(/[*|]/, '');
      const key = scalar.toUpperCase() as keyof typeof FieldDescriptorProto_Type;
      const isMessage = /^[A-Z]/.test(scalar);
      return {
        number: Number(number),
        name: fieldName,
        jsonName: fieldName.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        label: type.endsWith('*') ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
        type: isMessage ? FieldDescriptorProto_Type.MESSAGE : FieldDescriptorProto_Type[key],
        ...(isMessage ? { typeName: `.otlp.${scalar}` } : {}),
        ...(type.endsWith('|') ? { oneofIndex: 0 } : {}),
      };
    }),
  };
}

function message(name: string): DescMessage {
  const desc = registry.getMessage(`otlp.${name}`);
  if (desc === undefined) throw new Error(`no message ${name}`);
  return desc;
}

/** Canonical protobuf JSON (ids are base64, unlike in OTLP/JSON) to bytes. */
export function encode(name: string, json: unknown): Uint8Array {
  return toBinary(message(name), fromJson(message(name), json as JsonValue));
}

/** Bytes to canonical protobuf JSON; throws what protobuf-es throws. */
export function decode(name: string, bytes: Uint8Array): JsonValue {
  return toJson(message(name), fromBinary(message(name), bytes));
}
