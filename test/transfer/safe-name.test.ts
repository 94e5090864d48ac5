import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { newKey } from '../../core/transfer/name-set.ts'
import { DistinctNames, numbered, SafePaths, safeName } from '../../core/transfer/safe-name.ts'
import { worked } from '../support/work.ts'

describe('safe names', () => {
  const table: [name: string, safe: string, why: string][] = [
    ['report.pdf', 'report.pdf', 'an ordinary name'],
    ['.bashrc', '.bashrc', 'a hidden file'],
    ['ünïcödé 日本 👍.txt', 'ünïcödé 日本 👍.txt', 'letters of all scripts'],
    ['e\u0301.txt', '\u00e9.txt', 'a decomposed letter'],
    ['', '_', 'nothing'],
    ['.', '_', 'this folder'],
    ['..', '__', 'the folder above'],
    ['...', '___', 'dots alone'],
    ['a/b', 'a_b', 'a separator'],
    ['a\\b', 'a_b', 'a separator of Windows'],
    ['..\\..\\evil', '.._.._evil', 'a path of Windows'],
    ['C:', 'C_', 'a drive'],
    ['file.txt:stream', 'file.txt_stream', 'a stream of NTFS'],
    ['a\u0000b', 'a_b', 'NUL'],
    ['a\nb\u001b[31m\u007f\u0085', 'a_b_[31m__', 'control characters'],
    ['<>:"|?*', '_______', 'what Windows forbids'],
    ['name.', 'name_', 'a dot at the end'],
    ['name ', 'name_', 'a space at the end'],
    ['name. . ', 'name____', 'dots and spaces at the end'],
    ['CON', '_CON', 'a device'],
    ['con.txt', '_con.txt', 'a device with an extension'],
    ['aux .h', '_aux .h', 'a device with a space'],
    ['nul.tar.gz', '_nul.tar.gz', 'a device with two extensions'],
    ['COM0', '_COM0', 'a port'],
    ['com9.log', '_com9.log', 'a port with an extension'],
    ['COM¹', '_COM¹', 'a port with a superscript digit'],
    ['LPT³.txt', '_LPT³.txt', 'a printer with a superscript digit'],
    ['CONIN$', '_CONIN$', 'the console'],
    ['CON.', '_CON_', 'a device and a dot'],
    ['console', 'console', 'a name that only begins like a device'],
    ['COM10', 'COM10', 'a port there is not'],
    ['photo\u202egpj.exe', 'photogpj.exe', 'letters turned round to hide an extension'],
    ['a\u200bb\ufeffc\u2066d', 'abcd', 'characters that nobody sees'],
    ['\u202e', '_', 'nothing but what nobody sees'],
    ['a\u2028b', 'ab', 'a line separator'],
    ['\ud800x', '_x', 'half a character'],
    ['.optichat-1234.part', '_.optichat-1234.part', 'a folder of ours'],
    ['.OptiChat-x', '_.OptiChat-x', 'a folder of ours in other letters'],
  ]
  for (const [name, safe, why] of table) {
    it(`makes ${JSON.stringify(name)} ${JSON.stringify(safe)}: ${why}`, () => {
      expect(safeName(name)).to.equal(safe)
      expect(safeName(safe), 'twice is once').to.equal(safe)
    })
  }

  it('lets no look-alike pass as a plain letter', () => {
    expect(safeName('\u212aelvin.txt')).to.equal('Kelvin.txt')
    for (const name of ['a.txt', 'IMG_0001.JPG', 'two words-and more.tar.gz']) expect(safeName(name)).to.equal(name)
    for (const name of ['con', 'COM1.txt', 'nul.tar.gz']) expect(safeName(name)).to.equal(`_${name}`)
  })

  it('shortens to 255 bytes, keeps the extension, and cuts no character', () => {
    const long = safeName(`${'日'.repeat(200)}.tar.gz`)
    expect(Buffer.byteLength(long)).to.be.within(250, 255)
    expect(long).to.match(/^日+\.tar\.gz$/u)
    expect(Buffer.byteLength(safeName('x'.repeat(1_000)))).to.equal(255)
    expect(Buffer.byteLength(safeName(`${'x'.repeat(254)} y`))).to.equal(255)
    expect(safeName(`${'x'.repeat(254)} y`)).to.match(/x_$/)
  })

  it('numbers before the extension, within 255 bytes', () => {
    expect(numbered('photo.jpg', 2)).to.equal('photo (2).jpg')
    expect(numbered('backup.tar.gz', 3)).to.equal('backup (3).tar.gz')
    expect(numbered('folder', 2)).to.equal('folder (2)')
    expect(numbered('.bashrc', 2)).to.equal('.bashrc (2)')
    expect(numbered('Dr. Who is here', 2)).to.equal('Dr. Who is here (2)')
    const long = numbered(`${'é'.repeat(125)}.jpg`, 12)
    expect(long).to.match(/^é+ \(12\)\.jpg$/u)
    expect(Buffer.byteLength(long)).to.be.at.most(255)
  })

  it('gives every name once, whatever its case and form', () => {
    const names = new DistinctNames(newKey())
    expect(['a.txt', 'A.TXT', 'a (2).txt', 'a.txt', 'É', 'e\u0301'].map((name) => names.take(name))).to.deep.equal([
      'a.txt',
      'A (2).TXT',
      'a (2) (2).txt',
      'a (3).txt',
      'É',
      'e\u0301 (2)',
    ])
  })

  it('numbers ten thousand equal names in a moment', () => {
    const names = new DistinctNames(newKey())
    const start = worked()
    for (let n = 0; n < 10_000; n++) names.take('same.txt')
    expect(worked() - start).to.be.below(2_000)
  })

  it('keeps what belongs into one folder in one folder, and makes each part of a path safe', () => {
    const paths = new SafePaths(newKey())
    expect(paths.folder('Work')).to.equal('Work')
    expect(paths.file('Work/a')).to.equal('Work/a')
    expect(paths.file('work/b')).to.equal('work (2)/b')
    expect(paths.file('Work/c')).to.equal('Work/c')
    expect(paths.file('work/CON/..')).to.equal('work (2)/_CON/__')
    expect(paths.file('/etc/passwd')).to.equal('_/etc/passwd')
    expect(paths.file('//x')).to.equal('_/_/x')
    expect(paths.file('a//b')).to.equal('a/_/b')
    expect(paths.folder('Work')).to.equal('Work')
  })

  it('refuses folders nested more deeply than anybody has', () => {
    expect(() => new SafePaths(newKey()).file(`${'a/'.repeat(1_000)}b`))
      .to.throw(OptiChatError)
      .with.property('code', 'peer-protocol')
  })
})
