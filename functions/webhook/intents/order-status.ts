import * as z from 'zod/mini'
import { type Reply, reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent } from '../define-intent.ts'
import { getResource } from '../resources/resource.ts'

const baseUrl = process.env.ORDERS_URL ?? 'https://orders.example.com'

const order = z.object({ status: z.string().check(z.maxLength(40)) })

/** Where an order stands: the agent asks on its own account (client credentials), whoever the user is. */
export const orderStatus = defineIntent({
  displayName: 'account.order_status',
  tag: 'account.order_status',
  idempotent: true,
  handle: async ({ parameters }, { clientCredentials, signal }): Promise<Reply> => {
    const id = String(parameters.order ?? '')
    if (!/^\d{1,12}$/.test(id)) return reply().text(which)
    const url = new URL(`/orders/${id}`, baseUrl)
    const token = await clientCredentials('orders')
    if (token.outcome !== 'token') return reply().text(unreachable)

    let answer = await getResource(url, token.accessToken, signal)
    if (!answer.ok && answer.error === 'rejected') {
      const fresh = await clientCredentials('orders', { rejected: token.accessToken })
      if (fresh.outcome === 'token') answer = await getResource(url, fresh.accessToken, signal)
    }
    if (!answer.ok) return reply().text(answer.error === 'not_found' ? which : unreachable)
    const parsed = order.safeParse(answer.value)
    return reply().text(parsed.success ? statusText(id, parsed.data.status) : unreachable)
  },
})

const which = {
  en: 'Which order do you mean? Tell me its number.',
  fr: 'De quelle commande parlez-vous ? Donnez-moi son numéro.',
  de: 'Welche Bestellung meinen Sie? Nennen Sie mir ihre Nummer.',
  es: '¿Qué pedido quiere decir? Dígame su número.',
}

const unreachable = {
  en: 'I cannot look up orders at the moment. Please try again later.',
  fr: 'Je ne peux pas consulter les commandes pour le moment. Réessayez plus tard.',
  de: 'Ich kann Bestellungen gerade nicht nachsehen. Bitte versuchen Sie es später noch einmal.',
  es: 'Ahora no puedo consultar pedidos. Inténtelo más tarde.',
}

const statusText = (id: string, status: string) => ({
  en: `Order ${id}: ${status}.`,
  fr: `Commande ${id} : ${status}.`,
  de: `Bestellung ${id}: ${status}.`,
  es: `Pedido ${id}: ${status}.`,
})
