/** `npm run schema`: writes core/protocol/schema.json from the declarations. */
import { writeFileSync } from 'node:fs'
import { protocolSchema } from '../../core/protocol/json-schema.ts'

writeFileSync(new URL('../../core/protocol/schema.json', import.meta.url), `${JSON.stringify(protocolSchema(), null, 2)}\n`)
