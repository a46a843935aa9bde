import tls from 'node:tls'

// Loaded before an instance: whoever connects to Secret Manager gets to the port of its stand-in. Google's client takes no
// other address, and no proxy.

const { connect } = tls
const { SECRET_MANAGER_HOST, SECRET_MANAGER_PORT } = process.env

Object.assign(tls, {
  connect: (options: tls.ConnectionOptions, ...others: []) =>
    connect(
      options.host === SECRET_MANAGER_HOST
        ? { ...options, host: '127.0.0.1', port: Number(SECRET_MANAGER_PORT), servername: options.host ?? '' }
        : options,
      ...others,
    ),
})
