import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toJSONSchema } from 'zod/mini'
import { authenticationServicesSchema } from '../shared/oauth/authentication-services.ts'

/** Writes the JSON Schema of the services file beside it: `node infra/authentication-services-schema.ts`, then `npm run fix`. */
const file = join(import.meta.dirname, 'authentication-services.schema.json')

await writeFile(file, `${JSON.stringify(toJSONSchema(authenticationServicesSchema, { io: 'input' }), null, 2)}\n`)
