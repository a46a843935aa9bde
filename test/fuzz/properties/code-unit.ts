import fc from 'fast-check'

/** Any UTF-16 code unit, halves of surrogate pairs too, for `fc.string({ unit: codeUnit })`. fast-check's own `binary` needs a second to begin. */
export const codeUnit = fc
  .oneof(fc.integer({ min: 0, max: 0x17f }), fc.nat(0xffff))
  .map(unit => String.fromCharCode(unit))
