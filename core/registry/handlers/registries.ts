import { type Handler, SIGNED_IN } from './handler.ts'

/** Other registries, as far as this one knows of any. */
export const registries: Handler<'registries'> = {
  stages: SIGNED_IN,
  handle: ({ neighbours }) => ({ registries: [...neighbours.list] }),
}
