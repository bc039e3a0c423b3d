import { promisify } from 'node:util';
import { constants, gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';
import snappy from 'snappyjs';

/** What a batch may become when inflated: far above what brokers take (1 MiB by default), far below a bomb. */
const maxBatchBytes = 64 * 1024 * 1024;
const bound = { maxOutputLength: maxBatchBytes };
/** The window that RFC 8878 asks decoders to support, 8 MiB; producers stay below it. */
const zstdBound = { ...bound, params: { [constants.ZSTD_d_windowLogMax]: 23 } };

const inflate = { gzip: promisify(gunzip), zstd: promisify(zstdDecompress) };
const deflate = { gzip: promisify(gzip), zstd: promisify(zstdCompress) };

interface Encoder {
  buffer: Buffer;
}

/** Gives kafkajs, which has only an unbounded gzip of its own, the four codecs of Kafka. */
export function registerCodecs(): void {
  const { CompressionTypes: types, CompressionCodecs: codecs } = kafkajs;
  codecs[types.GZIP] = () => ({
    compress: ({ buffer }: Encoder) => deflate.gzip(buffer),
    decompress: (buffer: Buffer) => inflate.gzip(buffer, bound),
  });
  codecs[types.ZSTD] = () => ({
    compress: ({ buffer }: Encoder) => deflate.zstd(buffer),
    decompress: (buffer: Buffer) => inflate.zstd(buffer, zstdBound),
  });
  codecs[types.LZ4] = () => ({
    compress: onlyReads,
    decompress: async (buffer: Buffer) => inflateLz4(buffer),
  });
  codecs[types.Snappy] = () => ({
    compress: onlyReads,
    decompress: async (buffer: Buffer) => inflateSnappy(buffer),
  });
}

async function onlyReads(): Promise<never> {
  throw new Error('this codec only reads');
}

/** An LZ4 frame. Its bound is known from its header and blocks, before anything is allocated for it. */
function inflateLz4(buffer: Buffer): Buffer {
  const size = lz4.decompressBound(buffer);
  if (size > maxBatchBytes) throw new RangeError('the batch is too large when inflated');
  return Buffer.from(lz4.decompress(buffer, size));
}

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);

/** Java producers wrap Snappy as snappy-java does: a magic, two versions, then blocks with their length; others do not. */
function inflateSnappy(buffer: Buffer): Buffer {
  if (!buffer.subarray(0, xerialMagic.length).equals(xerialMagic)) return inflateBlock(buffer, maxBatchBytes);
  const blocks: Buffer[] = [];
  let room = maxBatchBytes;
  for (let at = xerialMagic.length + 8; at < buffer.length; ) {
    const length = buffer.readInt32BE(at);
    const block = inflateBlock(buffer.subarray(at + 4, at + 4 + length), room);
    blocks.push(block);
    room -= block.length;
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function inflateBlock(block: Buffer, maxBytes: number): Buffer {
  return Buffer.from(snappy.uncompress(block, maxBytes));
}
