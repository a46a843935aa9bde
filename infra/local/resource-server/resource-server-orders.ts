import type { ResourceApi } from './resource-server.ts'

const ORDERS: Readonly<Record<string, object>> = {
  '1001': {
    id: '1001',
    status: 'shipped',
    carrier: 'Example Parcel',
    estimatedDelivery: '2027-01-15',
    items: [{ name: 'Difference engine, small', quantity: 1 }],
    total: { amount: '249.00', currency: 'EUR' },
  },
  '1002': {
    id: '1002',
    status: 'processing',
    items: [{ name: 'Punched cards, 500', quantity: 2 }],
    total: { amount: '18.50', currency: 'EUR' },
  },
}

/** `GET /orders/{id}`, for an application's own token: orders 1001, shipped, and 1002, still processing. */
export const orders: ResourceApi = {
  scopes: ['orders.read'],
  error: (status, detail) => ({ status, detail }),
  answer({ path }) {
    const order = Object.entries(ORDERS).find(([id]) => path === `/orders/${id}`)?.[1]
    return order && { status: 200, body: order }
  },
}
