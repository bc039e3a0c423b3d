declare module 'lz4js' {
  const lz4: {
    decompressBound(source: Uint8Array): number;
    decompress(source: Uint8Array, maxBytes: number): Uint8Array;
  };
  export default lz4;
}

declare module 'snappyjs' {
  const snappy: {
    uncompress(source: Uint8Array, maxBytes: number): Uint8Array;
  };
  export default snappy;
}
