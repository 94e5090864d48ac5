/**
 * The app's texts: all of them are marked for translation, and every language has them all.
 *
 * A text is the first argument of `msg` or `phrase`, or both forms of `counted`. What a template of the page says without one of
 * these, or a literal that reads like a sentence, was forgotten.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

const UI = 'desktop/ui'
const LOCALES = `${UI}/locales`
/** The program's own name is the same everywhere; these are names of systems and links, of keys, and of what a drag carries. */
const NAMES = [
  'OptiChat',
  'SHA-256',
  'Mod',
  'Del',
  'Enter',
  'Escape',
  'Tab',
  'Home',
  'End',
  'Files',
  'Backspace',
  'Delete',
  'Ctrl',
  'Shift',
  'Alt',
  'Esc',
  'Linux',
  'Linux (ufw)',
  'Linux (firewalld)',
  'Linux (nftables)',
  'Bluetooth',
]
/** Attributes (and properties of our own parts) that people see or hear. */
const SAID = /\b(?:aria-label|aria-description|aria-roledescription|aria-valuetext|title|placeholder|alt|label|heading)="([^"]*)"/g

/** How many forms a language has for counts, in the order of `FORMS` in desktop/ui/i18n/catalogue.ts. */
const formsOf = (locale) => new Intl.PluralRules(locale).resolvedOptions().pluralCategories.length

/** `To ${name}` as catalogues write it: `To {0}`. */
function textOf(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  const quasi = node?.type === 'TaggedTemplateExpression' ? node.quasi : node?.type === 'TemplateLiteral' ? node : null
  // One that is put together where it runs names no text.
  if (!quasi || (quasi === node && node.expressions.length > 0)) return null
  return quasi.quasis.map(({ value }, index) => (index === 0 ? '' : `{${index - 1}}`) + value.cooked).join('')
}

const readsLikeWords = (text) => /^\p{Lu}\p{Ll}+(?:[ …,.:?!]|$)/u.test(text.trim()) && !NAMES.includes(text.trim())
const hasWords = (text) => /\p{L}{2,}/u.test(NAMES.reduce((left, name) => left.replaceAll(name, ''), text).replaceAll(/&\w+;/g, ''))

/** The words in a page's template that stand in it as they are: between tags, or in attributes that are said. */
function bareWords(template) {
  const source = template.quasis.map(({ value }) => value.cooked).join('\0')
  const attributes = [...source.matchAll(SAID)].map(([, words]) => words)
  const between = source
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/<(code|kbd)\b.*?<\/\1>/gs, '')
    .replaceAll(/<[^<>]*>/gs, '\0')
  return [...attributes, ...between.split('\0')].map((words) => words.trim()).filter(hasWords)
}

/** Every text of a source file, and what is not marked as one: `{ texts, bare }`, each with its line. */
export function textsOf(path, source) {
  const { program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  const texts = []
  const bare = []
  const lineOf = (node) => source.slice(0, node.start).split('\n').length
  const found = (list, node, text) => list.push({ text, at: `${path}:${lineOf(node)}` })
  /** What is marked, or is for no person: seen on the way down to it. */
  const passed = new Set()
  const pass = (...nodes) => {
    for (const node of nodes) {
      passed.add(node)
      if (node?.type === 'TaggedTemplateExpression') passed.add(node.quasi)
    }
  }
  const wordsIn = (node, text) => {
    if (readsLikeWords(text)) found(bare, node, text.trim())
  }

  new Visitor({
    CallExpression: (node) => {
      const [first, one, other] = node.arguments
      if (node.callee.name === 'msg' || node.callee.name === 'phrase') {
        const text = textOf(first)
        if (text !== null) found(texts, node, text)
        pass(first)
      }
      if (node.callee.name === 'counted') {
        found(texts, node, `${textOf(one)}|${textOf(other)}`)
        pass(one, other)
      }
    },
    TaggedTemplateExpression: (node) => {
      if (node.tag.name === 'html' && !passed.has(node)) for (const words of bareWords(node.quasi)) found(bare, node, words)
      pass(node.quasi)
    },
    Literal: (node) => {
      if (typeof node.value === 'string' && !passed.has(node)) wordsIn(node, node.value)
    },
    TemplateLiteral: (node) => {
      if (!passed.has(node)) for (const { value } of node.quasis) wordsIn(node, value.cooked)
    },
    // What programmers read, what is compared with, what is looked up.
    NewExpression: (node) => pass(...node.arguments),
    BinaryExpression: (node) => pass(node.left, node.right),
    ImportDeclaration: (node) => pass(node.source),
    ImportExpression: (node) => pass(node.source),
    SwitchCase: (node) => pass(node.test),
    TSLiteralType: (node) => pass(node.literal),
    Property: (node) => pass(node.key),
  }).visit(program)
  return { texts, bare }
}

/** All texts of the app, each with the first place it is at; and the words that were not marked. */
function allTexts(root) {
  const texts = new Map()
  const bare = []
  for (const entry of readdirSync(join(root, UI), { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name)
    // Each language's own name is the same in all of them.
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.name === 'languages.ts') continue
    const found = textsOf(file.slice(join(root, '/').length).replaceAll('\\', '/'), readFileSync(file, 'utf8'))
    for (const { text, at } of found.texts) if (!texts.has(text)) texts.set(text, at)
    bare.push(...found.bare)
  }
  return { texts, bare }
}

/** The values a text speaks of, as something to compare: each must be there in every language. A form for one or two may say it in words. */
const valuesOf = (text) => [...new Set(text.match(/\{\d+\}|<\/?\w+|#/g))].sort().join(' ')

/** Sentences, one for each text that is not marked, not translated, translated wrongly, or used no more. */
export function checkTexts(root) {
  const { texts, bare } = allTexts(root)
  const wrong = bare.map(({ text, at }) => `${at}: “${text}” is not translated: write msg(...) around it`)
  const languages = readFileSync(join(root, UI, 'i18n/languages.ts'), 'utf8').matchAll(/code: '(\w+)'/g)
  for (const locale of [...languages].map(([, code]) => code).filter((code) => code !== 'en')) {
    const file = `${locale}.json`
    const catalogue = JSON.parse(readFileSync(join(root, LOCALES, file), 'utf8'))
    for (const [text, at] of texts) {
      const forms = catalogue[text]?.split('|')
      const wanted = /#.*\|/.test(text) ? formsOf(locale) : 1
      if (!forms?.every((form) => form.trim())) wrong.push(`${LOCALES}/${file}: lacks “${text}” (${at})`)
      else if (forms.length !== wanted) wrong.push(`${LOCALES}/${file}: “${text}” needs ${wanted} forms, not ${forms.length}`)
      else if (valuesOf(forms.join()) !== valuesOf(text)) wrong.push(`${LOCALES}/${file}: “${text}” speaks of other values`)
    }
    for (const text of Object.keys(catalogue)) if (!texts.has(text)) wrong.push(`${LOCALES}/${file}: nobody says “${text}” any more`)
  }
  return wrong
}
