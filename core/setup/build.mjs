/** `npm run build`: everything under dist/, if it is stale. */
import { orExit, setUp } from './setup.mjs'

await orExit(() => setUp())
