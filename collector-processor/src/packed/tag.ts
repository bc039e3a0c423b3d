/** What a packed value begins with. What comes most often is in the tag itself: it is added to `small…`, `firstWord` or `firstShape`. */
export const TAG = {
  null: 0,
  false: 1,
  true: 2,
  /** 8 bytes. */
  float: 3,
  /** A varint below 2^28. */
  integer: 4,
  /** 6 bytes: any other integer below 2^48, such as epoch ms. */
  long: 5,
  /** Length and bytes. */
  ascii: 6,
  utf8: 7,
  /** Length in bytes and bytes: lower-case hex. */
  hex: 8,
  /** Begins with the row's key: the rest as a text of its own. */
  key: 9,
  /** Index among the words. */
  word: 10,
  /** Count and values. */
  array: 11,
  emptyArray: 12,
  /** Index among the shapes, then the values. */
  object: 13,
  /** Index among the shared objects. */
  shared: 14,
  /** How many `long` and `hex` of the row were before the one that comes again. */
  sameLong: 16,
  sameHex: 24,
  smallInteger: 32,
  firstShape: 64,
  firstWord: 128,
} as const;
