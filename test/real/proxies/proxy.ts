import type { ClientCertError } from '../../../infra/local/certificates/client-certificate.ts'
import type { Gateway, GatewayOptions } from '../../../infra/local/gateway/gateway.ts'
import { freePort } from '../../../infra/local/listen.ts'
import { type Part, run } from '../infra/part.ts'
import { type ProxyFiles, writeProxyFiles } from './proxy-files.ts'
import { startProxy } from './proxy-process.ts'

/** A proxy that can take the place of the load balancer. */
export interface ReverseProxy extends Part {
  /** `undefined` where it is not installed. */
  readonly version: string | undefined
  /** Starts it with the options of the local gateway, but for the timeout, which is always 30 s. */
  readonly start: (options: GatewayOptions) => Promise<Gateway>
}

/** What is particular about a proxy. */
export interface ProxyDefinition {
  readonly name: string
  readonly program: string
  /** Makes the program say its version. */
  readonly versionArgument: string
  /** How a machine gets it. */
  readonly how: string
  /** Writes its configuration, and returns the arguments that make it run with that in the foreground. */
  readonly configure: (options: GatewayOptions & { port: number }, files: ProxyFiles) => Promise<readonly string[]>
  /** Why it ends a handshake, by what it logs then, in the load balancer's words. The first that fits. */
  readonly reasons: readonly (readonly [RegExp, ClientCertError])[]
}

const versionOf = async (program: string, argument: string): Promise<string | undefined> => {
  const { stdout, stderr } = await run(program, [argument])
  return /\d+\.\d+\.\d+[^\s/]*/.exec(stdout + stderr)?.[0]
}

/** Looks whether the proxy is installed. */
export const defineProxy = async ({
  name,
  program,
  versionArgument,
  how,
  configure,
  reasons,
}: ProxyDefinition): Promise<ReverseProxy> => {
  const version = await versionOf(program, versionArgument)
  return {
    name,
    how,
    version,
    found: version !== undefined,
    async start(given) {
      await using starting = new AsyncDisposableStack()
      const options = { ...given, port: given.port ?? (await freePort()) }
      const files = starting.use(await writeProxyFiles(options))
      const onLine = (line: string): void => {
        const reason = reasons.find(([pattern]) => pattern.test(line))
        if (reason !== undefined) options.log?.('INFO', 'connection closed', { statusDetails: reason[1] })
      }
      const args = await configure(options, files)
      starting.use(await startProxy({ program, args, port: options.port, onLine }))
      const running = starting.move()
      return {
        url: new URL(`https://localhost:${options.port}`),
        [Symbol.asyncDispose]: () => running.disposeAsync(),
      }
    },
  }
}
