import type { Estate } from './estate.ts'
import { heading } from './scenes/report.ts'

/**
 * Where everything is, and lines that call the same webhook without this program, ready to be pasted.
 *
 * @param directory where the certificates are, as it is to be written in those lines
 */
export const summary = ({ webhookUrl, lenientUrl, webhook, issuer }: Estate, directory: string): string => {
  const file = (name: string) => `${directory}/${name}`
  const client = `--cert ${file('dialogflow.pem')} --key ${file('dialogflow-key.pem')}`
  return [
    heading('The estate'),
    `  webhook, behind the load balancer  ${webhookUrl}`,
    `  the same, with a lenient policy    ${lenientUrl}`,
    `  function, past the load balancer   ${webhook.url}`,
    `  keys of the token issuer           ${issuer.certsUrl}`,
    `  certificates, keys, requests       ${directory}/`,
    heading('Dialogflow’s call, with curl'),
    `  curl --cacert ${file('server-root.pem')} ${client} \\`,
    `    -H @${file('header.txt')} --data @${file('hi-es.json')} ${webhookUrl}`,
    heading('The handshake, with openssl'),
    `  openssl s_client -connect ${webhookUrl.host} -CAfile ${file('server-root.pem')} -cert ${file('dialogflow.pem')} \\`,
    `    -cert_chain ${file('dialogflow.pem')} -key ${file('dialogflow-key.pem')} </dev/null`,
    heading('The walk of Google’s guide: a server that prints what Dialogflow sends'),
    `  openssl s_server -accept 8444 -cert ${file('server.pem')} -key ${file('server-key.pem')} \\`,
    `    -CAfile ${file('anchors.pem')} -verify 2`,
    '  (and, in another terminal, the curl line with port 8444)',
    '',
    'Say Hi. /help lists what else there is to try.',
  ].join('\n')
}
