import { defineConfig } from 'vitest/config'

/** `npm test`: needs Node and npm alone. What needs real proxies, stores or a browser is in test/real and has a configuration of its own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/bench/**'],
    restoreMocks: true,
    unstubEnvs: true,
  },
})
