import * as z from 'zod/mini'

/** The part of a JSON Schema that is looked at here. */
type SchemaNode = Pick<z.core.JSONSchema.BaseSchema, 'description' | 'properties' | 'items' | 'additionalProperties'>

/** Made once: a file can have hundreds of problems. */
const described = new WeakMap<z.ZodMiniType, SchemaNode>()

const describe = (schema: z.ZodMiniType): SchemaNode => {
  const known = described.get(schema) ?? z.toJSONSchema(schema, { io: 'input' })
  described.set(schema, known)
  return known
}

/** What a schema says of the value at a path: the nearest description on the way there, for a message to its author. */
export const expectedAt = (schema: z.ZodMiniType, path: readonly (string | number)[]): SchemaNode => {
  let node = describe(schema)
  for (const part of path) {
    const next = typeof part === 'number' ? node.items : (node.properties?.[part] ?? node.additionalProperties)
    if (typeof next !== 'object' || Array.isArray(next)) break
    node = { ...(node.description !== undefined && { description: node.description }), ...next }
  }
  return node
}
