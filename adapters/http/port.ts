/** Requests and responses as values, so that a server on loopback and Lambda's HTTP events call the same function. */

export interface SiteRequest {
  method: string
  /** Decoded once, begins with `/`. */
  path: string
  query: Readonly<Record<string, string>>
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: Uint8Array
}

export interface SiteResponse {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array
}

export type SiteRoutes = (request: SiteRequest) => Promise<SiteResponse>
