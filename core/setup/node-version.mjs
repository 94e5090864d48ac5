/** The oldest Node.js that works: `engines.node` of package.json says the same. */
const OLDEST = [20, 19]

/**
 * @param {string} version as `process.versions.node`
 * @returns {string | null} a sentence when it is too old
 */
export function nodeTooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return null
  return `OptiChat needs Node.js ${OLDEST.join('.')} or newer; this is ${version}. Install a newer one, then run the command again.`
}
