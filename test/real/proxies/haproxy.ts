import { haproxyConfiguration, INVALID_PURPOSE } from './haproxy-configuration.ts'
import { defineProxy } from './proxy.ts'
import { readLua } from './proxy-files.ts'

export const haproxy = await defineProxy({
  name: 'HAProxy',
  program: 'haproxy',
  versionArgument: '-v',
  how: 'test/real/install.sh, or: apt-get install haproxy',
  async configure(options, files) {
    const lua = await files.write('client.lua', await readLua('haproxy'))
    return ['-db', '-f', await files.write('haproxy.cfg', haproxyConfiguration(options, files, lua))]
  },
  // OpenSSL's verification errors of the leaf and of its issuers, 0 for none.
  reasons: [
    [/^handshake .*:peer did not return a certificate$/, 'client_cert_not_provided'],
    [new RegExp(`^handshake (${INVALID_PURPOSE} \\d+|\\d+ ${INVALID_PURPOSE}) `), 'client_cert_chain_invalid_eku'],
    [/^handshake ([1-9]\d* \d+|\d+ [1-9]\d*) /, 'client_cert_validation_failed'],
  ],
})
