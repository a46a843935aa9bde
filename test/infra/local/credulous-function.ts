import type { IncomingMessage, ServerResponse } from 'node:http'

/** A webhook that believes everybody, even one who tells it to end. What the demo must not be content with. */
export const webhook = (request: IncomingMessage, response: ServerResponse): void => {
  if (request.method === 'DELETE') {
    console.log('credulous to the last')
    process.exit(0)
  }
  console.log(JSON.stringify({ severity: 'INFO', message: 'call accepted' }))
  response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"fulfillmentText":"Hello!"}')
}
