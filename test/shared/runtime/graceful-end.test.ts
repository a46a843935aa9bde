import { once } from 'node:events'
import http from 'node:http'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type FunctionProcess, startFunction } from '../../../infra/local/function-process.ts'
import { freePort, listens } from '../../../infra/local/listen.ts'

/** Under functions-framework, in a process of its own. */
const start = async (): Promise<FunctionProcess> =>
  startFunction({
    source: 'test/shared/runtime/ending-function.ts',
    target: 'ending',
    port: await freePort(),
    environment: { PATH: process.env.PATH ?? '', NODE_ENV: 'production' },
  })

const portOf = ({ url }: FunctionProcess) => Number(url.port)

/** Sends a call whose handler waits, and waits until it does. Returns what its answer can be had from. */
const callThatWaits = async ({ url, log }: FunctionProcess, path = '/waits') => {
  const from = log.length
  const request = http.get(new URL(path, url), { agent: new http.Agent({ keepAlive: true }) })
  const answer = once(request, 'response').then(async ([response]: http.IncomingMessage[]) => ({
    status: response?.statusCode,
    connection: response?.headers.connection,
    body: Buffer.concat((await response?.toArray()) ?? []).toString(),
  }))
  answer.catch(() => {})
  expect(await log.find(from, ({ message }) => message === 'waiting')).toBeDefined()
  return () => answer
}

/** Sends the signal, and waits until it is heard. */
const signal = async ({ child, log }: FunctionProcess, name: NodeJS.Signals) => {
  child.kill(name)
  return log.find(0, ({ message }) => message === 'ending')
}

const exitOf = async ({ child, ended }: FunctionProcess) => {
  const lastWords = await ended
  return { status: child.exitCode, signal: child.signalCode, lastWords }
}

const rawConnection = async (running: FunctionProcess, bytes: string): Promise<Socket> => {
  const socket = connect(portOf(running), '127.0.0.1')
  await once(socket, 'connect')
  if (bytes !== '') socket.write(bytes)
  return socket
}

const quiet = {
  status: 0,
  signal: null,
  lastWords: expect.not.stringContaining('ended before everything was done'),
}

describe.concurrent('an instance told to end', { timeout: 20_000 }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('answers the calls in flight, and takes no new ones: %s', async name => {
    await using running = await start()
    const calls = [await callThatWaits(running), await callThatWaits(running)]
    expect(await signal(running, name)).toMatchObject({ severity: 'INFO', reason: name, calls: 2 })
    expect(await listens(portOf(running))).toBe(false)
    running.child.send('finish')
    const answered = { status: 200, connection: 'close', body: 'done' }
    expect(await Promise.all(calls.map(answer => answer()))).toEqual([answered, answered])
    expect(await exitOf(running)).toMatchObject(quiet)
  })

  it.each([
    ['/throws', 'uncaughtException'],
    ['/rejects', 'unhandledRejection'],
  ])('by what nobody has caught (%s) answers the calls in flight too, and says so', async (path, reason) => {
    await using running = await start()
    const answer = await callThatWaits(running)
    const thrown = http.get(new URL(path, running.url))
    const [response] = await once(thrown, 'response')
    expect(response.statusCode).toBe(200)
    expect(await running.log.find(0, ({ message }) => message === 'nobody has caught this')).toMatchObject({
      severity: 'CRITICAL',
      error: { name: 'Error' },
    })
    expect(await running.log.find(0, ({ message }) => message === 'ending')).toMatchObject({ reason, calls: 1 })
    running.child.send('finish')
    expect(await answer()).toMatchObject({ status: 200, body: 'done' })
    expect(await exitOf(running)).toMatchObject({ ...quiet, status: 1 })
  })

  it('finishes an answer that has begun', async () => {
    await using running = await start()
    const answer = await callThatWaits(running, '/has-begun')
    await signal(running, 'SIGTERM')
    running.child.send('finish')
    expect(await answer()).toMatchObject({ status: 200, body: 'half done' })
    expect(await exitOf(running)).toMatchObject(quiet)
  })

  it('waits for nobody who has asked for nothing', async () => {
    await using running = await start()
    const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
    const sockets = await Promise.all(['', request.slice(0, 20), request].map(bytes => rawConnection(running, bytes)))
    await once(sockets[2] ?? running.child, 'data')
    const closed = sockets.map(socket => once(socket.on('error', () => {}).resume(), 'close'))
    expect(await signal(running, 'SIGTERM')).toMatchObject({ calls: 0 })
    await Promise.all(closed)
    expect(await exitOf(running)).toMatchObject(quiet)
  })

  it('answers whoever still asks on an old connection, and closes it', async () => {
    await using running = await start()
    const waiting = await callThatWaits(running)
    const socket = await rawConnection(running, 'GET / HTTP/1.1\r\nHost: x\r\n')
    await signal(running, 'SIGTERM')
    socket.write('\r\n')
    const answer = Buffer.concat(await socket.toArray()).toString()
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n/)
    running.child.send('finish')
    expect(await waiting()).toMatchObject({ status: 200 })
    expect(await exitOf(running)).toMatchObject(quiet)
  })

  it('lets a handler finish that works on after its answer', async () => {
    await using running = await start()
    expect(await (await fetch(new URL('/works-on', running.url))).text()).toBe('done')
    await signal(running, 'SIGTERM')
    expect(await exitOf(running)).toMatchObject({ ...quiet, lastWords: expect.stringContaining('worked on') })
  })

  it('ends at once when it is told twice', async () => {
    await using running = await start()
    const answer = await callThatWaits(running)
    await signal(running, 'SIGINT')
    running.child.kill('SIGINT')
    expect(await exitOf(running)).toMatchObject(quiet)
    expect(await answer()).toMatchObject({ status: 503 })
  })
})
