/** What the bridge's commands about messages, rooms and the desk do. */
import { OptiChatError } from '../../core/protocol/errors.ts'
import { MAX_TEXT } from '../../core/protocol/limits.ts'
import { because } from '../../core/protocol/reasons.ts'
import type { TalkCommand } from '../bridge.ts'
import type { CommandParts, Commands } from './commands.ts'

export function createTalkCommands({ client, desk, ...parts }: CommandParts): Pick<Commands, TalkCommand> {
  const checkLength = (text: string) => {
    if (text.length > MAX_TEXT) throw new OptiChatError('too-large', because('text-long', { length: text.length, most: MAX_TEXT }))
  }
  return {
    send(to, text, options) {
      checkLength(text)
      return client.queue(to, text, options)
    },
    cancelQueued: (message) => client.cancelQueued(message),
    edit(message, text) {
      checkLength(text)
      return client.edit(message, text)
    },
    takeBack: (message) => client.takeBack(message),
    react: (message, emoji, on) => client.react(message, emoji, on),
    message: (message) => client.message(message),
    history: (query) => client.history(query),
    search: (words, query) => client.search(words, query),
    markRead(conversation, position) {
      client.markRead(conversation, position)
      parts.conversationsChanged()
    },
    typing: (to) => client.sendTyping(to),

    createRoom: (name, options) => client.createRoom(name, options),
    joinRoom: (room) => client.joinRoom(room),
    inviteToRoom: (room, users) => client.inviteToRoom(room, users),
    leaveRoom: (room) => client.leaveRoom(room),
    renameRoom: (room, name) => client.renameRoom(room, name),

    // Told to nobody: what is typed is where it is typed, and other pages see it when they open.
    setDraft: (audience, draft) => desk.setDraft(audience, draft),
    setMuted(conversation, muted) {
      desk.setMuted(conversation, muted)
      parts.deskChanged()
    },
    setFavourite(audience, favourite) {
      desk.setFavourite(audience, favourite)
      parts.deskChanged()
    },
    setAskedEveryone() {
      desk.setAskedEveryone()
      parts.deskChanged()
    },
  }
}
