import { StoreError } from './store-error.ts'

/** Where a database's documents are, and the right to use them. */
export type FirestoreDatabase = {
  /** Begins the name of each document: `projects/PROJECT/databases/DATABASE/documents`. */
  readonly documents: string
  readonly url: string
  /** With a token that is good now; it is fetched when there is none, or when it is about to expire. */
  readonly headers: () => Promise<Headers>
}

/** The emulator at FIRESTORE_EMULATOR_HOST, if that is set; else Firestore, with the credentials and the project of the process. */
export const openDatabase = async (databaseId: string): Promise<FirestoreDatabase> => {
  const emulator = process.env.FIRESTORE_EMULATOR_HOST
  const { origin, project, headers } = emulator ? emulatorAt(emulator) : await googleCloud()
  const documents = `projects/${project}/databases/${databaseId || '(default)'}/documents`
  return { documents, url: `${origin}/v1/${documents}`, headers }
}

/** To the emulator, `owner` is whom no security rule restricts. */
const emulatorAt = (host: string) => ({
  origin: `http://${host}`,
  project: process.env.GOOGLE_CLOUD_PROJECT ?? 'local',
  headers: async () => new Headers({ authorization: 'Bearer owner' }),
})

const googleCloud = async () => {
  // Loaded only here: it takes about 0.1 s.
  const { GoogleAuth } = await import('google-auth-library')
  const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/datastore' })
  const headers = () => credentialsOr(auth.getRequestHeaders())
  const [project] = await Promise.all([credentialsOr(auth.getProjectId()), headers()])
  return { origin: 'https://firestore.googleapis.com', project, headers }
}

const credentialsOr = async <Found>(request: Promise<Found>): Promise<Found> => {
  try {
    return await request
  } catch (error) {
    throw new StoreError('unavailable', 'Firestore cannot be used: no credentials or no project', error)
  }
}
