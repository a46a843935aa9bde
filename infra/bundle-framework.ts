import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'

const main = fileURLToPath(new URL('main.js', import.meta.resolve('@google-cloud/functions-framework')))

/**
 * An entry, `server`, that has functions-framework in it: one file to read at start where the framework's CLI reads
 * three hundred. It is the framework's own `main`, with its options, its server and its treatment of errors. Only the
 * part that looks for the code on disk is another: there is one function, and it is there already.
 *
 * @param functionModule where the function is, from `resolveDir`
 */
export const frameworkWithin = (functionModule: string, functionName: string, resolveDir: string): Plugin => ({
  name: 'functions-framework',
  setup(build) {
    const sources: Readonly<Record<string, string>> = {
      // The function first: Google's keys are on their way while the framework is loaded.
      server: `
        import { ${functionName} } from ${JSON.stringify(functionModule)}
        import { http } from '@google-cloud/functions-framework'
        http('${functionName}', ${functionName})
        require(${JSON.stringify(main)})`,
      loader: `
        const { getRegisteredFunction } = require('./function_registry')
        exports.getUserFunction = async () => getRegisteredFunction('${functionName}')`,
      // The package debug looks for it on disk at each start, to colour what it writes; it is not there.
      'supports-color': '',
      // Once loaded, it stands behind every event that is emitted; the framework's own wrapper, which needs it, is never
      // called: see shared/runtime/function-host.ts.
      domain: `exports.create = () => { throw new Error('no domains here') }`,
    }
    build.onResolve({ filter: /^server$/, namespace: '' }, ({ kind }) =>
      kind === 'entry-point' ? { path: 'server', namespace: 'framework', pluginData: resolveDir } : undefined,
    )
    build.onResolve({ filter: /^\.\/loader$/ }, ({ importer, resolveDir }) =>
      importer === main ? { path: 'loader', namespace: 'framework', pluginData: resolveDir } : undefined,
    )
    build.onResolve({ filter: /^(supports-color|domain)$/ }, ({ path }) => ({ path, namespace: 'framework' }))
    build.onLoad({ filter: /^/, namespace: 'framework' }, ({ path, pluginData }) => {
      const contents = sources[path]
      return contents === undefined ? undefined : { contents, resolveDir: pluginData }
    })
  },
})
