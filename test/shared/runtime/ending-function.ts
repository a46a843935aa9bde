import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { hostFunction } from '../../../shared/runtime/host-function.ts'
import { createLog } from '../../../shared/runtime/logger.ts'

// A function of `graceful-end.test.ts`, under the framework: answers when it is told to.

const log = createLog()

// So that no connection falls idle for too long before the process would have to end anyway.
subscribe('http.server.request.start', message => {
  if (typeof message === 'object' && message !== null && 'server' in message) {
    Object.assign(message.server ?? {}, { keepAliveTimeout: 60_000 })
  }
})

const answer = async ({ url }: IncomingMessage, response: ServerResponse): Promise<void> => {
  switch (url) {
    case '/waits':
      log('INFO', 'waiting')
      await once(process, 'message')
      return void response.end('done')
    case '/has-begun':
      response.write('half ')
      log('INFO', 'waiting')
      await once(process, 'message')
      return void response.end('done')
    case '/throws':
      setTimeout(() => {
        throw new Error('nobody catches this')
      })
      return void response.end('done')
    case '/rejects':
      void Promise.reject(new Error('nobody catches this'))
      return void response.end('done')
    case '/works-on':
      response.end('done')
      await delay(300)
      return log('INFO', 'worked on')
    default:
      return void response.end('done')
  }
}

export const ending = hostFunction(answer, log)
