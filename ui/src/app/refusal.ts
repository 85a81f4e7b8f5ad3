/** A screen that the reader may not open. */
export class NotForYou extends Error {}
