/** The three ways to name an intent. */
export const nameKinds = ['displayName', 'action', 'tag'] as const

export type NameKind = (typeof nameKinds)[number]

/** What is wrong with the list of intents. Positions in the list count from 1. */
export type RegistryProblem =
  | { readonly code: 'intent_unnamed'; readonly position: number }
  | { readonly code: 'intent_name_empty'; readonly position: number; readonly kind: NameKind }
  | {
      readonly code: 'intent_name_duplicate'
      readonly position: number
      readonly kind: NameKind
      readonly name: string
      /** Who has the name already. */
      readonly first: number
    }

/** The problems as one message, a line each. */
export const describeRegistryProblems = (problems: readonly RegistryProblem[]): string =>
  problems.map(problem => `intent ${problem.position} of the list ${describe(problem)}`).join('\n')

const describe = (problem: RegistryProblem): string => {
  switch (problem.code) {
    case 'intent_unnamed':
      return `has no name: expected at least one of ${nameKinds.join(', ')}`
    case 'intent_name_empty':
      return `has an empty ${problem.kind}`
    case 'intent_name_duplicate':
      return `has the ${problem.kind} ${JSON.stringify(problem.name)}, as intent ${problem.first} does`
  }
}
