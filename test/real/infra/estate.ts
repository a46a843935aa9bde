import * as z from 'zod/mini'

/** A resource of Terraform's state, with the values that these tests follow. */
const resource = z.object({
  type: z.string(),
  name: z.string(),
  index: z.optional(z.union([z.string(), z.number()])),
  values: z.record(z.string(), z.unknown()),
})

const state = z.object({ root_module: z.object({ resources: z.array(resource) }) })

export type Resource = z.infer<typeof resource>

/** The resources of an estate as Terraform has made it, and what leads to what. */
export class Estate {
  readonly resources: readonly Resource[]

  constructor(terraformState: unknown) {
    this.resources = state.parse(terraformState).root_module.resources
  }

  of(type: string): readonly Resource[] {
    return this.resources.filter(resource => resource.type === type)
  }

  /** Those of one type whose values mention any of these ids. */
  leadingTo(targets: readonly Resource[], type: string): readonly Resource[] {
    const ids = targets.map(({ values }) => JSON.stringify(values.id))
    return this.of(type).filter(({ values: { id: _, ...values } }) =>
      ids.some(id => JSON.stringify(values).includes(id)),
    )
  }
}
