/** In the place of cross-fetch, which quickchart-js brings for its own sending: we send ourselves, and Node has fetch. */
export default globalThis.fetch
