/** The gRPC receiver and the OTLP reader alone, for the lane `receive`: every record is read and forgotten. */
import type { Delivery, Intake, IntakeResult } from '@cnapp-slo/model';
import { readLogs } from '../../collector-processor/src/pipeline/otlp/index.ts';
import { parseOtlpGrpcConfig } from '../../collector-processor/src/receivers/otlp-grpc/config.ts';
import { OtlpGrpcReceiver } from '../../collector-processor/src/receivers/otlp-grpc/receiver.ts';

let newestMs = 0;

class ReadingIntake implements Intake {
  async accept({ bytes }: Delivery): Promise<IntakeResult> {
    const result = readLogs(bytes, (record) => {
      newestMs = Math.max(newestMs, record.timeMs ?? 0);
    });
    if (!result.ok) return { status: 'invalid', code: result.code, message: result.message };
    return { status: 'accepted', records: result.records, rejected: result.rejected };
  }

  storedOffset(): null {
    return null;
  }
}

const ignore = (): void => {};
const receiver = new OtlpGrpcReceiver(parseOtlpGrpcConfig({ endpoint: '127.0.0.1:0' }), new ReadingIntake(), {
  now: Date.now,
  log: { info: ignore, warn: ignore },
  telemetry: {
    request: ignore,
    bytes: ignore,
    acceptedRecords: ignore,
    refusedRecords: ignore,
    bytesInFlight: ignore,
  },
});
await receiver.start();
process.stdout.write(`${JSON.stringify({ ready: true, otlp_grpc: receiver.address })}\n`);
process.once('SIGTERM', () => void receiver.stop());
