import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { newId } from '../../core/registry/ids.ts'
import { PAGE_ROWS, PAGE_WINDOW } from '../../core/registry/limits.ts'
import type { Draft, Store, StoredUser } from '../../core/registry/store/store.ts'
import { temporaryFolder } from './support/house.ts'

let count = 0

export const draft = (author: string, over: Partial<Draft> = {}): Draft => ({
  id: randomUUID(),
  stamp: `${(++count).toString(16).padStart(16, '0')}@r`,
  author,
  conversation: { id: 'everyone', audience: '"everyone"' },
  body: '{"kind":"text","text":"hi"}',
  ...over,
})

const between = (...members: string[]) => ({ id: `conversation of ${members.sort()}`, audience: JSON.stringify(members.sort()) })

const user = (name: string): Omit<StoredUser, 'gone'> => ({
  id: newId(),
  name,
  key: name.toLowerCase(),
  record: 'record',
  since: 0,
  registered: 1,
  lastSeen: null,
  delivered: 0,
})

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code: string }) => error.code,
  )

/** What every store promises; run for each. `open` opens the database of a folder. */
export function storeContract(kind: string, open: (folder: string) => Promise<Store>): void {
  describe(`a store (${kind})`, () => {
    let folder: ReturnType<typeof temporaryFolder>
    let store: Store
    let closed: boolean
    const alice = user('Alice')
    const bob = user('Bob')

    const reopen = async () => {
      await store.close()
      store = await open(folder.path)
      return store.load('other')
    }

    beforeEach(async () => {
      folder = temporaryFolder()
      store = await open(folder.path)
      closed = false
      await store.load('registry')
    })
    afterEach(async () => {
      if (!closed) await store.close()
      folder.remove()
    })

    it('keeps everything over a restart', async () => {
      await store.addUser(alice)
      await store.addUser(bob)
      await store.enrol({ fingerprint: 'f1', user: alice.id, name: 'laptop', enrolled: 5 })
      await store.enrol({ fingerprint: 'f2', user: bob.id, name: 'desk', enrolled: 6 })
      await store.revoke('f2')
      await store.seen(alice.id, 77)
      const conversation = between(alice.id, bob.id)
      const sent = draft(alice.id, { conversation, offers: 'transfer 1' })
      await store.append(sent)
      await store.append(draft(alice.id, { conversation, withdraws: 'transfer 1' }))
      await store.delivered(bob.id, 2)
      await store.delivered(bob.id, 1)
      await store.read({ user: bob.id, conversation: conversation.id, position: 2 })
      await store.read({ user: bob.id, conversation: conversation.id, position: 1 })
      const snapshot = await reopen()
      expect(snapshot.registry).to.equal('registry')
      expect(snapshot.head).to.equal(2)
      expect(snapshot.users.map(({ name, lastSeen, delivered }) => [name, lastSeen, delivered])).to.have.deep.members([
        ['Alice', 77, 0],
        ['Bob', null, 2],
      ])
      expect(snapshot.devices).to.have.length(1)
      expect(snapshot.devices[0]).to.deep.include({ fingerprint: 'f1', user: alice.id, name: 'laptop', enrolled: 5 })
      expect(snapshot.conversations).to.have.length(1)
      expect(snapshot.conversations[0]).to.deep.include(conversation)
      expect(snapshot.offers[0]).to.deep.include({
        transfer: 'transfer 1',
        author: alice.id,
        conversation: conversation.id,
        position: 1,
        withdrawn: true,
      })
      expect(snapshot.reads[0]).to.deep.include({ user: bob.id, conversation: conversation.id, position: 2 })
    })

    it('gives out positions one by one, in the order asked, and goes on after a restart', async () => {
      const positions = await Promise.all(Array.from({ length: 50 }, () => store.append(draft(alice.id))))
      expect(positions.map(({ position }) => position)).to.deep.equal(Array.from({ length: 50 }, (_, index) => index + 1))
      await reopen()
      expect((await store.append(draft(alice.id))).position).to.equal(51)
    })

    it('settles what was asked for together in the order asked', async () => {
      const order: string[] = []
      const note = (what: string) => () => order.push(what)
      await Promise.all([
        store.append(draft(alice.id)).then(note('1')),
        store.addUser(alice).then(note('2')),
        store.page({ user: alice.id, after: 0 }).then(note('3')),
        store.addUser({ ...bob, key: alice.key }).catch(note('4 refused')),
        store.append(draft(alice.id)).then(note('5')),
      ])
      expect(order).to.deep.equal(['1', '2', '3', '4 refused', '5'])
    })

    it('takes a name once, however it is asked for', async () => {
      const codes = await Promise.all([store.addUser(alice), store.addUser({ ...bob, key: alice.key })].map(codeOf))
      expect(codes).to.deep.equal(['done', 'name-taken'])
      expect((await reopen()).users).to.have.length(1)
    })

    it('answers a repeated message as the first time, also in one batch and after a restart', async () => {
      const sent = draft(alice.id)
      const [first, again] = await Promise.all([store.append(sent), store.append({ ...sent, stamp: draft(alice.id).stamp })])
      expect(again).to.deep.equal({ ...first, repeated: true })
      await reopen()
      expect(await store.append(sent)).to.deep.equal({ ...first, repeated: true })
      expect((await store.page({ user: alice.id, after: 0 })).rows).to.have.length(1)
    })

    it('answers each as if it were alone where many come in one batch, a repeated and a refused one among them', async () => {
      const sent = draft(alice.id)
      const first = await store.append(sent)
      const many = Array.from({ length: 64 }, (_, n) => draft(alice.id, { body: `{"kind":"text","text":"${n}"}` }))
      many[20] = sent
      many[40] = { ...sent, body: '{"kind":"text","text":"another"}' }
      const outcomes = await Promise.allSettled(many.map((one) => store.append(one)))
      expect(outcomes[20]).to.deep.equal({ status: 'fulfilled', value: { ...first, repeated: true } })
      expect(outcomes[40]).to.have.nested.property('reason.code', 'id-taken')
      const stored = many.flatMap((one, n) => (n === 20 || n === 40 ? [] : [{ one, outcome: outcomes[n] }]))
      const { rows } = await store.page({ user: alice.id, after: first.position })
      expect(rows).to.have.length(stored.length)
      for (const [n, { one, outcome }] of stored.entries()) {
        expect(outcome).to.deep.equal({ status: 'fulfilled', value: { position: n + 2, stamp: one.stamp, repeated: false } })
        expect(rows[n]?.position).to.equal(n + 2)
        expect(rows[n]?.frame).to.include(one.id).and.to.include(one.body)
      }
    })

    it('refuses another message with the id of an earlier one, whoever its author', async () => {
      const sent = draft(alice.id)
      await store.append(sent)
      expect(await codeOf(store.append({ ...sent, body: '{"kind":"text","text":"ho"}' }))).to.equal('id-taken')
      expect(await codeOf(store.append({ ...sent, conversation: between(alice.id, bob.id) }))).to.equal('id-taken')
      expect(await codeOf(store.append({ ...sent, author: bob.id }))).to.equal('id-taken')
    })

    it('refuses a transfer that was offered before, by whomever', async () => {
      await store.append(draft(alice.id, { offers: 't' }))
      expect(await codeOf(store.append(draft(alice.id, { offers: 't' })))).to.equal('id-taken')
      expect(await codeOf(store.append(draft(bob.id, { offers: 't' })))).to.equal('id-taken')
    })

    it('takes an offer back for its author only', async () => {
      await store.append(draft(alice.id, { offers: 't' }))
      await store.append(draft(bob.id, { withdraws: 't' }))
      expect((await reopen()).offers[0]?.withdrawn).to.equal(false)
    })

    it('pages through what is for a user, whole and in order', async () => {
      const ours = between(alice.id, bob.id)
      const theirs = between(bob.id)
      const drafts = Array.from({ length: PAGE_ROWS * 2 + 50 }, (_, index) =>
        draft(alice.id, index % 3 === 0 ? {} : { conversation: index % 3 === 1 ? ours : theirs }),
      )
      await Promise.all(drafts.map((one) => store.append(one)))
      const got: string[] = []
      let after = 0
      for (;;) {
        const page = await store.page({ user: alice.id, after })
        expect(page.rows.length).to.be.at.most(PAGE_ROWS)
        got.push(...page.rows.map(({ frame }) => (JSON.parse(frame) as { message: { id: string } }).message.id))
        after = page.through
        if (page.done) break
      }
      expect(after).to.equal(drafts.length)
      expect(got).to.deep.equal(drafts.filter(({ conversation }) => conversation.id !== theirs.id).map(({ id }) => id))
    })

    it('ends a page by its size and goes on where it ended', async () => {
      const body = JSON.stringify({ kind: 'text', text: 'x'.repeat(12_000) })
      await Promise.all(Array.from({ length: 20 }, () => store.append(draft(alice.id, { body }))))
      const page = await store.page({ user: alice.id, after: 0 })
      expect(page.rows.length).to.be.within(2, 10)
      expect(page.done).to.equal(false)
      expect(page.through).to.equal(page.rows.at(-1)?.position)
    })

    it('looks at a bounded stretch of the log for one page', async () => {
      const theirs = between(bob.id)
      await Promise.all(Array.from({ length: PAGE_WINDOW + 10 }, () => store.append(draft(bob.id, { conversation: theirs }))))
      const page = await store.page({ user: alice.id, after: 0 })
      expect(page).to.deep.equal({ rows: [], through: PAGE_WINDOW, done: false })
    })

    it('forgets old messages with their offers and conversations, but never the newest position and stamp', async () => {
      const old = between(alice.id, bob.id)
      await store.append(draft(alice.id, { conversation: old, offers: 't', stamp: '0000000000000001@r' }))
      await store.read({ user: bob.id, conversation: old.id, position: 1 })
      await store.append(draft(alice.id, { stamp: '0000000000000002@r' }))
      const forgotten = await store.forget('f')
      expect(forgotten).to.deep.equal({ messages: 1, through: 1, conversations: [old.id], more: false })
      expect((await store.forget('f')).messages).to.equal(0)
      await store.believe(1)
      await store.believe(5)
      const snapshot = await reopen()
      expect([snapshot.head, snapshot.lastStamp, snapshot.believed]).to.deep.equal([2, '0000000000000002@r', 5])
      expect([snapshot.offers, snapshot.reads]).to.deep.equal([[], []])
      expect(snapshot.conversations.map(({ id }) => id)).to.not.include(old.id)
      expect((await store.append(draft(alice.id, { conversation: old }))).position).to.equal(3)
      expect((await store.page({ user: bob.id, after: 0 })).rows.map(({ position }) => position)).to.deep.equal([2, 3])
    })

    it('does what was asked for before it was closed, and refuses what comes later', async () => {
      const appended = store.append(draft(alice.id))
      await store.close()
      expect((await appended).position).to.equal(1)
      expect(await codeOf(store.append(draft(alice.id)))).to.equal('registry-stopping')
      store = await open(folder.path)
      expect((await store.load('x')).head).to.equal(1)
    })
  })
}
