// Lets `electron` mean the stand-in, whose address is in the environment: node --import ./electron-hook.mjs main.js
import { register } from 'node:module'

register(
  `data:text/javascript,${encodeURIComponent(`
  export const resolve = (specifier, context, next) =>
    specifier === 'electron' ? next(${JSON.stringify(process.env.OPTICHAT_TEST_ELECTRON)}, context) : next(specifier, context)
`)}`,
)
