/** JSON with the keys of objects sorted: one text for one value, so that a repeated message is known by comparing texts. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  let text = ''
  const object = value as Record<string, unknown>
  const keys = Object.keys(object)
  // Most are written so, and JavaScript's own way is the quicker one.
  if (keys.every((key, index) => (keys[index - 1] ?? '') <= key && typeof object[key] !== 'object')) return JSON.stringify(value)
  for (const key of keys.sort()) text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${canonicalJson(object[key])}`
  return text === '' ? '{}' : `${text}}`
}
