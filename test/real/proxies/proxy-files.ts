import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainPem, privateKeyPem } from '../../../infra/local/certificates/certificate.ts'
import type { GatewayOptions } from '../../../infra/local/gateway/gateway.ts'

/** What a proxy reads at its start. */
export interface ProxyFiles extends AsyncDisposable {
  readonly directory: string
  /** The server's certificate, its chain and its key: HAProxy wants all of it in one file, the others take it so too. */
  readonly certificate: string
  /** The trust anchors. */
  readonly anchors: string
  /** Writes another. */
  write(name: string, text: string): Promise<string>
}

/** Writes what every proxy needs into a directory of its own, which goes with it. */
export const writeProxyFiles = async (options: GatewayOptions): Promise<ProxyFiles> => {
  const directory = await mkdtemp(join(tmpdir(), 'trusted-fulfillment-proxy-'))
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(directory, name)
    await writeFile(path, text, { mode: 0o600 })
    return path
  }
  return {
    directory,
    write,
    certificate: await write('server.pem', chainPem(options.certificate) + privateKeyPem(options.certificate)),
    anchors: await write('anchors.pem', options.trustAnchors.map(({ certificate }) => certificate.toString()).join('')),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** The Lua that a proxy is given: what reads certificates, and what fits it into that proxy. */
export const readLua = async (proxy: 'envoy' | 'haproxy'): Promise<string> => {
  const sources = ['certificate.lua', `${proxy}.lua`].map(name => readFile(new URL(name, import.meta.url), 'utf8'))
  return (await Promise.all(sources)).join('\n')
}
