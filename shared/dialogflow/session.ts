/**
 * A session's resource name and its parts. A name of no documented form keeps `name` alone, so that whoever needs a part
 * (the project, for example) finds it missing and can refuse.
 */
export type Session = {
  readonly name: string
  readonly project: string | undefined
  /** Region; `undefined` for an ES agent in the default one. */
  readonly location: string | undefined
  /** CX: the agent's id. An ES project holds one agent, without an id. */
  readonly agent: string | undefined
  readonly environment: string | undefined
  /** ES: the user id the client gave, `-` (nobody) left out. */
  readonly user: string | undefined
  readonly id: string | undefined
}

/**
 * The documented forms:
 *
 *     projects/P/agent/sessions/S                                                            ES
 *     projects/P/agent/environments/E/users/U/sessions/S                                     ES
 *     projects/P/locations/L/agent/sessions/S                                                ES, regional
 *     projects/P/locations/L/agent/environments/E/users/U/sessions/S                         ES, regional
 *     projects/P/locations/L/agents/A/sessions/S                                             CX
 *     projects/P/locations/L/agents/A/environments/E/sessions/S                              CX
 */
const ES =
  /^projects\/([^/]+)(?:\/locations\/([^/]+))?\/agent(?:\/environments\/([^/]+)\/users\/([^/]+))?\/sessions\/([^/]+)$/
const CX = /^projects\/([^/]+)\/locations\/([^/]+)\/agents\/([^/]+)(?:\/environments\/([^/]+))?\/sessions\/([^/]+)$/

/** Takes a session's resource name apart. */
export function parseSession(name: string): Session {
  const es = ES.exec(name)
  if (es !== null) {
    const [, project, location, environment, user, id] = es
    return { name, project, location, agent: undefined, environment, user: user === '-' ? undefined : user, id }
  }
  const [, project, location, agent, environment, id] = CX.exec(name) ?? []
  return { name, project, location, agent, environment, user: undefined, id }
}

/** The resource name of the session's agent, without environment and user; `undefined` where the name tells no agent. */
export function agentOf({ project, location, agent }: Session): string | undefined {
  if (project === undefined) return undefined
  const place = location === undefined ? '' : `/locations/${location}`
  return `projects/${project}${place}/${agent === undefined ? 'agent' : `agents/${agent}`}`
}
