// Lets node run TypeScript sources, in worker threads too (tsx by itself registers in the main thread only).
// Use: node --import ./test/support/typescript.mjs file.ts
import { register } from 'tsx/esm/api'

register()
