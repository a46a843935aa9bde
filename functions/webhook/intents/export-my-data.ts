import { defineIntent } from '../define-intent.ts'

/** “Export my data”: everything that is kept of the user, as JSON. */
export const exportMyData = defineIntent({
  displayName: 'account.export_my_data',
  tag: 'account.export_my_data',
  handle: (_turn, { exportUserData }) => exportUserData(),
})
