import type { Firestore } from '@google-cloud/firestore'

/** The library, for its classes, and its client. */
export type FirestoreDatabase = {
  readonly firestore: Firestore
  readonly library: typeof import('@google-cloud/firestore')
}

/** Loads the library, which takes about 0.3 s. */
export const openDatabase = async (databaseId: string): Promise<FirestoreDatabase> => {
  const library = await import('@google-cloud/firestore')
  const settings = { preferRest: true, ...(databaseId && { databaseId }), ...(await emulatorSettings()) }
  return { library, firestore: new library.Firestore(settings) }
}

/** The library finds the emulator by itself, but over REST it asks for credentials even there. */
const emulatorSettings = async () => {
  if (!process.env.FIRESTORE_EMULATOR_HOST) return {}
  const { GoogleAuth, PassThroughClient } = await import('google-auth-library')
  const auth = new GoogleAuth({ authClient: new PassThroughClient() })
  return { auth, projectId: process.env.GOOGLE_CLOUD_PROJECT ?? 'local' }
}
