import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LinkKey, plainLinks, signedLinks, signLink, verifyToken } from '../../../core/link.ts'

const key: LinkKey = { id: 'k1', secret: Buffer.alloc(32, 1) }
const newer: LinkKey = { id: 'k2', secret: Buffer.alloc(32, 2) }
const expiresAtMs = 2_000_000
const tokenOf = (path: string, by = key) =>
  new URL(signLink({ siteUrl: 'https://vitals.example.com/', path, expiresAtMs, key: by })).searchParams.get('token') ??
  ''
const keys = [newer, key]
const nowMs = 1_000_000

describe('a signed link', () => {
  it('begins with the site and opens its path until it expires', () => {
    const link = signLink({ siteUrl: 'https://vitals.example.com/', path: 'reports/a/index.html', expiresAtMs, key })
    expect(link).toMatch(/^https:\/\/vitals\.example\.com\/open\?token=[A-Za-z0-9._-]+$/)
    expect(verifyToken(tokenOf('reports/a'), { keys, nowMs: expiresAtMs - 1, purpose: 'open' })).toEqual({
      ok: true,
      path: 'reports/a',
    })
    expect(verifyToken(tokenOf('reports/a'), { keys, nowMs: expiresAtMs, purpose: 'open' })).toEqual({
      ok: false,
      reason: 'expired',
    })
  })

  it('lives from when it is made, and may name the status page', () => {
    const linkTo = signedLinks({ siteUrl: 'https://vitals.example.com', key, lifetimeMs: 60_000, now: () => nowMs })
    const token = new URL(linkTo('')).searchParams.get('token') ?? ''
    expect(verifyToken(token, { keys, nowMs: nowMs + 59_000, purpose: 'open' })).toEqual({ ok: true, path: '' })
    expect(verifyToken(token, { keys, nowMs: nowMs + 60_000, purpose: 'open' })).toEqual({
      ok: false,
      reason: 'expired',
    })
    expect(plainLinks('http://127.0.0.1:1/')('reports/a')).toBe('http://127.0.0.1:1/reports/a')
  })

  it('leads to the form itself, which is sent to its own address', () => {
    const link = signLink({ siteUrl: '', path: 'report', expiresAtMs, key })
    expect(link).toMatch(/^\/report\?token=/)
    expect(plainLinks('')('report')).toBe('/report')
  })

  it('opens with either of two living keys, and with no other', () => {
    expect(verifyToken(tokenOf('a', newer), { keys, nowMs, purpose: 'open' })).toEqual({ ok: true, path: 'a' })
    expect(verifyToken(tokenOf('a', key), { keys: [newer], nowMs, purpose: 'open' })).toEqual({
      ok: false,
      reason: 'unknown-key',
    })
    const forged = tokenOf('a', { id: 'k2', secret: key.secret })
    expect(verifyToken(forged, { keys, nowMs, purpose: 'open' })).toEqual({ ok: false, reason: 'bad-signature' })
  })

  it.each(['', 'v1', 'v1.k1.1.YQ.short', 'v2.k1.1.YQ.aaaa', 'v1.k1.1.YQ', `${'a'.repeat(5_000)}`])(
    'is refused when it reads %j',
    (token) => {
      expect(verifyToken(token, { keys, nowMs, purpose: 'open' })).toEqual({ ok: false, reason: 'malformed' })
    },
  )

  it('opens nothing once a single character of it was changed', () => {
    const token = tokenOf('reports/a')
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'Aa0_-.'), (at, char) => {
        const changed = token.slice(0, at) + char + token.slice(at + 1)
        fc.pre(changed !== token)
        // The last character of base64url carries bits that don't count: the same signature, the same link.
        fc.pre(at !== token.length - 1)
        expect(verifyToken(changed, { keys, nowMs, purpose: 'open' }).ok).toBe(false)
      }),
    )
  })

  it('does not tell a stranger whether it would have expired', () => {
    const token = `${tokenOf('a').slice(0, -4)}AAAA`
    expect(verifyToken(token, { keys, nowMs: expiresAtMs + 1, purpose: 'open' })).toEqual({
      ok: false,
      reason: 'bad-signature',
    })
  })

  it('is not made with a secret that can be guessed, nor with an id that breaks it', () => {
    expect(() => tokenOf('a', { id: 'k', secret: Buffer.alloc(8) })).toThrow('8 bytes of secret, at least 16')
    expect(() => tokenOf('a', { id: 'k.1', secret: key.secret })).toThrow('key id k.1')
  })
})
