/** Where the window was and how large, kept in the profile; on a screen that is there no more it is not looked for. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { replaceFile } from '../../core/replace-file.ts'

const Place = Type.Object({
  x: Type.Integer(),
  y: Type.Integer(),
  width: Type.Integer({ minimum: 480 }),
  height: Type.Integer({ minimum: 400 }),
})
const WindowState = Type.Object({ ...Place.properties, maximized: Type.Boolean() })
export type WindowState = Static<typeof WindowState>
export type Place = Static<typeof Place>

const check = Compile(WindowState)
const fileIn = (profile: string) => join(profile, 'window.json')

/** Pixels of the window's head that must be on a screen, so that it can be taken hold of. */
const GRIP = 100

/** Null: there is none, it cannot be read, or the window would be where nobody can reach it. */
export function readWindowState(profile: string, screens: readonly Place[]): WindowState | null {
  const file = fileIn(profile)
  if (!existsSync(file)) return null
  let state: unknown
  try {
    state = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
  return check.Check(state) && screens.some((screen) => isWithin(state, screen)) ? state : null
}

export function writeWindowState(profile: string, state: WindowState): void {
  replaceFile(fileIn(profile), `${JSON.stringify(state)}\n`)
}

const isWithin = ({ x, y, width }: Place, screen: Place): boolean =>
  x + width >= screen.x + GRIP && x <= screen.x + screen.width - GRIP && y >= screen.y && y <= screen.y + screen.height - GRIP
