declare module 'lz4js' {
  const lz4: {
    compress(source: Uint8Array): Uint8Array;
    decompressBound(source: Uint8Array): number;
    decompress(source: Uint8Array, maxBytes: number): Uint8Array;
  };
  export default lz4;
}

declare module 'snappyjs' {
  const snappy: {
    compress(source: Uint8Array): Uint8Array;
    uncompress(source: Uint8Array, maxBytes: number): Uint8Array;
  };
  export default snappy;
}
