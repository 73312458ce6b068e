import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [
    {
      // As esbuild's loader `binary` has it in the bundles: the bytes.
      name: 'wasm-bytes',
      enforce: 'pre',
      load(id) {
        if (!id.endsWith('.wasm')) return
        const text = readFileSync(id).toString('base64')
        return `export default Uint8Array.from(atob('${text}'), letter => letter.charCodeAt(0))`
      }
    }
  ],
  test: {
    include: ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'tools/**/*.test.ts', 'example/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['tools/equal-numbers.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Modules are loaded once a worker, not once a file: no test changes what another one imports.
    isolate: false
  }
})
