/** Values that JSON can say. */
export type JsonValue = string | number | boolean | null | JsonObject | readonly JsonValue[]
export type JsonObject = { readonly [key: string]: JsonValue }
