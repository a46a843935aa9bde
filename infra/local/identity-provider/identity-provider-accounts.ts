/** A person who can sign in. */
export interface Account {
  /** Also the `sub` of every persona but Microsoft's, whose `sub` is made from it. */
  readonly id: string
  readonly givenName: string
  readonly familyName: string
  readonly email: string
  /** At Microsoft: can change, and can be given to somebody else afterwards. */
  readonly preferredUsername: string
  /** At Microsoft: the tenant's GUID, claim `tid`. */
  readonly tenantId: string
  /** At Microsoft: the user's GUID in that tenant, claim `oid`. */
  readonly objectId: string
}

const CONTOSO = '72f988bf-0000-4000-8000-000000000001'
const FABRIKAM = '9a1c2d3e-0000-4000-8000-000000000002'

/** Two people of one organization and one of another. Example domains as in RFC 2606. */
export const testAccounts: readonly Account[] = [
  {
    id: 'ada',
    givenName: 'Ada',
    familyName: 'Lovelace',
    email: 'ada@contoso.example',
    preferredUsername: 'ada@contoso.example',
    tenantId: CONTOSO,
    objectId: 'aaaaaaaa-0000-4000-8000-0000000000a1',
  },
  {
    id: 'grace',
    givenName: 'Grace',
    familyName: 'Hopper',
    email: 'grace@contoso.example',
    preferredUsername: 'grace@contoso.example',
    tenantId: CONTOSO,
    objectId: 'bbbbbbbb-0000-4000-8000-0000000000b2',
  },
  {
    id: 'edsger',
    givenName: 'Edsger',
    familyName: 'Dijkstra',
    email: 'edsger@fabrikam.example',
    preferredUsername: 'edsger@fabrikam.example',
    tenantId: FABRIKAM,
    objectId: 'cccccccc-0000-4000-8000-0000000000c3',
  },
]

export const fullName = ({ givenName, familyName }: Account): string => `${givenName} ${familyName}`

/** Everything that any persona says about a person; a persona's configuration chooses from it by scope. */
export const claimsOf = (account: Account): Record<string, unknown> => ({
  sub: account.id,
  name: fullName(account),
  given_name: account.givenName,
  family_name: account.familyName,
  email: account.email,
  email_verified: true,
  preferred_username: account.preferredUsername,
  tid: account.tenantId,
  oid: account.objectId,
  ver: '2.0',
})
