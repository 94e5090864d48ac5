/** Made by core/setup/emoji-words.mjs: for each emoji of the picker `name|word word …`, or an empty text. */
declare module 'virtual:emoji-words/*' {
  const words: readonly string[]
  export default words
}
