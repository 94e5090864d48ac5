/** JSON with the keys of objects sorted: one text for one value, so that a repeated message is known by comparing texts. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  let text = ''
  const object = value as Record<string, unknown>
  for (const key of Object.keys(object).sort()) text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${canonicalJson(object[key])}`
  return text === '' ? '{}' : `${text}}`
}
