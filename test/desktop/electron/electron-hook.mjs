// Lets `electron` mean the stand-in beside this file: node --import ./test/desktop/electron/electron-hook.mjs main.ts
import { register } from 'node:module'

register(
  `data:text/javascript,${encodeURIComponent(`
  export const resolve = (specifier, context, next) =>
    specifier === 'electron' ? next(${JSON.stringify(new URL('./electron-stand-in.ts', import.meta.url).href)}, context) : next(specifier, context)
`)}`,
)
