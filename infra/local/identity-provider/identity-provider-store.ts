import type { Adapter, Payload } from 'oidc-provider'

/** The provider's memory. Unlike oidc-provider's own it belongs to one provider and forgets nothing under load. */
export interface ProviderStore {
  /** What oidc-provider calls for each kind of record. */
  readonly adapter: (kind: string) => Adapter
  /** Removes every record of the kinds that the condition is true of. */
  remove(kinds: readonly string[], condition: (payload: Payload) => boolean): void
  /** Leaves a browser's session with nobody signed in. */
  signOut(sessionUid: string): void
}

/** oidc-provider/docs: "Persistence". Whether a record has expired is for oidc-provider to say. */
export const createProviderStore = (): ProviderStore => {
  const collections = new Map<string, Map<string, Payload>>()

  const collection = (kind: string): Map<string, Payload> => {
    const known = collections.get(kind)
    if (known !== undefined) return known
    const created = new Map<string, Payload>()
    collections.set(kind, created)
    return created
  }
  const remove: ProviderStore['remove'] = (kinds, condition) => {
    for (const kind of kinds) {
      for (const [id, payload] of collection(kind)) if (condition(payload)) collection(kind).delete(id)
    }
  }

  return {
    remove,
    signOut(sessionUid) {
      for (const payload of collection('Session').values()) {
        if (payload.uid !== sessionUid) continue
        delete payload.accountId
        delete payload.authorizations
      }
    },
    adapter: kind => {
      const records = collection(kind)
      return {
        async upsert(id, payload) {
          records.set(id, payload)
        },
        async find(id) {
          return records.get(id)
        },
        async findByUid(uid) {
          return [...records.values()].find(payload => payload.uid === uid)
        },
        async findByUserCode() {
          return undefined
        },
        async consume(id) {
          const payload = records.get(id)
          if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
        },
        async destroy(id) {
          records.delete(id)
        },
        async revokeByGrantId(grantId) {
          remove([kind], payload => payload.grantId === grantId)
        },
      }
    },
  }
}
